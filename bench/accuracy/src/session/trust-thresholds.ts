import { bootstrapInterval, type Interval } from '@tacit-auth/models/evaluation';
import type { Figures } from '../assemble';

/** How a threshold for a rate was found. */
export type ThresholdOrigin = 'observed' | 'extrapolated' | 'too-few-alarms';

export interface ChosenThreshold {
  /** Null where there were too few alarms at any threshold to say. */
  readonly threshold: number | null;
  readonly origin: ThresholdOrigin;
  /** 95 %, bootstrap over people; null where there is no threshold, or where too many draws have none. */
  readonly interval: Interval | null;
}

/** Alarms of each person at each threshold that was tried, rising, and the hours in which they came. */
export interface AlarmCounts {
  readonly tried: readonly number[];
  readonly people: readonly { readonly hours: number; readonly alarms: ArrayLike<number> }[];
}

/** Thresholds, in nats: 4 % apart. */
export const TRIED: readonly number[] = Array.from({ length: 150 }, (_, i) => 1.04 ** i);

/** A rate is observed where so many alarms are expected in the hours that there are. */
export const LEAST_EXPECTED = 3;
/** Of the tail, thresholds count that so many alarms reached. */
const TAIL = { least: 3, most: 30 } as const;

/**
 * The threshold at which there are so many alarms in an hour. Where three and more are expected in the hours that there are it is observed: the least from which on alarms are as rare. Else it
 * is extrapolated by an exponential tail, as cumulative sums have it: the straight line of ln(alarms per hour) over the threshold, by least squares with the alarms as weights, through
 * the thresholds that 3 to 30 alarms reached, where the most of these are twice the fewest and more.
 */
export function thresholdAtRate(counts: AlarmCounts, rate: number, drawn: (person: number) => number = () => 1): ChosenThreshold {
  const { tried, people } = counts;
  const hours = people.reduce((sum, each, i) => sum + drawn(i) * each.hours, 0);
  const alarms = tried.map((_, t) => people.reduce((sum, each, i) => sum + drawn(i) * (each.alarms[t] ?? 0), 0));
  if (rate * hours >= LEAST_EXPECTED) {
    const last = alarms.findLastIndex((count) => count > rate * hours);
    const threshold = tried[last + 1];
    if (threshold !== undefined) return { threshold, origin: 'observed', interval: null };
  }
  const tail = tried.flatMap((at, t) => {
    const count = alarms[t] ?? 0;
    return count >= TAIL.least && count <= TAIL.most ? [{ at, count, log: Math.log(count / hours) }] : [];
  });
  const [most, fewest] = [tail[0]?.count ?? 0, tail.at(-1)?.count ?? 0];
  if (fewest === 0 || most < 2 * fewest) return { threshold: null, origin: 'too-few-alarms', interval: null };
  const { slope, offset } = weightedLine(tail);
  const threshold = Math.max((Math.log(rate) - offset) / slope, tried[0] ?? 0);
  return { threshold, origin: 'extrapolated', interval: null };
}

/** The same with its interval. */
export function chosenThreshold(counts: AlarmCounts, rate: number, { seed, resamples }: Figures): ChosenThreshold {
  const chosen = thresholdAtRate(counts, rate);
  if (chosen.threshold === null) return chosen;
  const interval = bootstrapInterval(
    counts.people.length,
    // A draw with too few alarms has a low threshold, whatever it is.
    (drawn) => thresholdAtRate(counts, rate, (i) => drawn[i] ?? 0).threshold ?? counts.tried[0] ?? 0,
    { seed, resamples },
  );
  return { ...chosen, interval };
}

function weightedLine(points: readonly { readonly at: number; readonly count: number; readonly log: number }[]) {
  const mean = (of: (point: (typeof points)[number]) => number) =>
    points.reduce((sum, point) => sum + point.count * of(point), 0) / points.reduce((sum, { count }) => sum + count, 0);
  const [at, log] = [mean((point) => point.at), mean((point) => point.log)];
  const slope = mean((point) => (point.at - at) * (point.log - log)) / mean((point) => (point.at - at) ** 2);
  return { slope, offset: log - slope * at };
}
