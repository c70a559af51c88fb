import { bootstrapInterval, type Interval } from '@tacit-auth/models/evaluation';
import type { Figures } from '../assemble';
import { type FollowedOwner, falseAlarmRate, follow, type OwnerSteps, thresholdFor } from './session-steps';

/** Amounts at which the share of switches that were noticed is told. */
export const FOUND_BY = { keys: [50, 100, 200, 400, 1_000], actions: [10, 20, 50, 100, 200] } as const;

/** What a row says of itself before any figure. */
export interface SessionHead {
  readonly suite: 'session';
  readonly detector: string;
  /** Words apart by spaces. */
  readonly condition: string;
  /** Recordings that enrolled. */
  readonly enrol: number;
  readonly unit: 'keys' | 'actions';
}

/** One operating point. Amounts are keys or actions; shares are fractions; intervals are 95 % bootstrap intervals over customers. */
export interface SessionRow extends SessionHead {
  /** False alarms in 10,000 that the threshold was chosen for. */
  readonly target_per_10k: number;
  /** In nats, chosen on people apart; null where no threshold that was tried has so few. */
  readonly threshold: number | null;
  /** People apart, and what false alarms they had at the threshold. */
  readonly chosen_on: { readonly users: number; readonly genuine: number; readonly false_alarms_per_10k: number | null };
  readonly users: number;
  /** Of the customers' own streams, in all. */
  readonly genuine: number;
  readonly false_alarms: number | null;
  readonly false_alarms_per_10k: number | null;
  readonly false_alarms_per_10k_ci: Interval | null;
  /** Share of the customers who had a false alarm. */
  readonly users_with_false_alarm: number | null;
  /** Average number of genuine actions before a false alarm; null where there was none. */
  readonly anga: number | null;
  readonly switches: number;
  /** Average number of imposter actions until detection, of the switches that were noticed. */
  readonly ania: number | null;
  /** What the other person had done when half, and nine in ten, of all switches were noticed; null where so many never were. */
  readonly detected_median: number | null;
  readonly detected_median_ci: Interval | null;
  readonly detected_p90: number | null;
  /** Share of the switches that was noticed by so many; null where the other people's streams are mostly shorter. */
  readonly found_by: readonly (readonly [amount: number, share: number | null])[];
  /** Share that was not noticed by the end of the other person's stream, which was so long at the median. */
  readonly never: number | null;
  readonly stream_median: number;
}

export interface SessionCurvePoint {
  readonly threshold: number;
  readonly false_alarms_per_10k: number;
  readonly detected_median: number | null;
  readonly detected_p90: number | null;
  readonly never: number;
}

export interface SessionCurve extends SessionHead {
  readonly points: readonly SessionCurvePoint[];
}

/** People apart, by whom the thresholds are chosen, and those of whom the figures are. */
export interface Halves {
  readonly choose: readonly OwnerSteps[];
  readonly report: readonly OwnerSteps[];
}

/** A row at the threshold that the people apart give for so many false alarms. */
export function sessionRow(head: SessionHead, { choose, report }: Halves, targetPer10k: number, { seed, resamples }: Figures): SessionRow {
  const threshold = thresholdFor(choose, targetPer10k / 10_000);
  const streams = report.flatMap(({ switches }) => switches.map(({ steps }) => steps.at(-1)?.done ?? 0)).toSorted(ascending);
  const row = {
    ...head,
    target_per_10k: targetPer10k,
    threshold: threshold ?? null,
    chosen_on: {
      users: choose.length,
      genuine: genuineOf(choose),
      false_alarms_per_10k: threshold === undefined ? null : 10_000 * falseAlarmRate(choose, threshold),
    },
    users: report.length,
    genuine: genuineOf(report),
    switches: streams.length,
    stream_median: quantile(streams, 0.5) ?? 0,
  };
  if (threshold === undefined || report.length === 0) {
    return {
      ...row,
      false_alarms: null,
      false_alarms_per_10k: null,
      false_alarms_per_10k_ci: null,
      users_with_false_alarm: null,
      anga: null,
      ania: null,
      detected_median: null,
      detected_median_ci: null,
      detected_p90: null,
      found_by: FOUND_BY[head.unit].map((amount) => [amount, null]),
      never: null,
    };
  }
  const followed = report.map((owner) => follow(owner, threshold));
  const alarms = followed.reduce((sum, each) => sum + each.alarms, 0);
  const found = detections(followed);
  const noticed = found.filter(Number.isFinite);
  const rate = (drawn: (i: number) => number) =>
    (10_000 * followed.reduce((sum, each, i) => sum + drawn(i) * each.alarms, 0)) /
    followed.reduce((sum, { genuine }, i) => sum + drawn(i) * genuine, 0);
  const interval = (statistic: (drawn: Uint32Array) => number) => bootstrapInterval(followed.length, statistic, { seed, resamples });
  return {
    ...row,
    false_alarms: alarms,
    false_alarms_per_10k: rate(() => 1),
    false_alarms_per_10k_ci: interval((drawn) => rate((i) => drawn[i] ?? 0)),
    users_with_false_alarm: followed.filter((each) => each.alarms > 0).length / followed.length,
    anga: alarms === 0 ? null : row.genuine / alarms,
    ania: noticed.length === 0 ? null : noticed.reduce((sum, each) => sum + each, 0) / noticed.length,
    detected_median: quantile(found, 0.5),
    detected_median_ci: interval((drawn) => medianOf(followed, drawn) ?? Number.NaN),
    detected_p90: quantile(found, 0.9),
    found_by: FOUND_BY[head.unit].map((amount) => [amount, amount > row.stream_median ? null : shareWithin(found, amount)]),
    never: 1 - noticed.length / found.length,
  };
}

/** The figures over thresholds, of the people of the rows; from where there are too many false alarms to where too little is noticed. */
export function sessionCurve(head: SessionHead, { report }: Halves): SessionCurve {
  const points = DRAWN.map((threshold): SessionCurvePoint => {
    const followed = report.map((owner) => follow(owner, threshold));
    const found = detections(followed);
    const genuine = followed.reduce((sum, each) => sum + each.genuine, 0);
    return {
      threshold,
      false_alarms_per_10k: (10_000 * followed.reduce((sum, { alarms }) => sum + alarms, 0)) / genuine,
      detected_median: quantile(found, 0.5),
      detected_p90: quantile(found, 0.9),
      never: found.filter((each) => !Number.isFinite(each)).length / found.length,
    };
  });
  return { ...head, points };
}

const DRAWN = [1, 1.5, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 25, 30, 40, 50, 70, 100];

/** What was done at each alarm, rising; infinity where there was none. */
function detections(followed: readonly FollowedOwner[]): number[] {
  return followed.flatMap(({ found }) => found.map((each) => each ?? Number.POSITIVE_INFINITY)).toSorted(ascending);
}

function medianOf(followed: readonly FollowedOwner[], drawn: Uint32Array): number | null {
  const values = followed.flatMap(({ found }, i) => Array.from({ length: drawn[i] ?? 0 }, () => found).flat());
  return quantile(values.map((each) => each ?? Number.POSITIVE_INFINITY).toSorted(ascending), 0.5);
}

function genuineOf(owners: readonly OwnerSteps[]): number {
  return owners.reduce((sum, { genuine }) => sum + (genuine.at(-1)?.done ?? 0), 0);
}

function shareWithin(sorted: readonly number[], amount: number): number {
  return sorted.filter((each) => each <= amount).length / sorted.length;
}

/** The least value that so large a share is at or below; null where that is infinite, or there is none. */
function quantile(sorted: readonly number[], share: number): number | null {
  const value = sorted[Math.max(Math.ceil(share * sorted.length) - 1, 0)];
  return value === undefined || !Number.isFinite(value) ? null : value;
}

function ascending(a: number, b: number): number {
  return a - b;
}
