import type { FixedTextVector } from '@tacit-auth/features';
import { assertVectors, unfitSamples } from './fixed-text-limits';
import { seededUniforms } from './seeded-normals';
import { assertSeed, vectorOfTimes } from './synthetic-vector';

export interface ShuffledTypistOptions {
  /** Entries of one text by one person. */
  readonly samples: readonly FixedTextVector[];
  /** Any 32-bit integer: the same seed gives the same entries. */
  readonly seed: number;
}

/**
 * A typist who has every time of a person, but at the wrong keys: each entry is one of the person's, its holds dealt out anew among the keys and its
 * press-press times among the transitions. It has the person's speed, spread and hold times, so a detector that refuses it has learned the person's
 * keys and not his summary.
 *
 * @returns the next entry at each call.
 * @throws TypeError for wrong kinds; RangeError for no samples, or samples that do not agree.
 */
export function shuffledTypist({ samples, seed }: ShuffledTypistOptions): () => FixedTextVector {
  assertVectors(samples, 'samples');
  assertSeed(seed);
  const unfit = unfitSamples(samples, 1);
  if (unfit !== undefined) {
    throw new RangeError(`samples must be entries of one text: ${unfit.detail ?? unfit.reason}`);
  }
  const uniform = seededUniforms(seed, 0x73_68_75);
  return () => {
    const sample = samples[Math.floor(uniform() * samples.length)];
    return vectorOfTimes(dealt(sample.hold, uniform), dealt(sample.pressPress, uniform), sample.hold.length > 0);
  };
}

/** Fisher & Yates. */
function dealt(times: Float64Array, uniform: () => number): Float64Array {
  const next = times.slice();
  for (let i = next.length - 1; i > 0; i--) {
    const j = Math.floor(uniform() * (i + 1));
    const time = next[i];
    next[i] = next[j];
    next[j] = time;
  }
  return next;
}
