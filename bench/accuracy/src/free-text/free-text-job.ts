import type { FreeTextTimings } from '@tacit-auth/features';
import {
  centreFreeTextPopulation,
  type FreeTextPopulation,
  type FreeTextProfile,
  freeTextDetector,
  parseFreeTextPopulation,
} from '@tacit-auth/models';
import { defaultFreeTextPopulation } from '@tacit-auth/models/default-population';
import { seededUniforms } from '@tacit-auth/models/evaluation';
import type { FreeTextPerson, FreeTextRecording } from '../data/free-text-people';
import type { ScoresOf } from '../jobs';
import { readPopulation } from '../windows/population-file';
import { remembering } from '../windows/remembered-evidence';
import { isInsufficientProfile, WindowScores } from '../windows/window-scores';
import { enrolmentWindows, firstKeys, joinedProbes, joinedRecordings, onClock, type Probe, probesOf } from './free-text-cuts';
import { type FreeTextFileScoring, readFreeTextFile, scoreFile } from './free-text-file-job';
import { type FreeTextTrial, headOf } from './free-text-plan';
import { FreeTextSets } from './free-text-sets';
import { type FreeTextTraining, trainFreeText } from './free-text-training';

/** Scores some customers of a protocol. */
export interface FreeTextScoring {
  readonly kind: 'score';
  readonly trial: FreeTextTrial;
  readonly folder: string;
  /** File of the population; null: the one that ships. */
  readonly population: string | null;
  /** Everybody who takes part, in a fixed order: none of them trained the population. */
  readonly people: readonly string[];
  readonly owners: readonly string[];
  readonly seed: number;
}

export type FreeTextJob = FreeTextScoring | FreeTextFileScoring | FreeTextTraining;

const CLOCK_STEP = 16;
/** Keys of a session of the fable: longer probes are several sessions judged together. */
const FABLE_SESSION = 100;

/** For the threads that run jobs. */
export const jobRunner = (): FreeTextRunner => new FreeTextRunner();

/** Runs jobs of the suite, keeping data, populations and windows between them. A job's result depends on the job alone. */
export class FreeTextRunner {
  readonly #sets = new FreeTextSets();
  readonly #populations = new Map<string | null, Promise<FreeTextPopulation>>();
  readonly #files = new Map<string, Promise<readonly FreeTextPerson[]>>();
  readonly #cuts = new Map<string, readonly Probe[]>();

  /** @param onProgress told the share of the job that is done. */
  async run(job: FreeTextJob, onProgress: (share: number) => void = () => {}): Promise<readonly ScoresOf[]> {
    if (job.kind === 'train') {
      await trainFreeText(job, this.#sets, onProgress);
      return [];
    }
    if (job.kind === 'score-file') {
      const reading = this.#files.get(job.file) ?? readFreeTextFile(job.file);
      this.#files.set(job.file, reading);
      const detector = remembering(freeTextDetector({ population: await this.#population(job.population) }));
      return scoreFile({ ...job, people: await reading, detector, onProgress });
    }
    return this.#score(job, onProgress);
  }

  async #score(
    { trial, folder, population, people, owners, seed }: FreeTextScoring,
    onProgress: (share: number) => void,
  ): Promise<ScoresOf[]> {
    const own = await this.#sets.people(folder, trial.set, people);
    const byName = new Map(own.map((person) => [person.user, person]));
    const enrolled = (person: FreeTextPerson) => enrolmentOf(trial, person, seed);
    const base = await this.#population(population);
    const centre = () => {
      const detector = freeTextDetector({ population: base });
      const profiles = own.map((person) => detector.fit(enrolled(person)));
      return centreFreeTextPopulation(
        base,
        profiles.filter((profile): profile is FreeTextProfile => !isInsufficientProfile(profile)),
      );
    };
    const detector = remembering(freeTextDetector({ population: trial.centred ? centre() : base }));
    return owners.map((user, done) => {
      onProgress(done / owners.length);
      const owner = byName.get(user);
      if (owner === undefined) throw new RangeError('an owner is one of the people');
      const scores = new WindowScores<FreeTextTimings>(detector, detector.fit(enrolled(owner)));
      for (const person of own) {
        const probes = this.#probes(trial, folder, person, seed);
        if (person === owner) for (const probe of probes) scores.add('genuine', probe);
        else for (const probe of trial.impostors === 'one' ? probes.slice(0, 1) : probes) scores.add('impostor', probe);
      }
      return { head: headOf(trial), user: scores.of(user) };
    });
  }

  #population(path: string | null): Promise<FreeTextPopulation> {
    const loading = this.#populations.get(path) ?? (path === null ? Promise.resolve(defaultFreeTextPopulation()) : load(path));
    this.#populations.set(path, loading);
    return loading;
  }

  /** The same arrays for every template: what a probe says need not be worked out again. */
  #probes(trial: FreeTextTrial, folder: string, person: FreeTextPerson, seed: number): readonly Probe[] {
    const { set, probes, cut, keys, clock } = trial;
    const key = JSON.stringify([folder, set, person.user, probes, cut, keys, clock !== null, seed]);
    const known = this.#cuts.get(key) ?? cutProbes(trial, person, seed);
    this.#cuts.set(key, known);
    return known;
  }
}

async function load(path: string): Promise<FreeTextPopulation> {
  return parseFreeTextPopulation(await readPopulation(path));
}

/** Of each enrolled recording the windows, oldest first. */
function enrolmentOf({ enrol, enrolKeys, clock }: FreeTextTrial, { user, recordings }: FreeTextPerson, seed: number): FreeTextTimings[] {
  return recordings.slice(0, enrol).flatMap((recording, index) => {
    const own = clock === 'both' ? onClock(recording, CLOCK_STEP, phaseOf(user, index, seed)) : recording;
    return enrolmentWindows(enrolKeys === null ? own : firstKeys(own, enrolKeys), 2);
  });
}

/** The probes of one person; short recordings are left to the detector to refuse. */
function cutProbes({ set, probes: [from, to], cut, keys, clock }: FreeTextTrial, person: FreeTextPerson, seed: number): Probe[] {
  const recordings = person.recordings
    .slice(from, to)
    .map((recording, index) => (clock === null ? recording : onClock(recording, CLOCK_STEP, phaseOf(person.user, from + index, seed))));
  if (cut === 'each') return recordings.flatMap((recording) => probesOf(firstKeys(recording, keys), { keys, least: 2 }));
  if (set === 'aalto-desktop') return probesOf(joinedRecordings(recordings), { keys });
  const single = set === 'monaco-fable' ? Math.min(keys, FABLE_SESSION) : keys;
  return joinedProbes(
    recordings.flatMap((recording: FreeTextRecording) => probesOf(recording, { keys: single })),
    keys / single,
  );
}

/** Where in a tick of the coarse clock a recording begins. */
function phaseOf(user: string, recording: number, seed: number): number {
  let hash = seed;
  for (const letter of `${user} ${recording}`) hash = Math.imul(hash ^ letter.charCodeAt(0), 0x01000193) >>> 0;
  return CLOCK_STEP * seededUniforms(seed, hash)();
}
