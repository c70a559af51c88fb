import { isInsufficient, pointerActionsFrom, sessionVector } from '@tacit-auth/features';
import { freeTextDetector, parseFreeTextPopulation, parsePointerPopulation, pointerDetector } from '@tacit-auth/models';
import { defaultFreeTextPopulation } from '@tacit-auth/models/default-population';
import { readBalabitTraining } from '../data/balabit';
import type { FreeTextPerson, FreeTextRecording } from '../data/free-text-people';
import { readSapimousePerson, sapimouseFolder } from '../data/sapimouse';
import { enrolmentWindows, firstKeys, joinedRecordings } from '../free-text/free-text-cuts';
import { type FreeTextSetName, FreeTextSets } from '../free-text/free-text-sets';
import { GRIDS } from '../pointer/pointer-sets';
import { readPopulation } from '../windows/population-file';
import { cutActions, type PointedSession, type PointedWindow, takeOverActions } from './pointed-streams';
import { type Judge, judgesBy, judgesByForest, typedVector } from './session-judges';
import { hashOf, type SessionTrial } from './session-plan';
import type { OwnerSteps, Switch } from './session-steps';
import { cutStream, inSuccession, takeOver } from './typed-streams';

/** Follows the streams of some customers. */
export interface SessionJob {
  readonly trial: SessionTrial;
  readonly folder: string;
  /** File of the population; null: the one that ships, or none is needed. */
  readonly population: string | null;
  /** Everybody whom this population may judge together: none of them trained it. */
  readonly people: readonly string[];
  readonly owners: readonly string[];
}

/** For the threads that run jobs. */
export const jobRunner = (): SessionRunner => new SessionRunner();

/** Most keys, and actions, of an impostor's stream. */
const LONGEST_TAKEN = { keys: 1_100, actions: 600 };

/** Runs jobs of the suite, keeping data between them. A job's result depends on the job alone. */
export class SessionRunner {
  readonly #sets = new FreeTextSets();
  readonly #pointed = new Map<string, Promise<PointedPerson>>();

  /** @param onProgress told the share of the job that is done. */
  async run(job: SessionJob, onProgress: (share: number) => void = () => {}): Promise<readonly OwnerSteps[]> {
    const followed: OwnerSteps[] = [];
    const followOne = await (job.trial.unit === 'keys' ? this.#typed(job) : this.#moved(job));
    for (const [done, owner] of job.owners.entries()) {
      onProgress(done / job.owners.length);
      const steps = followOne(owner, takersOf(job, owner));
      if (steps !== undefined) followed.push(steps);
    }
    return followed;
  }

  async #typed({ trial, folder, population, people }: SessionJob): Promise<FollowOne> {
    const { set, window: size, detector } = trial;
    const own = await this.#sets.people(folder, set as FreeTextSetName, people);
    const byName = new Map(own.map((person) => [person.user, person]));
    const make =
      detector === 'session-forest'
        ? judgesByForest(typedVector)
        : judgesBy(
            freeTextDetector({
              population: population === null ? defaultFreeTextPopulation() : parseFreeTextPopulation(await readPopulation(population)),
            }),
          );
    const streams = new Map(own.map((person) => [person.user, typedStream(trial, person)]));
    const cuts = new Map([...streams].map(([user, stream]) => [user, cutStream(stream, size)]));
    return (user, takers) => {
      const [person, stream, cut] = [byName.get(user), streams.get(user), cuts.get(user)];
      if (person === undefined || stream === undefined || cut === undefined || cut.length === 0) return undefined;
      const judge = make(typedEnrolment(trial, person));
      const switches = takers.flatMap((impostor): Switch[] => {
        const other = streams.get(impostor);
        const taken =
          other === undefined
            ? undefined
            : takeOver(stream, cut, firstKeys(other, LONGEST_TAKEN.keys), hashOf(`${user} ${impostor}`) % size, size);
        if (taken === undefined || taken.windows.length === 0) return [];
        return [{ impostor, after: taken.after, steps: taken.windows.map(({ window, to }) => ({ llr: judge(window), done: to })) }];
      });
      return { user, genuine: cut.map(({ window, to }) => ({ llr: judge(window), done: to })), switches };
    };
  }

  async #moved({ trial, folder, population, people }: SessionJob): Promise<FollowOne> {
    const { window: size } = trial;
    const byName = new Map<string, PointedPerson>();
    for (const user of people) byName.set(user, await this.#pointedPerson(trial, folder, user));
    const make = await pointedJudges(trial, population);
    return (user, takers) => {
      const person = byName.get(user);
      const genuine = person === undefined ? [] : cutActions(person.stream, size);
      const last = genuine.at(-1);
      if (person === undefined || last === undefined) return undefined;
      const judge = make(person.enrolment);
      const switches = takers.flatMap((impostor): Switch[] => {
        const windows = takeOverActions(last, byName.get(impostor)?.stream ?? [], hashOf(`${user} ${impostor}`) % size, size).filter(
          ({ done }) => done <= LONGEST_TAKEN.actions,
        );
        if (windows.length === 0) return [];
        return [{ impostor, after: genuine.length - 1, steps: windows.map((window) => ({ llr: judge(window), done: window.done })) }];
      });
      return { user, genuine: genuine.map((window) => ({ llr: judge(window), done: window.done })), switches };
    };
  }

  #pointedPerson(trial: SessionTrial, folder: string, user: string): Promise<PointedPerson> {
    const key = JSON.stringify([folder, trial.set, user, trial.enrol, trial.detector === 'session-forest']);
    const reading = this.#pointed.get(key) ?? readPointed(trial, folder, user);
    this.#pointed.set(key, reading);
    return reading;
  }
}

type FollowOne = (owner: string, takers: readonly string[]) => OwnerSteps | undefined;

/** The people after a customer in the order of all, which is drawn by their names. */
export function takersOf({ trial, people }: Pick<SessionJob, 'trial' | 'people'>, owner: string): string[] {
  const place = people.indexOf(owner);
  return Array.from({ length: Math.min(trial.takers, people.length - 1) }, (_, i) => people[(place + 1 + i) % people.length] ?? owner);
}

export function typedEnrolment({ set, enrol, window }: SessionTrial, { recordings }: FreeTextPerson) {
  const enrolled = recordings.slice(0, enrol);
  return set === 'aalto-desktop'
    ? enrolled.flatMap((recording) => enrolmentWindows(firstKeys(recording, Math.max(window, 50)), 2))
    : enrolled.flatMap((recording) => enrolmentWindows(recording));
}

/** What a person typed after the enrolment: sentences of one sitting, or sessions apart. */
export function typedStream({ set, enrol }: SessionTrial, { recordings }: FreeTextPerson): FreeTextRecording {
  const later = recordings.slice(enrol);
  return set === 'aalto-desktop' ? joinedRecordings(later) : inSuccession(later);
}

export interface PointedPerson {
  readonly enrolment: readonly PointedSession[];
  readonly stream: readonly PointedSession[];
}

export async function readPointed({ set, enrol, detector }: SessionTrial, folder: string, user: string): Promise<PointedPerson> {
  const gridMs = GRIDS[set as keyof typeof GRIDS];
  const recordings =
    set === 'balabit'
      ? (await readBalabitTraining(folder, user)).map(({ recording }) => recording)
      : await readSapimousePerson(sapimouseFolder(folder) ?? folder, user).then(({ enrolment, test }) => [enrolment, test]);
  const sessions = recordings.map((events) => ({
    actions: pointerActionsFrom({ events, gridMs, device: 'mouse' }),
    events: detector === 'session-forest' ? events : null,
  }));
  return { enrolment: sessions.slice(0, enrol), stream: sessions.slice(enrol) };
}

/** A profile is made of whole sessions, which a detector cuts itself; that of the forest of windows as those of the stream. */
async function pointedJudges(
  { detector, window: size }: SessionTrial,
  population: string | null,
): Promise<(enrolled: readonly PointedSession[]) => Judge<PointedWindow>> {
  if (detector === 'session-forest') {
    const make = judgesByForest(({ events }: PointedWindow) => {
      const vector = events === null ? undefined : sessionVector({ pointer: events });
      return vector === undefined || isInsufficient(vector) ? undefined : vector;
    });
    return (enrolled) => make(cutActions(enrolled, size));
  }
  const make = judgesBy(
    pointerDetector({ population: population === null ? null : parsePointerPopulation(await readPopulation(population)) }),
  );
  return (enrolled) => {
    const judge = make(enrolled.map(({ actions }) => actions));
    return ({ actions }) => judge(actions);
  };
}
