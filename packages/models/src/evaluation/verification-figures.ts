import { type BootstrapOptions, bootstrapIntervals, type Interval } from './bootstrap-interval';
import { PooledScores } from './pooled-rates';
import { assertScores, equalErrorRate } from './rates';

/** Scores of one person's template: of the person's own attempts and of others'. Higher = more genuine. */
export interface UserScores {
  /** Entries of the same name are one person, who is drawn as a whole when people are resampled. */
  readonly user: string;
  readonly genuine: Float64Array;
  readonly impostor: Float64Array;
  /** Attempts that could not be scored (`insufficient`). They count in no error rate. */
  readonly refused: { readonly genuine: number; readonly impostor: number };
}

export type FigureOptions = BootstrapOptions;

/** One row of a report. Rates are fractions; null where there is nothing to compute them from; intervals are 95 %, over people. */
export interface VerificationFigures {
  /** People with genuine and impostor scores. */
  readonly users: number;
  /** Scored attempts of those people's templates. */
  readonly genuine: number;
  readonly impostor: number;
  /** Mean over people of each one's own equal error rate (where a person has several entries, the mean of theirs). */
  readonly eer_user: number | null;
  readonly eer_user_ci: Interval | null;
  /** Equal error rate with one threshold for all. */
  readonly eer_global: number | null;
  readonly eer_global_ci: Interval | null;
  readonly auc: number | null;
  readonly auc_ci: Interval | null;
  /** FNMR at the one threshold for all where FMR is at most .01. */
  readonly fnmr_at_fmr_1pct: number | null;
  readonly fnmr_at_fmr_1pct_ci: Interval | null;
  /** The same at .001: rests on `fmr_01pct_rests_on` accepted impostor attempts, and says nothing where `fmr_claimable` is above .001. */
  readonly fnmr_at_fmr_01pct: number | null;
  readonly fnmr_at_fmr_01pct_ci: Interval | null;
  /** Impostor attempts accepted at that threshold. */
  readonly fmr_01pct_rests_on: number | null;
  /** Least FMR that so many impostor attempts can support: 3 / impostor attempts, the 95 % bound where none is accepted. */
  readonly fmr_claimable: number | null;
  /** Share of all attempts that could not be scored. */
  readonly insufficient: number;
}

const TARGETS = [0.01, 0.001] as const;

/**
 * Error rates of a trial. Intervals resample people, not attempts: attempts of one person are alike.
 *
 * @throws TypeError or RangeError for wrong arguments.
 */
export function verificationFigures(users: readonly UserScores[], options: FigureOptions): VerificationFigures {
  assertUsers(users);
  let refused = 0;
  let attempts = 0;
  for (const { genuine, impostor, refused: left } of users) {
    refused += left.genuine + left.impostor;
    attempts += genuine.length + impostor.length + left.genuine + left.impostor;
  }
  const insufficient = attempts === 0 ? 1 : refused / attempts;
  const people = peopleOf(users);
  if (people.length === 0) {
    return { ...NOTHING, insufficient };
  }
  const pool = new PooledScores(people);
  const everybody = new Uint32Array(people.length).fill(1);
  const rates = pool.rates(everybody, TARGETS);
  const impostor = countOf(people, 'impostor');
  const [eerUserCi, eerGlobalCi, aucCi, ci1, ci01] = bootstrapIntervals(
    people.length,
    (drawn) => {
      const resampled = pool.rates(drawn, TARGETS);
      return [meanErrorRate(people, drawn), resampled.equalErrorRate, resampled.auc, ...resampled.fnmrAt];
    },
    options,
  );
  return {
    users: people.length,
    genuine: countOf(people, 'genuine'),
    impostor,
    eer_user: meanErrorRate(people, everybody),
    eer_user_ci: eerUserCi,
    eer_global: rates.equalErrorRate,
    eer_global_ci: eerGlobalCi,
    auc: rates.auc,
    auc_ci: aucCi,
    fnmr_at_fmr_1pct: rates.fnmrAt[0],
    fnmr_at_fmr_1pct_ci: ci1,
    fnmr_at_fmr_01pct: rates.fnmrAt[1],
    fnmr_at_fmr_01pct_ci: ci01,
    fmr_01pct_rests_on: rates.acceptedAt[1],
    fmr_claimable: 3 / impostor,
    insufficient,
  };
}

const NOTHING = {
  users: 0,
  genuine: 0,
  impostor: 0,
  eer_user: null,
  eer_user_ci: null,
  eer_global: null,
  eer_global_ci: null,
  auc: null,
  auc_ci: null,
  fnmr_at_fmr_1pct: null,
  fnmr_at_fmr_1pct_ci: null,
  fnmr_at_fmr_01pct: null,
  fnmr_at_fmr_01pct_ci: null,
  fmr_01pct_rests_on: null,
  fmr_claimable: null,
} as const;

interface Person {
  readonly genuine: Float64Array;
  readonly impostor: Float64Array;
  readonly errorRate: number;
}

/** People with scores of both kinds, in order of their first entry. */
function peopleOf(users: readonly UserScores[]): Person[] {
  const byName = new Map<string, UserScores[]>();
  for (const entry of users) {
    if (entry.genuine.length > 0 && entry.impostor.length > 0) {
      byName.set(entry.user, [...(byName.get(entry.user) ?? []), entry]);
    }
  }
  return [...byName.values()].map((entries) => ({
    genuine: joined(entries.map(({ genuine }) => genuine)),
    impostor: joined(entries.map(({ impostor }) => impostor)),
    errorRate: entries.reduce((sum, { genuine, impostor }) => sum + equalErrorRate(genuine, impostor), 0) / entries.length,
  }));
}

function joined(parts: readonly Float64Array[]): Float64Array {
  const whole = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function meanErrorRate(people: readonly Person[], drawn: Uint32Array): number {
  let sum = 0;
  let count = 0;
  for (let i = 0; i < people.length; i++) {
    sum += drawn[i] * people[i].errorRate;
    count += drawn[i];
  }
  return sum / count;
}

function countOf(people: readonly Person[], kind: 'genuine' | 'impostor'): number {
  return people.reduce((sum, person) => sum + person[kind].length, 0);
}

function assertUsers(value: unknown): asserts value is readonly UserScores[] {
  if (!Array.isArray(value)) {
    throw new TypeError('users must be an array');
  }
  value.forEach((entry: Partial<UserScores> | null, i) => {
    if (typeof entry !== 'object' || entry === null || typeof entry.user !== 'string') {
      throw new TypeError(`users[${i}] must have the name of a user`);
    }
    for (const kind of ['genuine', 'impostor'] as const) {
      const scores = entry[kind];
      // Nobody has to have attempts of both kinds; who has none of one is left out of the rates.
      if (!(scores instanceof Float64Array) || scores.length > 0) {
        assertScores(scores, `users[${i}].${kind}`);
      }
      const refused: unknown = entry.refused?.[kind];
      if (typeof refused !== 'number') {
        throw new TypeError(`users[${i}].refused.${kind} must be a number`);
      }
      if (!Number.isInteger(refused) || refused < 0) {
        throw new RangeError(`users[${i}].refused.${kind} must be a count`);
      }
    }
  });
}
