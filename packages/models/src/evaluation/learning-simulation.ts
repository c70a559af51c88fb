import type { Insufficient } from '@tacit-auth/features';
import { calibrateInSteps, defaultDetector, updateCounted } from '../default-detector';
import type { DefaultProfile } from '../default-profile';
import type { Detector, Score } from '../detector';
import { assertInteger } from './bootstrap-interval';
import type { FixedTextEntry } from './fixed-text-groups';
import type { Gate, LearnedEntry } from './learning-gates';

export interface LearningSimulation<P> {
  readonly detector: Detector<P>;
  /** The profile of the enrolment. */
  readonly profile: P;
  /** The customer's entries after the enrolment, in order of time. */
  readonly genuine: readonly FixedTextEntry[];
  /** An attempt of a random other person; `undefined` where there is nobody else. */
  readonly drawImpostor: (random: () => number) => FixedTextEntry | undefined;
  readonly gate: Gate<P>;
  /** Uniform numbers in [0, 1), for the impostor attempts alone, so that every gate sees the same attempts. */
  readonly random: () => number;
  /** Share of all attempts that are impostors'; .1 by default. */
  readonly impostorShare?: number;
  /** The customer's logins a day, on which the weekly cap rests; 4 by default. */
  readonly loginsPerDay?: number;
  /** Calibrate the default detector's profile after so many learned entries only; 1 by default, as the product does. */
  readonly calibrateEvery?: number;
}

/** One attempt of a simulation, before anything is learned from it. */
export interface Attempt<P> {
  readonly genuine: boolean;
  /** The customer's entries that came before it. */
  readonly index: number;
  /** The profile as it stands. */
  readonly profile: P;
  readonly score: Score | Insufficient;
  /** Entries learned so far. */
  readonly learned: number;
}

/**
 * Days of one customer: logins in order of time, attempts of random others between them, and a template that learns by `gate`. Yields every
 * attempt with its score and the profile that gave it; what is learned from it comes after, so that a template at a time knows only what came before.
 *
 * @throws RangeError for numbers out of range.
 */
export function* simulateLearning<P>(simulation: LearningSimulation<P>): Generator<Attempt<P>, P> {
  const { detector, genuine, drawImpostor, gate, random, impostorShare = 0.1, loginsPerDay = 4, calibrateEvery = 1 } = simulation;
  if (!(impostorShare >= 0 && impostorShare < 1)) {
    throw new RangeError('impostorShare must be a fraction below 1');
  }
  if (!(loginsPerDay > 0 && loginsPerDay <= 1_000)) {
    throw new RangeError('loginsPerDay must be above 0, at most 1000');
  }
  assertInteger(calibrateEvery, 'calibrateEvery', 1, 1_000);
  const learn = learner(detector, calibrateEvery);
  let { profile } = simulation;
  let learned = 0;
  for (let index = 0; index < genuine.length; index++) {
    const foreign = random() < impostorShare / (1 - impostorShare) ? drawImpostor(random) : undefined;
    for (const [entry, own] of [
      [foreign, false],
      [genuine[index], true],
    ] as const) {
      if (entry === undefined) {
        continue;
      }
      const score = 'status' in entry ? entry : detector.score(profile, entry);
      yield { genuine: own, index, profile, score, learned };
      if (score.status !== 'scored' || 'status' in entry) {
        continue;
      }
      const entries = gate.learn({ profile, vector: entry, score, day: index / loginsPerDay, genuine: own });
      if (entries.length > 0) {
        profile = learn(profile, entries);
        learned += entries.length;
      }
    }
  }
  return profile;
}

type Learn<P> = (profile: P, entries: readonly LearnedEntry[]) => P;

function learner<P>(detector: Detector<P>, every: number): Learn<P> {
  if ((detector as unknown) !== defaultDetector) {
    return (profile, entries) =>
      entries.reduce((learned, { vector, times }) => {
        let updated = learned;
        for (let i = 0; i < times; i++) {
          updated = detector.update(updated, vector);
        }
        return updated;
      }, profile);
  }
  let waiting = 0;
  const learn: Learn<DefaultProfile> = (profile, entries) => {
    const updated = entries.reduce((learned, { vector, times }) => updateCounted(learned, vector, times), profile);
    waiting += entries.length;
    if (waiting < every) {
      return updated;
    }
    waiting = 0;
    const steps = calibrateInSteps(updated);
    let step = steps.next();
    while (!step.done) {
      step = steps.next();
    }
    return step.value;
  };
  // The default detector's own profile: P is DefaultProfile here.
  return learn as unknown as Learn<P>;
}
