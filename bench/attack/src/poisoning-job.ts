import type { FixedTextVector } from '@tacit-auth/features';
import { isInsufficient } from '@tacit-auth/features';
import {
  calibrateInSteps,
  type DefaultProfile,
  defaultDetector,
  judgeLearning,
  judgeRelease,
  learningPolicy,
  type ReleasePolicy,
  updateUncalibrated,
  verifiedTimes,
} from '@tacit-auth/models';
import { seededUniforms } from '@tacit-auth/models/evaluation';
import { NOW, type People } from './people';

/** What becomes of the quarantine when an independent factor passes, and how much a verified entry counts. */
export interface PoisoningRule {
  readonly name: string;
  /** `all`, or what `judgeRelease` lets go by these numbers. */
  readonly release: 'all' | Partial<ReleasePolicy>;
  /** Whether a verified entry counts as often as the product's rule says, or once. */
  readonly weighed: boolean;
}

export const RULES: readonly PoisoningRule[] = [
  { name: 'release all', release: 'all', weighed: false },
  { name: 'release the likest', release: { mostReleased: 10 }, weighed: true },
  { name: 'verified only, once each', release: { mostReleased: 0 }, weighed: false },
  { name: 'product rule', release: {}, weighed: true },
];

/**
 * `product`: one login in ten asks for the code. `product-step-up`: a refused entry asks for it too; the owner gives it, so that his refused entries
 * are learned, and the attacker cannot, which drops what is in quarantine.
 */
export const CONDITIONS = ['product', 'product-step-up'] as const;
export type Condition = (typeof CONDITIONS)[number];

/** Logins of the owner, each after a coin's toss whether the attacker tries first. */
const LOGINS = 200;
const LOGINS_A_DAY = 4;
const FACTOR_SHARE = 0.1;
const TARGET = 0.01;
/** Entries of the first template, all verified. */
const ENROLLED = 20;
/** The attacker sends his entries from here on; those from the second on are kept to ask whether he is let in at the end. */
const TRIED = [150, 300] as const;
/** The owner's last logins, of which it is counted how many are refused. */
const LAST = 50;

export interface PoisoningCounts {
  readonly rule: string;
  readonly condition: Condition;
  readonly poisoned: boolean;
  /** Share of the attacker's entries that he had not sent before which are let in at the end. */
  readonly accepted: number;
  /** Share of the owner's last entries that are refused. */
  readonly refused: number;
  /** Tries, those let in, those quarantined and those learned; where he does not try, what would have been let in. */
  readonly tries: number;
  readonly letIn: number;
  readonly quarantined: number;
  readonly learned: number;
}

/** The one of the others whose practised entries score highest on average against the owner's last 100. */
export function nearestImpostor(people: People, owner: number): number {
  const profile = fitted(people[owner]!.slice(NOW - 100, NOW));
  let nearest = -1;
  let most = Number.NEGATIVE_INFINITY;
  people.forEach((person, at) => {
    if (at === owner) return;
    const probes = person.slice(NOW - 100, NOW).filter((_, i) => i % 2 === 0);
    const mean = probes.reduce((sum, probe) => sum + llr(profile, probe) / probes.length, 0);
    if (mean > most) {
      most = mean;
      nearest = at;
    }
  });
  return nearest;
}

export interface PoisoningOptions {
  readonly rule: PoisoningRule;
  readonly condition: Condition;
  /** Whether the attacker tries; the same tosses are made where he does not. */
  readonly poisoned: boolean;
  readonly owner: readonly FixedTextVector[];
  readonly attacker: readonly FixedTextVector[];
  /** Of the tosses, the same for every rule. */
  readonly seed: number;
  readonly person: number;
}

/** 200 logins of an owner, beside whom the nearest impostor tries. He has the password and never an independent factor. */
export function runPoisoning({ rule, condition, poisoned, owner, attacker, seed, person }: PoisoningOptions): PoisoningCounts {
  const uniform = seededUniforms(seed, 0x70_6f_00 + person);
  const template = new LearningTemplate(owner.slice(NOW - ENROLLED, NOW), rule);
  const counts = { tries: 0, letIn: 0, refused: 0 };
  let next: number = TRIED[0];
  for (let login = 0; login < LOGINS; login++) {
    const entry = owner[NOW + login]!;
    const day = login / LOGINS_A_DAY;
    const tries = uniform() < 0.5;
    const asked = uniform() < FACTOR_SHARE;
    const attackerAsked = uniform() < FACTOR_SHARE;
    if (tries && next < TRIED[1]) {
      const vector = attacker[next++]!;
      counts.tries++;
      const accepted = template.accepts(vector);
      counts.letIn += accepted ? 1 : 0;
      const caught = condition === 'product-step-up' && (!accepted || attackerAsked);
      if (poisoned && caught) template.alert();
      else if (poisoned) template.attempt(vector, { day, accepted, factor: false, foreign: true });
    }
    const accepted = template.accepts(entry);
    counts.refused += !accepted && login >= LOGINS - LAST ? 1 : 0;
    const factor = asked || (condition === 'product-step-up' && !accepted);
    template.attempt(entry, { day, accepted, factor, foreign: false });
  }
  const fresh = attacker.slice(TRIED[1]);
  return {
    rule: rule.name,
    condition,
    poisoned,
    accepted: fresh.filter((vector) => template.accepts(vector)).length / fresh.length,
    refused: counts.refused / LAST,
    tries: counts.tries,
    letIn: counts.letIn,
    quarantined: template.quarantinedForeign,
    learned: template.learnedForeign,
  };
}

interface Held {
  readonly vector: FixedTextVector;
  readonly foreign: boolean;
}

/** A template that learns as the product does, but for its rule of release; it knows who typed for the counts alone. */
class LearningTemplate {
  readonly #rule: PoisoningRule;
  #profile: DefaultProfile;
  #anchor: DefaultProfile;
  #held: Held[] = [];
  #heldOn: number[] = [];
  #consensus: number[] = [];
  quarantinedForeign = 0;
  learnedForeign = 0;

  constructor(enrolled: readonly FixedTextVector[], rule: PoisoningRule) {
    this.#rule = rule;
    this.#profile = fitted(enrolled);
    this.#anchor = this.#profile;
  }

  accepts(vector: FixedTextVector): boolean {
    return llr(this.#profile, vector) >= defaultDetector.threshold(this.#profile, TARGET);
  }

  attempt(vector: FixedTextVector, login: { day: number; accepted: boolean; factor: boolean; foreign: boolean }): void {
    const { day, accepted, factor, foreign } = login;
    const score = defaultDetector.score(this.#profile, vector);
    if (score.status !== 'scored') throw new RangeError(`no score: ${score.reason}`);
    this.#heldOn = this.#heldOn.filter((on) => on > day - 7);
    const verdict = judgeLearning({
      profile: this.#profile,
      anchor: this.#anchor,
      vector,
      score,
      accepted: accepted || factor,
      factor: factor ? 'independent' : 'none',
      recentConsensus: this.#consensus,
      learnedThisWeek: this.#heldOn.length,
    });
    if (verdict.action === 'discard') return;
    this.#consensus = [...this.#consensus, verdict.consensus].slice(-learningPolicy.consensusWindow);
    if (verdict.action === 'learn') {
      this.#learn(vector);
      return;
    }
    this.#held.push({ vector, foreign });
    this.#heldOn.push(day);
    this.quarantinedForeign += foreign ? 1 : 0;
  }

  /** Somebody with the password failed to give the code. */
  alert(): void {
    this.#held = [];
  }

  #learn(verified: FixedTextVector): void {
    this.#anchor = calibrated(updateUncalibrated(this.#anchor, verified));
    const { release, weighed } = this.#rule;
    const quarantined = this.#held.map(({ vector }) => vector);
    const verdicts =
      release === 'all' ? undefined : judgeRelease({ profile: this.#profile, anchor: this.#anchor, quarantined, policy: release });
    const released = this.#held.filter((_, i) => verdicts === undefined || verdicts[i]?.action === 'learn');
    this.#held = [];
    this.learnedForeign += released.filter(({ foreign }) => foreign).length;
    const times = weighed ? verifiedTimes(this.#profile) : 1;
    const learned = [...released.map(({ vector }) => vector), ...new Array<FixedTextVector>(times).fill(verified)];
    this.#profile = calibrated(learned.reduce(updateUncalibrated, this.#profile));
  }
}

function fitted(entries: readonly FixedTextVector[]): DefaultProfile {
  const profile = defaultDetector.fit(entries);
  if (isInsufficient(profile)) throw new RangeError(`no template: ${profile.reason}`);
  return profile;
}

function calibrated(profile: DefaultProfile): DefaultProfile {
  const steps = calibrateInSteps(profile);
  let step = steps.next();
  while (!step.done) step = steps.next();
  return step.value;
}

function llr(profile: DefaultProfile, vector: FixedTextVector): number {
  const score = defaultDetector.score(profile, vector);
  if (score.status !== 'scored') throw new RangeError(`no score: ${score.reason}`);
  return score.llr;
}
