import { fixedTextVector, isInsufficient } from '@tacit-auth/features';
import {
  appendToReplayHistory,
  CHECK_IDS,
  type CheckId,
  COARSEST_JUDGED_CLOCK_MS,
  checkTyping,
  type DefaultProfile,
  defaultDetector,
  replayHistory,
} from '@tacit-auth/models';
import { seededUniforms } from '@tacit-auth/models/evaluation';
import { ATTACKS, type Draws } from './attacks';
import { wireSample } from './key-events';
import { HISTORY, type Victim } from './people';

/** Targets at which the product decides: usual and strict. */
export const TARGETS = [0.01, 0.001] as const;

/** What became of the tries of one attack at one victim. */
export interface AttackCounts {
  readonly attack: string;
  readonly tries: number;
  /** Tries that some check refused, and that each check did. */
  readonly checked: number;
  readonly byCheck: Readonly<Record<CheckId, number>>;
  /** Tries that no check refused, and that claimed a clock too coarse for the checks: typing lets none of them in. */
  readonly steppedUp: number;
  /** Tries that passed every check and the score, on a clock that the checks can judge, target by target. */
  readonly accepted: readonly number[];
}

/** Every attack against one victim, decided as the product does: by the checks, and by the score against the threshold. */
export function runAttacks(victim: Victim, person: number, seed: number): AttackCounts[] {
  const fitted = defaultDetector.fit(victim.template);
  if (isInsufficient(fitted)) throw new RangeError(`no template: ${fitted.reason}`);
  const profile: DefaultProfile = fitted;
  const thresholds = TARGETS.map((target) => defaultDetector.threshold(profile, target));
  const history = victim.history.reduce(
    (prepared, vector) => appendToReplayHistory(prepared, vector, HISTORY),
    replayHistory(new Float64Array(0)),
  );
  return ATTACKS.map((attack, at) => {
    let tries = 0;
    let checked = 0;
    let steppedUp = 0;
    const byCheck = Object.fromEntries(CHECK_IDS.map((id) => [id, 0])) as Record<CheckId, number>;
    const accepted = TARGETS.map(() => 0);
    for (const { events, clock } of attack.attempts(victim, drawsOf(seed, person, at))) {
      tries++;
      const sample = wireSample(events, clock);
      const vector = fixedTextVector(sample);
      if (isInsufficient(vector)) throw new RangeError(`${attack.name}: ${vector.reason}`);
      const { failed } = checkTyping({ sample, vector, history });
      for (const id of failed) byCheck[id]++;
      if (failed.length > 0) {
        checked++;
        continue;
      }
      // As the server does: what no check could judge asks for a second factor, however well it scores.
      if (sample.clockStep > 10 * COARSEST_JUDGED_CLOCK_MS) {
        steppedUp++;
        continue;
      }
      const score = defaultDetector.score(profile, vector);
      thresholds.forEach((threshold, t) => {
        if (score.status === 'scored' && score.llr >= threshold) accepted[t]!++;
      });
    }
    return { attack: attack.name, tries, checked, byCheck, steppedUp, accepted };
  });
}

/** Numbers that depend on seed, person and attack alone. */
export function drawsOf(seed: number, person: number, stream: number): Draws {
  const uniform = seededUniforms(seed, 1_000 * person + stream);
  return {
    uniform,
    // Box & Muller, one of the pair: simple, and quick enough here.
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    seed: () => Math.floor(uniform() * 2 ** 31),
  };
}
