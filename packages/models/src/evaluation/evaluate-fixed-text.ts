import type { FixedTextVector } from '@tacit-auth/features';
import type { DefaultProfile } from '../default-profile';
import type { Detector } from '../detector';
import { seededUniforms } from '../seeded-normals';
import { assertInteger } from './bootstrap-interval';
import { type DecisionRates, decisionRates } from './decision-rates';
import { type FixedTextEntry, type FixedTextGroup, fixedTextGroups } from './fixed-text-groups';
import { type Gate, type GateName, isDefaultProfile, productGate, timingGate } from './learning-gates';
import { simulateLearning } from './learning-simulation';
import { ProbeScores, type ScoredUser } from './scored-probes';
import type { TypingRecord } from './typing-record';
import { type VerificationFigures, verificationFigures } from './verification-figures';

export interface FixedTextEvaluationOptions<P> {
  /** In time order per user. */
  readonly records: Iterable<TypingRecord>;
  readonly detector: Detector<P>;
  /** The first so many entries of each user and group enrol. Integer, 1 to 1,000. */
  readonly enrol: number;
  /** Let templates learn while they are tested: by the product's rule (`true` is `product`) or by another gate. */
  readonly adaptive?: boolean | GateName;
  /** Any 32-bit integer. */
  readonly seed: number;
  /** Bootstrap resamples; 2,000 by default. */
  readonly resamples?: number;
  /** Called after each template. */
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
}

export interface GroupEvaluation extends Omit<FixedTextGroup, 'people'> {
  /** People with too few entries of the text to enrol: they are in no figure. */
  readonly unenrolled: number;
  readonly users: readonly ScoredUser[];
  readonly figures: VerificationFigures;
  readonly decisions: readonly DecisionRates[];
}

export interface FixedTextEvaluation {
  readonly detector: string;
  readonly enrol: number;
  readonly adaptive: GateName | null;
  /** All groups together; who typed several texts is one person with the mean of their error rates. */
  readonly figures: VerificationFigures;
  /** What the shipped thresholds decided, all groups together. */
  readonly decisions: readonly DecisionRates[];
  readonly groups: readonly GroupEvaluation[];
}

/** Probes of each other person that make impostor attempts. */
const IMPOSTOR_PROBES = 2;
/** An adaptive template meets the impostor probes as it stands before each quarter of the genuine ones. */
const QUARTERS = 4;

/**
 * The fixed-text protocol on records of the generic typing format. Per user and group the first `enrol` entries make the template and the rest are
 * genuine probes; impostors are the first 2 probes of every other user of the group.
 *
 * With `adaptive` the genuine probes come in order of time, one attempt in ten is a random other's, and the template learns by the gate, each entry
 * only after it was scored. The impostor probes then meet the template as it stands at the start of each quarter of the genuine ones; the
 * attempts in between are not counted.
 *
 * An entry that cannot be compared (see `fixedTextGroups`) enrols nobody and counts as refused where it is a probe.
 *
 * @throws TypeError or RangeError for wrong arguments; TypeError if a product gate is asked for with another detector than the default one.
 */
export function evaluateFixedText<P>(options: FixedTextEvaluationOptions<P>): FixedTextEvaluation {
  const { records, detector, enrol, seed, onProgress } = options;
  assertInteger(enrol, 'enrol', 1, 1_000);
  assertInteger(seed, 'seed', -2_147_483_648, 4_294_967_295);
  const adaptive = gateNameOf(options.adaptive);
  const groups = fixedTextGroups(records);
  const total = groups.reduce((sum, { people }) => sum + people.length, 0);
  const figureOptions = { seed, ...(options.resamples === undefined ? {} : { resamples: options.resamples }) };
  let done = 0;
  const evaluated = groups.map((group): GroupEvaluation => {
    const { people, ...text } = group;
    const trials = people.map(({ user, entries }) => ({ user, ...splitEntries(entries, enrol) }));
    const users: ScoredUser[] = [];
    trials.forEach((trial, owner) => {
      if (trial.enrolment.length === enrol) {
        const others = trials.filter((other, i) => i !== owner && other.enrolment.length === enrol).map(({ probes }) => probes);
        users.push(scoreUser({ detector, trial, others, adaptive, seed, stream: done }));
      }
      done++;
      onProgress?.({ done, total });
    });
    return {
      ...text,
      unenrolled: people.length - users.length,
      users,
      figures: verificationFigures(users, figureOptions),
      decisions: decisionRates(users, figureOptions),
    };
  });
  const users = evaluated.flatMap((group) => group.users);
  return {
    detector: detector.id,
    enrol,
    adaptive,
    figures: verificationFigures(users, figureOptions),
    decisions: decisionRates(users, figureOptions),
    groups: evaluated,
  };
}

function gateNameOf(adaptive: boolean | GateName | undefined): GateName | null {
  if (adaptive === undefined || adaptive === false) {
    return null;
  }
  if (adaptive === true) {
    return 'product';
  }
  if (adaptive !== 'timing' && adaptive !== 'product' && adaptive !== 'product-step-up') {
    throw new TypeError("adaptive must be a boolean, 'timing', 'product' or 'product-step-up'");
  }
  return adaptive;
}

interface Trial {
  readonly user: string;
  readonly enrolment: readonly FixedTextVector[];
  readonly probes: readonly FixedTextEntry[];
}

/** The first entries that can enrol, and all entries after them; an entry that cannot is asked for again. */
function splitEntries(entries: readonly FixedTextEntry[], enrol: number): Omit<Trial, 'user'> {
  const enrolment: FixedTextVector[] = [];
  let i = 0;
  for (; i < entries.length && enrolment.length < enrol; i++) {
    const entry = entries[i];
    if (!('status' in entry)) {
      enrolment.push(entry);
    }
  }
  return { enrolment, probes: entries.slice(i) };
}

interface UserTrial<P> {
  readonly detector: Detector<P>;
  readonly trial: Trial;
  /** Probes of each other person. */
  readonly others: readonly (readonly FixedTextEntry[])[];
  readonly adaptive: GateName | null;
  readonly seed: number;
  readonly stream: number;
}

function scoreUser<P>({ detector, trial, others, adaptive, seed, stream }: UserTrial<P>): ScoredUser {
  const scores = new ProbeScores();
  const impostors = others.flatMap((probes) => probes.slice(0, IMPOSTOR_PROBES));
  const profile = detector.fit(trial.enrolment);
  if (isInsufficientProfile(profile)) {
    trial.probes.forEach(() => {
      scores.refuse('genuine');
    });
    impostors.forEach(() => {
      scores.refuse('impostor');
    });
    return scores.of(trial.user);
  }
  const meetImpostors = (template: P) => {
    for (const entry of impostors) {
      scores.add('impostor', detector, template, entry);
    }
  };
  if (adaptive === null) {
    for (const entry of trial.probes) {
      scores.add('genuine', detector, profile, entry);
    }
    meetImpostors(profile);
    return scores.of(trial.user);
  }
  const quarters = new Set(Array.from({ length: QUARTERS }, (_, q) => Math.floor((q * trial.probes.length) / QUARTERS)));
  const attempts = simulateLearning({
    detector,
    profile,
    genuine: trial.probes,
    drawImpostor: (random) => drawFrom(others, random),
    gate: gateFor(adaptive, profile, seededUniforms(seed, 2 * stream + 1)),
    random: seededUniforms(seed, 2 * stream),
  });
  for (const { genuine, index, profile: template, score } of attempts) {
    if (!genuine) {
      continue;
    }
    if (quarters.has(index)) {
      meetImpostors(template);
    }
    scores.keep('genuine', detector, template, score);
  }
  return scores.of(trial.user);
}

/** Another person, each as likely as the next, then one of his entries. */
function drawFrom(others: readonly (readonly FixedTextEntry[])[], random: () => number): FixedTextEntry | undefined {
  const candidates = others.filter((probes) => probes.length > 0);
  const probes = candidates[Math.floor(random() * candidates.length)];
  return probes?.[Math.floor(random() * probes.length)];
}

/** @throws TypeError where the product's rule is asked for and the profile is not one of the default detector. */
export function gateFor<P>(name: GateName, enrolled: P, random: () => number): Gate<P> {
  if (name === 'timing') {
    return timingGate<P>();
  }
  if (!isDefaultProfile(enrolled)) {
    throw new TypeError("adaptive must be 'timing' for another detector than the default one: the product's rule is for its profiles");
  }
  const gate: Gate<P & DefaultProfile> = productGate({ enrolled, random, stepUp: name === 'product-step-up' });
  return gate as unknown as Gate<P>;
}

function isInsufficientProfile(value: unknown): value is { status: 'insufficient' } {
  return (value as { status?: unknown } | null)?.status === 'insufficient';
}
