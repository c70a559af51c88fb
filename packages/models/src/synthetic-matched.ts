import { type FixedTextVector, keysOf } from '@tacit-auth/features';
import { assertVectors, unfitSamples } from './fixed-text-limits';
import { seededNormals } from './seeded-normals';
import { assertSeed, assertTextKeys, vectorOfTimes } from './synthetic-vector';

/** Mean and standard deviation in ms of all times of a kind, over keys and entries. */
export interface TimingStatistics {
  /** `null` where the entries have no hold times. */
  readonly hold: { readonly mean: number; readonly deviation: number } | null;
  readonly pressPress: { readonly mean: number; readonly deviation: number };
}

export interface MatchedTypistOptions {
  /** Keys of the text, 2 to 128. */
  readonly keys: number;
  /** A person's or a population's: see {@link timingStatistics}. */
  readonly statistics: TimingStatistics;
  /** Any 32-bit integer: the same seed gives the same entries. */
  readonly seed: number;
}

/**
 * A script that has stolen a summary: times drawn so that holds and press-press times have the given means and deviations, as the eight-number summary
 * of the classical systems has them, but every key alike. Log-normal, so that times are positive and skewed as people's are.
 *
 * @returns the next entry at each call.
 * @throws TypeError for wrong kinds; RangeError for a number of keys, a seed, a mean or a deviation out of range.
 */
export function matchedTypist({ keys, statistics, seed }: MatchedTypistOptions): () => FixedTextVector {
  assertTextKeys(keys);
  assertSeed(seed);
  if (typeof statistics !== 'object' || statistics === null) {
    throw new TypeError('statistics must be an object');
  }
  const press = logNormal(statistics.pressPress, 'statistics.pressPress');
  const hold = statistics.hold === null ? null : logNormal(statistics.hold, 'statistics.hold');
  const normal = seededNormals(seed, 0x6d_61_74);
  const drawn = (length: number, { location, scale }: LogNormal) =>
    Float64Array.from({ length }, () => Math.exp(location + scale * normal()));
  return () => vectorOfTimes(hold === null ? new Float64Array(0) : drawn(keys, hold), drawn(keys - 1, press), hold !== null);
}

/**
 * The statistics of entries of one text, by one person or by many.
 *
 * @throws TypeError for wrong kinds; RangeError for no samples, or samples that do not agree.
 */
export function timingStatistics(samples: readonly FixedTextVector[]): TimingStatistics {
  assertVectors(samples, 'samples');
  const unfit = unfitSamples(samples, 1);
  if (unfit !== undefined || keysOf(samples[0]) < 2) {
    throw new RangeError(`samples must be entries of one text: ${unfit?.detail ?? 'too-few-keys'}`);
  }
  const all = samples[0].hold.length > 0;
  return { hold: all ? momentsOf(samples.map(({ hold }) => hold)) : null, pressPress: momentsOf(samples.map((each) => each.pressPress)) };
}

function momentsOf(rows: readonly Float64Array[]): { mean: number; deviation: number } {
  let count = 0;
  let sum = 0;
  for (const row of rows) {
    for (const time of row) {
      sum += time;
      count++;
    }
  }
  const mean = sum / count;
  let squares = 0;
  for (const row of rows) {
    for (const time of row) {
      squares += (time - mean) ** 2;
    }
  }
  return { mean, deviation: Math.sqrt(squares / Math.max(count - 1, 1)) };
}

interface LogNormal {
  readonly location: number;
  readonly scale: number;
}

/** The log-normal of a mean and a deviation. */
function logNormal(moments: unknown, name: string): LogNormal {
  const { mean, deviation } = (typeof moments === 'object' && moments !== null ? moments : {}) as { mean?: unknown; deviation?: unknown };
  if (typeof mean !== 'number' || typeof deviation !== 'number') {
    throw new TypeError(`${name} must have a mean and a deviation`);
  }
  if (!(mean > 0 && mean <= 3_600_000) || !(deviation >= 0 && deviation <= 3_600_000)) {
    throw new RangeError(`${name} must have a mean above 0 and a deviation from 0, both to 3600000 ms`);
  }
  const square = Math.log(1 + (deviation / mean) ** 2);
  return { location: Math.log(mean) - square / 2, scale: Math.sqrt(square) };
}
