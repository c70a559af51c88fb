/** Count of timings of an entry of K keys: K hold, K - 1 press-press, K - 1 release-press; 31 for 11 keys. */
export function timingsOf(keys: number): number {
  return 3 * keys - 2;
}

/**
 * Entries of K hold and K - 1 press-press times as rows with the K - 1 release-press times behind, in ms as float32. Release-press follows from the
 * other two; computing it keeps a forged vector from disagreeing with itself.
 */
export function timingRows(entries: Float32Array, keys: number): Float32Array {
  const times = 2 * keys - 1;
  const timings = timingsOf(keys);
  const samples = entries.length / times;
  const rows = new Float32Array(samples * timings);
  for (let sample = 0; sample < samples; sample++) {
    const from = sample * times;
    const to = sample * timings;
    for (let i = 0; i < times; i++) {
      rows[to + i] = entries[from + i];
    }
    for (let i = 0; i < keys - 1; i++) {
      rows[to + times + i] = entries[from + keys + i] - entries[from + i];
    }
  }
  return rows;
}
