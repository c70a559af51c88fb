import { type FixedTextVector, hasHolds, type Insufficient, insufficient, keysOf } from '@tacit-auth/features';
import { assertVectors, PROFILE_LIMITS, timesOf, unfitSamples } from './fixed-text-limits';
import { checkedNumber } from './profile-bytes';

/** Most entries that a profile keeps to be trained on anew; the oldest leave first. */
export const MOST_RETAINED = 256;

/** Entries of one text, oldest first: K hold and K - 1 press-press times each, in ms as float32. */
export interface RetainedEntries {
  readonly keys: number;
  /** Count of the entries. */
  readonly samples: number;
  readonly entries: Float32Array;
}

/**
 * The newest of these samples as retained entries.
 *
 * Insufficient: `too-few-samples`, `length-mismatch`, `too-few-keys`, `too-many-keys`, `missing-releases`.
 *
 * @throws TypeError or RangeError for what are no vectors.
 */
export function retainEntries(samples: readonly FixedTextVector[], least: number): RetainedEntries | Insufficient {
  assertVectors(samples, 'samples');
  const unfit = unfitSamples(samples, least);
  if (unfit !== undefined) {
    return unfit;
  }
  if (!hasHolds(samples[0])) {
    return insufficient('missing-releases', 'the samples have no hold times');
  }
  const keys = keysOf(samples[0]);
  const kept = samples.slice(-MOST_RETAINED);
  const times = timesOf(keys);
  const entries = new Float32Array(kept.length * times);
  for (let i = 0; i < kept.length; i++) {
    writeEntry(entries, i * times, kept[i]);
  }
  return { keys, samples: kept.length, entries };
}

/** With one more entry, at the cost of the oldest where there are enough. */
export function retainOneMore(retained: RetainedEntries, sample: FixedTextVector): RetainedEntries {
  const { keys, samples, entries } = retained;
  const times = timesOf(keys);
  const kept = Math.min(samples, MOST_RETAINED - 1);
  const all = new Float32Array((kept + 1) * times);
  all.set(entries.subarray((samples - kept) * times));
  writeEntry(all, kept * times, sample);
  return { keys, samples: kept + 1, entries: all };
}

function writeEntry(entries: Float32Array, at: number, sample: FixedTextVector): void {
  entries.set(sample.hold, at);
  entries.set(sample.pressPress, at + sample.hold.length);
}

/** A sample as one entry, rounded as retained entries are. */
export function entryOf(sample: FixedTextVector): Float32Array {
  const entry = new Float32Array(timesOf(sample.hold.length));
  writeEntry(entry, 0, sample);
  return entry;
}

/** @throws TypeError or RangeError for entries that are no whole number of entries in range. */
export function assertRetained(value: Partial<RetainedEntries>, least: number): asserts value is RetainedEntries {
  const { keys, samples, entries } = value;
  if (typeof keys !== 'number' || typeof samples !== 'number' || !(entries instanceof Float32Array)) {
    throw new TypeError('profile must have counts and its entries as Float32Array');
  }
  if (!Number.isInteger(keys) || keys < PROFILE_LIMITS.minKeys || keys > PROFILE_LIMITS.maxKeys) {
    throw new RangeError(`profile.keys must be an integer from ${PROFILE_LIMITS.minKeys} to ${PROFILE_LIMITS.maxKeys}`);
  }
  if (!Number.isInteger(samples) || samples < least || samples > MOST_RETAINED || entries.length !== samples * timesOf(keys)) {
    throw new RangeError(`profile must have ${least} to ${MOST_RETAINED} whole entries`);
  }
}

/** Bytes of so many entries. */
export function retainedLength(keys: number, samples: number): number {
  return 4 * samples * timesOf(keys);
}

/** Writes the entries from the beginning of `body`. */
export function writeRetained(body: DataView, { entries }: RetainedEntries): void {
  for (let i = 0; i < entries.length; i++) {
    body.setFloat32(4 * i, entries[i]);
  }
}

/** @throws ModelError ERR_PROFILE_VALUE for a time out of range. */
export function readRetained(body: DataView, keys: number, samples: number): RetainedEntries {
  const entries = new Float32Array(samples * timesOf(keys));
  for (let i = 0; i < entries.length; i++) {
    entries[i] = checkedNumber(body.getFloat32(4 * i), 0, PROFILE_LIMITS.maxTime, 'entries');
  }
  return { keys, samples, entries };
}
