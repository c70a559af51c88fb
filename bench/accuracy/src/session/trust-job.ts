import {
  freeTextDetector,
  OWN_BEGINNING,
  ownBeginning,
  parseFreeTextPopulation,
  parsePointerPopulation,
  pointerDetector,
} from '@tacit-auth/models';
import { defaultFreeTextPopulation } from '@tacit-auth/models/default-population';
import type { FreeTextPerson, FreeTextRecording } from '../data/free-text-people';
import { firstKeys } from '../free-text/free-text-cuts';
import { type FreeTextSetName, FreeTextSets } from '../free-text/free-text-sets';
import { readPopulation } from '../windows/population-file';
import { type ActivityClock, activityClock } from './activity-clock';
import { type Judged, streamJudges } from './own-streams';
import { cutActions, takeOverActions } from './pointed-streams';
import { readPointed, type SessionJob, takersOf, typedEnrolment, typedStream } from './session-job';
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
    const detector = freeTextDetector({
      population: population === null ? defaultFreeTextPopulation() : parseFreeTextPopulation(await readPopulation(population)),
    });
    const beginnings = ownBeginning(detector, { ...OWN_BEGINNING.freeText, amountOf: ({ keys }) => keys });
    const make = streamJudges({ part: 'freeText', detector, beginnings });
    return (user, takers) => {
      const [person, own1] = [own.find((each) => each.user === user), streams.get(user)];
      const cut = own1 === undefined ? [] : cutStream(own1.stream, trial.window);
      if (person === undefined || own1 === undefined || cut.length === 0) return undefined;
      const judge = make(typedEnrolment(trial, person));
      const step = (clock: ActivityClock, { from, to }: (typeof cut)[number], judged: Judged): TimedStep =>
        timedStep('freeText', judged, to - from, clock, to - 1);
      const sessionAt = (key: number) => own1.ends.findIndex((end) => key < end);
      // Whoever takes over goes on in the session of the customer's last window, which he shares.
      const session = sessionAt(cut.at(-1)?.from ?? 0);
      let before = judge;
      const genuine = cut.map((window, i) => {
        if (i === cut.length - 1) before = judge.fork();
        return step(own1.clock, window, judge.next(window.window, sessionAt(window.from)));
      });
      return {
        user,
        genuine,
        switches: takers.flatMap((impostor): TimedSwitch[] => {
          const other = streams.get(impostor);
          if (other === undefined) return [];
          const kept = hashOf(`${user} ${impostor}`) % trial.window;
          const taken = takeOver(own1.stream, cut, firstKeys(other.stream, LONGEST.keys), kept, trial.window);
          // A window that is the customer's alone is not the other person's.
          const windows = taken?.windows.filter(({ to }) => to > 0) ?? [];
          if (taken === undefined || windows.length === 0) return [];
          const later = before.fork();
          const steps = windows.map((window) => step(other.clock, window, later.next(window.window, session)));
          return [{ impostor, after: taken.after, steps }];
        }),
      };
    };
  }

  async #moved({ trial, folder, population, people }: SessionJob): Promise<FollowOne> {
    const read = new Map(await Promise.all(people.map(async (user) => [user, await readPointed(trial, folder, user)] as const)));
    const clocks = new Map([...read].map(([user, { stream }]) => [user, activityClock(stream.map(({ actions }) => actions.end))]));
    const detector = pointerDetector({ population: population === null ? null : parsePointerPopulation(await readPopulation(population)) });
    const beginnings = ownBeginning(detector, { ...OWN_BEGINNING.pointer, amountOf: ({ actions }) => actions });
    const make = streamJudges({ part: 'pointer', detector, beginnings });
    return (user, takers) => {
      const [person, clock] = [read.get(user), clocks.get(user)];
      const cut = person === undefined ? [] : cutActions(person.stream, trial.window);
      const last = cut.at(-1);
      if (person === undefined || clock === undefined || last === undefined) return undefined;
      const judge = make(person.enrolment.map(({ actions }) => actions));
      const ends = person.stream.map((_, i) => person.stream.slice(0, i + 1).reduce((sum, { actions }) => sum + actions.kinds.length, 0));
      const sessionAt = (done: number) => ends.findIndex((end) => done <= end);
      const session = sessionAt(last.done);
      const stepOf = (windows: typeof cut, i: number, times: ActivityClock, judged: Judged): TimedStep => {
        const { actions, done } = windows[i] as (typeof cut)[number];
        // Of the first window of somebody who takes over only a part is his; a rest of a recording is in none.
        const own = Math.min(actions.kinds.length, done - (windows[i - 1]?.done ?? 0));
        return timedStep('pointer', judged, own, times, done - 1);
      };
      let before = judge;
      const genuine = cut.map(({ actions, done }, i) => {
        if (i === cut.length - 1) before = judge.fork();
        return stepOf(cut, i, clock, judge.next(actions, sessionAt(done)));
      });
      return {
        user,
        genuine,
        switches: takers.flatMap((impostor): TimedSwitch[] => {
          const [other, times] = [read.get(impostor), clocks.get(impostor)];
          const kept = hashOf(`${user} ${impostor}`) % trial.window;
          const windows = takeOverActions(last, other?.stream ?? [], kept, trial.window).filter(({ done }) => done <= LONGEST.actions);
          if (windows.length === 0 || times === undefined) return [];
          const later = before.fork();
          const steps = windows.map(({ actions }, i) => stepOf(windows, i, times, later.next(actions, session)));
          return [{ impostor, after: cut.length - 1, steps }];
        }),
      };
    };
  }
}

type FollowOne = (owner: string, takers: readonly string[]) => TimedOwner | undefined;

function timedStep(part: TimedStep['part'], judged: Judged, amount: number, { active, elapsed }: ActivityClock, at: number): TimedStep {
  return { part, ...judged, amount, active: active[at] ?? 0, elapsed: elapsed[at] ?? 0 };
}

interface TimedStream {
  readonly stream: FreeTextRecording;
  /** Keys at the end of each session. */
  readonly ends: readonly number[];
  readonly clock: ActivityClock;
}

/** Sentences of one sitting have one clock; sessions each their own. */
function timedStream(trial: SessionTrial, person: FreeTextPerson): TimedStream {
  const stream = typedStream(trial, person);
  const recordings = trial.set === 'aalto-desktop' ? [stream] : person.recordings.slice(trial.enrol);
  const ends = recordings.map((_, i) => recordings.slice(0, i + 1).reduce((sum, { press }) => sum + press.length, 0));
  return { stream, ends, clock: activityClock(recordings.map(({ press }) => press)) };
}
