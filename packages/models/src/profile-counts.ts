import { WINDOW } from './kernel-template';

/** Most times that one entry of a profile may count. */
export const MOST_TIMES = 10;

/** Rows of times, and how often each counts. */
export interface CountedRows {
  readonly times: Float32Array;
  readonly counts: Uint8Array;
}

/** Rows of which those equal to the one before are counts of it; as they are where fewer than `least` would be left. */
export function mergedRows(times: Float32Array, width: number, least: number): CountedRows {
  const rows = times.length / width;
  const counts: number[] = [];
  const kept = new Float32Array(times.length);
  for (let row = 0; row < rows; row++) {
    const last = counts.length - 1;
    const before = kept.subarray(last * width, (last + 1) * width);
    const own = times.subarray(row * width, (row + 1) * width);
    if (last >= 0 && counts[last] < MOST_TIMES && isSame(before, own)) {
      counts[last]++;
    } else {
      kept.set(own, counts.length * width);
      counts.push(1);
    }
  }
  return counts.length < least
    ? { times, counts: new Uint8Array(rows).fill(1) }
    : { times: kept.slice(0, counts.length * width), counts: Uint8Array.from(counts) };
}

/** Rows after one was learned. */
export interface LearnedRow extends CountedRows {
  /** How many rows, the oldest, left. */
  readonly dropped: number;
  /** Whether it was the newest row again, which counts for more now. */
  readonly again: boolean;
}

/** Learns one row, so that it counts `learned` times; the oldest counts leave where there would be more than {@link WINDOW}. */
export function learnRow({ times, counts }: CountedRows, row: Float32Array, learned: number): LearnedRow {
  const width = row.length;
  const last = counts.length - 1;
  const again = counts[last] + learned <= MOST_TIMES && isSame(times.subarray(last * width), row);
  let surplus = counts.reduce((sum, count) => sum + count, learned - WINDOW);
  let dropped = 0;
  while (surplus > 0 && counts[dropped] <= surplus) {
    surplus -= counts[dropped];
    dropped++;
  }
  const kept = counts.length - dropped;
  const nextCounts = new Uint8Array(again ? kept : kept + 1);
  nextCounts.set(counts.subarray(dropped));
  nextCounts[0] -= Math.max(surplus, 0);
  nextCounts[nextCounts.length - 1] += learned;
  const nextTimes = new Float32Array(nextCounts.length * width);
  nextTimes.set(times.subarray(dropped * width));
  if (!again) {
    nextTimes.set(row, kept * width);
  }
  return { times: nextTimes, counts: nextCounts, dropped, again };
}

function isSame(one: Float32Array, other: Float32Array): boolean {
  return one.every((time, i) => time === other[i]);
}
