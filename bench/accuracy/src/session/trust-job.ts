import { freeTextDetector, parseFreeTextPopulation, parsePointerPopulation, pointerDetector } from '@tacit-auth/models';
import { defaultFreeTextPopulation } from '@tacit-auth/models/default-population';
import type { FreeTextPerson, FreeTextRecording } from '../data/free-text-people';
import { firstKeys } from '../free-text/free-text-cuts';
import { type FreeTextSetName, FreeTextSets } from '../free-text/free-text-sets';
import { readPopulation } from '../windows/population-file';
import { type ActivityClock, activityClock } from './activity-clock';
import { cutActions, takeOverActions } from './pointed-streams';
import { readPointed, type SessionJob, takersOf, typedEnrolment, typedStream } from './session-job';
import { judgesBy } from './session-judges';
import { hashOf, type SessionTrial } from './session-plan';
import type { TimedOwner, TimedStep, TimedSwitch } from './trust-steps';
import { cutStream, takeOver } from './typed-streams';

/** For the threads that run jobs. */
export const jobRunner = (): TrustRunner => new TrustRunner();

/** Most keys, and actions, of a stream of somebody who takes over. */
const LONGEST = { keys: 1_500, actions: 1_000 };

/** Judges the streams of customers window by window, with times, keeping data between jobs. A job's result depends on the job alone. */
export class TrustRunner {
  readonly #sets = new FreeTextSets();

  /** @param onProgress told the share of the job that is done. */
  async run(job: SessionJob, onProgress: (share: number) => void = () => {}): Promise<readonly TimedOwner[]> {
    const follow = await (job.trial.unit === 'keys' ? this.#typed(job) : this.#moved(job));
    return job.owners.flatMap((owner, done) => {
      onProgress(done / job.owners.length);
      return follow(owner, takersOf(job, owner)) ?? [];
    });
  }

  async #typed({ trial, folder, population, people }: SessionJob): Promise<FollowOne> {
    const own = await this.#sets.people(folder, trial.set as FreeTextSetName, people);
    const streams = new Map(own.map((person) => [person.user, timedStream(trial, person)]));
    const make = judgesBy(
      freeTextDetector({
        population: population === null ? defaultFreeTextPopulation() : parseFreeTextPopulation(await readPopulation(population)),
      }),
    );
    return (user, takers) => {
      const [person, own1] = [own.find((each) => each.user === user), streams.get(user)];
      const cut = own1 === undefined ? [] : cutStream(own1.stream, trial.window);
      if (person === undefined || own1 === undefined || cut.length === 0) return undefined;
      const judge = make(typedEnrolment(trial, person));
      const step = (clock: ActivityClock, { window, from, to }: (typeof cut)[number]): TimedStep =>
        timedStep('freeText', judge(window), to - from, clock, to - 1);
      return {
        user,
        genuine: cut.map((window) => step(own1.clock, window)),
        switches: takers.flatMap((impostor): TimedSwitch[] => {
          const other = streams.get(impostor);
          if (other === undefined) return [];
          const kept = hashOf(`${user} ${impostor}`) % trial.window;
          const taken = takeOver(own1.stream, cut, firstKeys(other.stream, LONGEST.keys), kept, trial.window);
          // A window that is the customer's alone is not the other person's.
          const windows = taken?.windows.filter(({ to }) => to > 0) ?? [];
          return taken === undefined || windows.length === 0
            ? []
            : [{ impostor, after: taken.after, steps: windows.map((window) => step(other.clock, window)) }];
        }),
      };
    };
  }

  async #moved({ trial, folder, population, people }: SessionJob): Promise<FollowOne> {
    const read = new Map(await Promise.all(people.map(async (user) => [user, await readPointed(trial, folder, user)] as const)));
    const clocks = new Map([...read].map(([user, { stream }]) => [user, activityClock(stream.map(({ actions }) => actions.end))]));
    const make = judgesBy(
      pointerDetector({ population: population === null ? null : parsePointerPopulation(await readPopulation(population)) }),
    );
    return (user, takers) => {
      const [person, clock] = [read.get(user), clocks.get(user)];
      const cut = person === undefined ? [] : cutActions(person.stream, trial.window);
      const last = cut.at(-1);
      if (person === undefined || clock === undefined || last === undefined) return undefined;
      const judge = make(person.enrolment.map(({ actions }) => actions));
      const steps = (windows: typeof cut, times: ActivityClock): TimedStep[] =>
        windows.map(({ actions, done }, i) => {
          // Of the first window of somebody who takes over only a part is his; a rest of a recording is in none.
          const own = Math.min(actions.kinds.length, done - (windows[i - 1]?.done ?? 0));
          return timedStep('pointer', judge(actions), own, times, done - 1);
        });
      return {
        user,
        genuine: steps(cut, clock),
        switches: takers.flatMap((impostor): TimedSwitch[] => {
          const [other, times] = [read.get(impostor), clocks.get(impostor)];
          const kept = hashOf(`${user} ${impostor}`) % trial.window;
          const windows = takeOverActions(last, other?.stream ?? [], kept, trial.window).filter(({ done }) => done <= LONGEST.actions);
          return windows.length === 0 || times === undefined ? [] : [{ impostor, after: cut.length - 1, steps: steps(windows, times) }];
        }),
      };
    };
  }
}

type FollowOne = (owner: string, takers: readonly string[]) => TimedOwner | undefined;

function timedStep(part: TimedStep['part'], llr: number | null, amount: number, { active, elapsed }: ActivityClock, at: number): TimedStep {
  return { part, llr, amount, active: active[at] ?? 0, elapsed: elapsed[at] ?? 0 };
}

interface TimedStream {
  readonly stream: FreeTextRecording;
  readonly clock: ActivityClock;
}

/** Sentences of one sitting have one clock; sessions each their own. */
function timedStream(trial: SessionTrial, person: FreeTextPerson): TimedStream {
  const stream = typedStream(trial, person);
  const recordings = trial.set === 'aalto-desktop' ? [stream] : person.recordings.slice(trial.enrol);
  return { stream, clock: activityClock(recordings.map(({ press }) => press)) };
}
