import type { Frames } from './free-text-frames';
import { groupMeans } from './free-text-statistics';
import { FREQUENT_PAIRS, type FreeTextTable, KEY_PAIRS } from './free-text-table';

/** Numbers that {@link digraphSummary} writes. */
export const DIGRAPH_NUMBERS = 4 * FREQUENT_PAIRS;

const placeOfPair = new Int8Array(KEY_PAIRS).fill(-1);
let places = new Int8Array(128);

/** The most frequent digraphs one by one: deviations of press-press and release-press times and of the holds of both keys. */
export function digraphSummary(frames: Frames, { frequentPairs }: FreeTextTable, out: Float64Array, start: number): number {
  const { count, pair, hold, previousHold, pressPress, releasePress } = frames;
  if (places.length < count) {
    places = new Int8Array(2 * count);
  }
  for (let place = 0; place < FREQUENT_PAIRS; place++) {
    placeOfPair[frequentPairs[place]!] = place;
  }
  for (let i = 0; i < count; i++) {
    places[i] = placeOfPair[pair[i]!]!;
  }
  for (let place = 0; place < FREQUENT_PAIRS; place++) {
    placeOfPair[frequentPairs[place]!] = -1;
  }
  let at = start;
  for (const values of [pressPress, releasePress, previousHold, hold]) {
    at = groupMeans(out, at, FREQUENT_PAIRS, places, values, count, 2);
  }
  return at;
}
