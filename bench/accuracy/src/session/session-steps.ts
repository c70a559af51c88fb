import { sequentialEvidence } from '@tacit-auth/models';

/** A window of a stream that was judged, or could not be. */
export interface Step {
  /** Null where the window could not be judged, which is no step of the sum. */
  readonly llr: number | null;
  /** Keys or actions that the stream's author had done at the end of the window; of a switch those of the other person alone. */
  readonly done: number;
}

/** Another person takes over a customer's stream. */
export interface Switch {
  readonly impostor: string;
  /** Steps of the genuine stream that came before. */
  readonly after: number;
  /** The first is of a window that both made. */
  readonly steps: readonly Step[];
}

/** What a detector says of one customer's own stream, and of the streams in which others take over. */
export interface OwnerSteps {
  readonly user: string;
  readonly genuine: readonly Step[];
  readonly switches: readonly Switch[];
}

/** The clip of the sum, in nats, as the product has it by default. */
export const CLIP = 4;

/** Alarms of the genuine stream, and of each switch when it was noticed. */
export interface FollowedOwner {
  readonly alarms: number;
  /** Keys or actions of the genuine stream. */
  readonly genuine: number;
  /** Of each switch how much the other person had done at the alarm; null where there was none. */
  readonly found: readonly (number | null)[];
}

/** Follows a customer's streams by sequential evidence at a threshold. Evidence goes on over the switch. */
export function follow({ genuine, switches }: OwnerSteps, threshold: number): FollowedOwner {
  const evidence = sequentialEvidence({ threshold, clip: CLIP });
  // The state after so many steps of the genuine stream.
  const states = [evidence.start];
  let alarms = 0;
  for (const { llr } of genuine) {
    const last = states.at(-1) ?? evidence.start;
    if (llr === null) {
      states.push(last);
      continue;
    }
    const { state, alarm } = evidence.step(last, llr);
    states.push(state);
    alarms += alarm ? 1 : 0;
  }
  return {
    alarms,
    genuine: genuine.at(-1)?.done ?? 0,
    found: switches.map(({ after, steps }) => {
      let state = states[after] ?? evidence.start;
      for (const { llr, done } of steps) {
        if (llr === null) continue;
        const step = evidence.step(state, llr);
        if (step.alarm) return done;
        state = step.state;
      }
      return null;
    }),
  };
}

/** Thresholds that are tried, in nats. */
const TRIED = Array.from({ length: 800 }, (_, i) => 0.25 * (i + 1));

/** Alarms per key or action of the customers' own streams. */
export function falseAlarmRate(owners: readonly OwnerSteps[], threshold: number): number {
  const followed = owners.map((owner) => follow({ ...owner, switches: [] }, threshold));
  return (
    followed.reduce((sum, { alarms }) => sum + alarms, 0) /
    Math.max(
      followed.reduce((sum, { genuine }) => sum + genuine, 0),
      1,
    )
  );
}

/** The least threshold from which on false alarms come at most as often as asked for; undefined where they always come more often. */
export function thresholdFor(owners: readonly OwnerSteps[], rate: number): number | undefined {
  // From above: the rate is no monotone function, since an alarm begins anew.
  let found: number | undefined;
  for (const threshold of TRIED.toReversed()) {
    if (falseAlarmRate(owners, threshold) > rate) break;
    found = threshold;
  }
  return found;
}
