import fc from 'fast-check';
import { FREQUENT_PAIRS, type FreeTextTable, KEY_PAIRS, TABLE_PARTS } from '../src/free-text-table';
import { type FreeTextTimings, freeTextTimingsFrom } from '../src/free-text-timings';
import { KEY_CLASSES } from '../src/key-classes';

/** A small generator of numbers in [0, 1) (mulberry32). */
export function uniforms(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** A table whose numbers all differ. */
export function someTable(seed = 1): FreeTextTable {
  const next = uniforms(seed);
  const centres: Readonly<Record<string, readonly [number, number]>> = {
    holdLocation: [4.2, 0.6],
    holdScale: [0.2, 0.2],
    pressPressLocation: [4.8, 0.8],
    releasePressLocation: [0.5, 1.5],
    releaseReleaseLocation: [1, 1.5],
  };
  const table: Record<string, Float64Array | Uint16Array> = {};
  for (const [name, length] of TABLE_PARTS) {
    const [least, width] = centres[name] ?? [0.3, 0.4];
    table[name] = Float64Array.from({ length }, () => least + width * next());
  }
  // Steps of 7 are prime to the number of pairs: all different.
  table.frequentPairs = Uint16Array.from({ length: FREQUENT_PAIRS }, (_, i) => (7 * i + Math.floor(KEY_PAIRS / 3)) % KEY_PAIRS);
  return table as unknown as FreeTextTable;
}

/** Timings of 2 to 120 keys with all there can be: roll-over, keys at one instant, pauses, releases never seen. */
export const anyTimings: fc.Arbitrary<FreeTextTimings> = fc
  .array(
    fc.record({
      key: fc.oneof({ weight: 3, arbitrary: fc.constantFrom(0, 1, 2, 11, 15, 30) }, fc.nat({ max: KEY_CLASSES - 1 })),
      gap: fc.oneof({ weight: 4, arbitrary: fc.double({ min: 0, max: 400, noNaN: true }) }, fc.constantFrom(0, 2_000, 60_000)),
      hold: fc.oneof({ weight: 6, arbitrary: fc.double({ min: 0, max: 300, noNaN: true }) }, fc.constantFrom(0, 5_000, Number.NaN)),
    }),
    { minLength: 2, maxLength: 120 },
  )
  .map((strokes) => {
    let press = 0;
    const times = strokes.map(({ gap }, i) => {
      press += i === 0 ? 0 : gap;
      return press;
    });
    return freeTextTimingsFrom({
      keys: strokes.map(({ key }) => key),
      press: times,
      release: strokes.map(({ hold }, i) => times[i]! + hold),
    });
  });
