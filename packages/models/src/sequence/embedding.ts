import type { SequenceWindow } from '@tacit-auth/features';

/** Sum of the outputs of a network over the windows of an entry, of length 1; of length 0 where every output is 0. */
export function embedWindows(network: (window: SequenceWindow) => Float64Array, windows: readonly SequenceWindow[]): Float64Array {
  const sum = network(windows[0]);
  for (const window of windows.slice(1)) {
    addTo(sum, network(window), 1);
  }
  const length = lengthOf(sum) || 1;
  return sum.map((value) => value / length);
}

/** Mean of embedded entries; not of length 1. */
export function meanOf(entries: readonly Float64Array[]): Float64Array {
  const mean = new Float64Array(entries[0].length);
  for (const entry of entries) {
    addTo(mean, entry, 1 / entries.length);
  }
  return mean;
}

/** sum += share x values */
export function addTo(sum: Float64Array, values: Float64Array, share: number): void {
  for (let i = 0; i < sum.length; i++) {
    sum[i] += share * values[i];
  }
}

/** 1 - cosine of a mean and an embedded entry: from 0 to 1, as no number is negative; 1 where one of the two is nothing. */
export function cosineDistance(mean: Float64Array, embedded: Float64Array): number {
  let product = 0;
  for (let i = 0; i < mean.length; i++) {
    product += mean[i] * embedded[i];
  }
  return Math.min(Math.max(1 - product / (lengthOf(mean) || 1), 0), 1);
}

function lengthOf(values: Float64Array): number {
  let squares = 0;
  for (const value of values) {
    squares += value * value;
  }
  return Math.sqrt(squares);
}
