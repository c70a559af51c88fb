import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PROPERTY_TIMEOUT, runs } from '../test/arbitraries';
import { anyTimings, someTable } from '../test/free-text-arbitraries';
import { FREE_TEXT_BLOCKS, FREE_TEXT_SPREADS, FREE_TEXT_SUMMARY_LENGTH, freeTextSummary } from './free-text-summary';
import { referenceSummary } from './free-text-summary.reference';
import type { FreeTextTable } from './free-text-table';
import { freeTextTimingsFrom } from './free-text-timings';

const table = someTable();

/** Fifty keys a tenth of a second apart, each held for 80 ms. */
function steady(keys: number[] = Array.from({ length: 50 }, (_, i) => 11 + (i % 20)), gap = 100, hold = 80) {
  return freeTextTimingsFrom({ keys, press: keys.map((_, i) => gap * i), release: keys.map((_, i) => gap * i + hold) });
}

const block = (name: string) => FREE_TEXT_BLOCKS.find((found) => found.name === name)!;

describe('freeTextSummary', () => {
  it(
    'is, number for number, what plain loops give',
    () => {
      fc.assert(
        fc.property(anyTimings, fc.integer({ min: 1, max: 5 }), (timings, seed) => {
          const own = someTable(seed);
          const fast = freeTextSummary(timings, own);
          referenceSummary(timings, own).forEach((number, i) => {
            expect(fast[i], `number ${i}`).toBeCloseTo(number, 9);
          });
        }),
        runs(60, 3_000),
      );
    },
    PROPERTY_TIMEOUT,
  );

  it('has five families without gaps, 757 numbers in all', () => {
    expect(FREE_TEXT_BLOCKS.map(({ name, start, length }) => [name, start, length])).toEqual([
      ['hold', 0, 104],
      ['latency', 104, 290],
      ['rhythm', 394, 115],
      ['digraph', 509, 240],
      ['habits', 749, 8],
    ]);
    expect(FREE_TEXT_SUMMARY_LENGTH).toBe(757);
    expect(referenceSummary(steady(), table)).toHaveLength(757);
  });

  it(
    'is finite and bounded for any timings there can be',
    () => {
      fc.assert(
        fc.property(anyTimings, (timings) => {
          const summary = freeTextSummary(timings, table);
          expect(summary.every((number) => Math.abs(number) <= 20)).toBe(true);
        }),
        runs(100, 5_000),
      );
    },
    PROPERTY_TIMEOUT,
  );

  it('does not remember the window before', () => {
    const first = freeTextSummary(steady(), table);
    const long = Array.from({ length: 2_000 }, (_, i) => i % 39);
    freeTextSummary(steady(long, 31, 250), table);
    expect(freeTextSummary(steady(), table)).toEqual(first);
  });

  it('is all zeros of deviations for who types as the table says', () => {
    const keys = Array.from({ length: 50 }, () => 20);
    const pair = 39 * 20 + 20;
    const hold = Math.exp(table.holdLocation[20]!);
    const flat: FreeTextTable = {
      ...table,
      pressPressLocation: table.pressPressLocation.slice().fill(Math.log(200), pair, pair + 1),
      releasePressLocation: table.releasePressLocation.slice().fill(Math.asinh((200 - hold) / 40), pair, pair + 1),
      releaseReleaseLocation: table.releaseReleaseLocation.slice().fill(Math.asinh(200 / 40), pair, pair + 1),
    };
    const summary = freeTextSummary(steady(keys, 200, hold), flat);
    const { start } = block('latency');
    const groups = [...summary.slice(0, 39 + 30 + 7), ...summary.slice(start, start + 156 + 50 + 21)];
    for (const number of groups) {
      expect(number).toBeCloseTo(0, 10);
    }
  });

  it('moves with the key that is held longer, and with no other', () => {
    const keys = Array.from({ length: 50 }, (_, i) => 11 + (i % 20));
    const held = freeTextTimingsFrom({
      keys,
      press: keys.map((_, i) => 300 * i),
      release: keys.map((key, i) => 300 * i + (key === 15 ? 160 : 80)),
    });
    const [before, after] = [freeTextSummary(steady(keys, 300), table), freeTextSummary(held, table)];
    const changed = Array.from({ length: 39 }, (_, key) => key).filter((key) => before[key] !== after[key]);
    expect(changed).toEqual([15]);
    expect(after[15]).toBeGreaterThan(before[15]!);
  });

  it('lets the hold of others stand in for one that was not seen', () => {
    const keys = Array.from({ length: 30 }, (_, i) => 11 + (i % 5));
    const press = keys.map((_, i) => 150 * i);
    const usual = press.map((time, i) => time + Math.exp(table.holdLocation[keys[i]!]!));
    const seen = freeTextTimingsFrom({ keys, press, release: usual });
    const unseen = freeTextTimingsFrom({ keys, press, release: usual.map((time, i) => (i % 4 === 0 ? Number.NaN : time)) });
    const [whole, part] = [freeTextSummary(seen, table), freeTextSummary(unseen, table)];
    part.forEach((number, i) => {
      expect(number).toBeCloseTo(whole[i]!, 9);
    });
  });

  it('refuses what are no timings and what is no table', () => {
    expect(() => freeTextSummary({ ...steady(), schema: 'free-text/2' } as never, table)).toThrow(TypeError);
    expect(() => freeTextSummary({ ...steady(), hold: new Float64Array(3) }, table)).toThrow(RangeError);
    expect(() => freeTextSummary(steady(), null as never)).toThrow(new TypeError('table must be a FreeTextTable'));
    expect(() => freeTextSummary(steady(), { ...table, holdScale: table.holdScale.slice(1) })).toThrow(RangeError);
    const broken = table.releasePressScale.slice();
    broken[7] = Number.NaN;
    expect(() => freeTextSummary(steady(), { ...table, releasePressScale: broken })).toThrow(/releasePressScale must be 1521 numbers/);
    broken[7] = 0;
    expect(() => freeTextSummary(steady(), { ...table, releasePressScale: broken })).toThrow(RangeError);
    expect(() => freeTextSummary(steady(), { ...table, frequentPairs: new Uint16Array(60) })).toThrow(
      'table.frequentPairs must be 60 different pairs',
    );
  });
});

describe('FREE_TEXT_SPREADS', () => {
  it('tell how uneven holds and press-press times are beside the table', () => {
    const keys = Array.from({ length: 40 }, (_, i) => 11 + ((7 * i) % 26));
    // Deviations of one scale either way, of holds and of press-press times in turn.
    const typed = (holds: number, presses: number) => {
      let time = 0;
      const press = keys.map((key, i) => {
        const pair = (keys[i - 1] ?? 0) * 39 + key;
        time += i === 0 ? 0 : Math.exp(table.pressPressLocation[pair]! + (i % 2 === 0 ? 1 : -1) * presses * table.pressPressScale[pair]!);
        return time;
      });
      const release = keys.map(
        (key, i) => press[i]! + Math.exp(table.holdLocation[key]! + (i % 2 === 0 ? 1 : -1) * holds * table.holdScale[key]!),
      );
      const summary = freeTextSummary(freeTextTimingsFrom({ keys, press, release }), table);
      return [FREE_TEXT_SPREADS.hold, FREE_TEXT_SPREADS.pressPress].map((at) => Math.exp(summary[at]!) - 0.1);
    };
    for (const [holds, presses] of [
      [0, 0],
      [0.5, 0],
      [0, 0.5],
      [0.4, 0.2],
    ] as const) {
      const [hold, pressPress] = typed(holds, presses);
      expect(hold).toBeCloseTo(holds, 2);
      expect(pressPress).toBeCloseTo(presses, 2);
    }
  });
});
