import { createHash } from 'node:crypto';
import type { FixedTextVector } from '@tacit-auth/features';
import { isInsufficient } from '@tacit-auth/features';
import { type DefaultProfile, defaultDetector, type ReleasePolicy } from '@tacit-auth/models';
import { productGate, seededUniforms, simulateLearning } from '@tacit-auth/models/evaluation';
import { WEEKLY_CAP } from '@tacit-internal/bench-shared/weekly-cap';
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

/** Logins of the owner, each after a coin's toss whether the attacker tries first: of all attempts a third are his. */
const LOGINS = 200;
const IMPOSTOR_SHARE = 1 / 3;
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
  /** Tries, or tosses where he does not try; of the tries those let in, quarantined and learned. */
  readonly tries: number;
  readonly letIn: number;
  readonly quarantined: number;
  readonly learned: number;
  /** Digest of the template at the end, as stored. */
  readonly template: string;
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
  const stream = (which: 0 | 1 | 2) => seededUniforms(seed, 0x70_6f_00 + 3 * person + which);
  const enrolled = fitted(owner.slice(NOW - ENROLLED, NOW));
  const counts = { tries: 0, letIn: 0, quarantined: 0, learned: 0 };
  const product = productGate({
    enrolled,
    random: stream(0),
    strangers: stream(1),
    stepUp: condition === 'product-step-up',
    factorShare: FACTOR_SHARE,
    targetFmr: TARGET,
    policy: { weeklyCap: WEEKLY_CAP, ...(rule.weighed ? {} : { verifiedWeight: 1 }) },
    release: rule.release,
    onVerdict: ({ genuine }, action) => {
      counts.quarantined += !genuine && action === 'quarantine' ? 1 : 0;
    },
  });
  const his = new Set(attacker);
  let next: number = TRIED[0];
  const days = simulateLearning({
    detector: defaultDetector,
    profile: enrolled,
    genuine: owner.slice(NOW, NOW + LOGINS),
    loginsPerDay: LOGINS_A_DAY,
    impostorShare: IMPOSTOR_SHARE,
    random: stream(2),
    drawImpostor: () => {
      if (next >= TRIED[1]) return undefined;
      counts.tries++;
      const vector = attacker[next++];
      return poisoned ? vector : undefined;
    },
    gate: {
      learn(attempt) {
        const learned = product.learn(attempt);
        counts.learned += learned.filter(({ vector }) => his.has(vector)).length;
        return learned;
      },
    },
  });
  let refused = 0;
  let step = days.next();
  while (!step.done) {
    const { genuine, index, profile, score } = step.value;
    const accepted = score.status === 'scored' && score.llr >= defaultDetector.threshold(profile, TARGET);
    if (!genuine) counts.letIn += accepted ? 1 : 0;
    else if (index >= LOGINS - LAST) refused += accepted ? 0 : 1;
    step = days.next();
  }
  const template = step.value;
  const threshold = defaultDetector.threshold(template, TARGET);
  const fresh = attacker.slice(TRIED[1]);
  return {
    rule: rule.name,
    condition,
    poisoned,
    accepted: fresh.filter((vector) => llr(template, vector) >= threshold).length / fresh.length,
    refused: refused / LAST,
    ...counts,
    template: createHash('sha256').update(defaultDetector.serialize(template)).digest('hex'),
  };
}

function fitted(entries: readonly FixedTextVector[]): DefaultProfile {
  const profile = defaultDetector.fit(entries);
  if (isInsufficient(profile)) throw new RangeError(`no template: ${profile.reason}`);
  return profile;
}

function llr(profile: DefaultProfile, vector: FixedTextVector): number {
  const score = defaultDetector.score(profile, vector);
  if (score.status !== 'scored') throw new RangeError(`no score: ${score.reason}`);
  return score.llr;
}
