import { seededUniforms } from '../seeded-normals';

export type Interval = readonly [low: number, high: number];

export interface BootstrapOptions {
  /** Any 32-bit integer: the same seed draws the same resamples. */
  readonly seed: number;
  /** Resamples, 100 to 1,000,000; 2,000 by default. */
  readonly resamples?: number;
}

const DEFAULT_RESAMPLES = 2_000;
/** A stream of its own, so that intervals do not share numbers with a simulation of the same seed. */
const STREAM = 0x62_6f_6f_74;

/**
 * 95 % percentile interval over resampled people (Efron 1979): each resample draws as many people as there are, with replacement, and
 * `statistic` is computed with each person counted as often as drawn.
 *
 * @param people how many people there are; 1 or more.
 * @param statistic of how often each person was drawn; NaN leaves a resample out.
 * @returns null where there is one person only or no resample gave a number: nothing can be said.
 * @throws TypeError or RangeError for wrong arguments.
 */
export function bootstrapInterval(people: number, statistic: (drawn: Uint32Array) => number, options: BootstrapOptions): Interval | null {
  return bootstrapIntervals(people, (drawn) => [statistic(drawn)], options)[0] ?? null;
}

/** As {@link bootstrapInterval} for several statistics at once, over the same resamples; they must always be as many. */
export function bootstrapIntervals(
  people: number,
  statistics: (drawn: Uint32Array) => readonly number[],
  { seed, resamples = DEFAULT_RESAMPLES }: BootstrapOptions,
): (Interval | null)[] {
  assertInteger(people, 'people', 1, 10_000_000);
  assertInteger(seed, 'seed', -2_147_483_648, 4_294_967_295);
  assertInteger(resamples, 'resamples', 100, 1_000_000);
  const drawn = new Uint32Array(people);
  if (people === 1) {
    return statistics(drawn.fill(1)).map(() => null);
  }
  const uniform = seededUniforms(seed, STREAM);
  const rows: (readonly number[])[] = [];
  for (let r = 0; r < resamples; r++) {
    drawn.fill(0);
    for (let i = 0; i < people; i++) {
      drawn[Math.floor(uniform() * people)]++;
    }
    rows.push(statistics(drawn));
  }
  return (rows[0] ?? []).map((_, s) => {
    const values = Float64Array.from(rows, (row) => row[s])
      .filter((value) => !Number.isNaN(value))
      .sort();
    return values.length === 0 ? null : [quantile(values, 0.025), quantile(values, 0.975)];
  });
}

/** Quantile of sorted values, linear between neighbours. */
function quantile(sorted: Float64Array, share: number): number {
  const at = share * (sorted.length - 1);
  const low = Math.floor(at);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low] + (at - low) * (sorted[high] - sorted[low]);
}

export function assertInteger(value: unknown, name: string, least: number, most: number): asserts value is number {
  if (typeof value !== 'number') {
    throw new TypeError(`${name} must be a number`);
  }
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new RangeError(`${name} must be an integer from ${least} to ${most}`);
  }
}
