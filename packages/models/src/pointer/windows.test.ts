import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LEAST_WINDOW_ACTIONS, WINDOWS_BY_ACTIONS, WINDOWS_BY_TIME, type WindowRange, windowsOf } from './windows';

function blockOf(ends: readonly number[]): { start: Float64Array; end: Float64Array } {
  const end = Float64Array.from(ends);
  return { start: end.map((time) => time - 500), end };
}

/** Every window of the grid, tried one by one. */
function plainWindows(ends: readonly number[], { length, hop }: { length: number; hop: number }): WindowRange[] {
  const ranges: WindowRange[] = [];
  const first = (ends[0] ?? 0) - 500;
  for (let opens = first; ends.length > 0; opens += hop) {
    const inside = ends.map((end, i) => [end, i]).filter(([end]) => end >= opens && end < opens + length);
    if (inside.length >= LEAST_WINDOW_ACTIONS) {
      ranges.push([inside[0][1], inside[0][1] + inside.length]);
    }
    if (opens + length > (ends.at(-1) ?? 0)) {
      break;
    }
  }
  return ranges;
}

describe('windows by time', () => {
  it('are 20 s long and begin every 5 s', () => {
    const ranges = windowsOf(blockOf(Array.from({ length: 31 }, (_, i) => 500 + 1_000 * i)), WINDOWS_BY_TIME);
    expect(ranges).toEqual([
      [0, 20],
      [5, 25],
      [10, 30],
      [15, 31],
    ]);
  });

  it('of a short block are one, and of too few actions none', () => {
    expect(windowsOf(blockOf([600, 900, 1_500]), WINDOWS_BY_TIME)).toEqual([[0, 3]]);
    expect(windowsOf(blockOf([600, 900]), WINDOWS_BY_TIME)).toEqual([]);
    expect(windowsOf(blockOf([]), WINDOWS_BY_TIME)).toEqual([]);
  });

  it('pass over rests as the plain search does, in time that does not grow with them', () => {
    const ends = fc
      .array(fc.oneof({ weight: 5, arbitrary: fc.integer({ min: 0, max: 3_000 }) }, fc.integer({ min: 0, max: 120_000 })), {
        maxLength: 60,
      })
      .map((gaps) => {
        let time = 500;
        return gaps.map((gap) => (time += gap));
      });
    fc.assert(
      fc.property(ends, (times) => {
        expect(windowsOf(blockOf(times), WINDOWS_BY_TIME)).toEqual(plainWindows(times, WINDOWS_BY_TIME));
      }),
      { numRuns: 200 },
    );
    expect(
      windowsOf(blockOf([500, 600, 700, 86_400_000 - 2, 86_400_000 - 1, 86_400_000]), { unit: 'time', length: 1_000, hop: 50 }).length,
    ).toBeLessThan(50);
  });
});

describe('windows by actions', () => {
  it('are 60 long and begin every 30', () => {
    const count = (n: number): WindowRange[] => windowsOf(blockOf(Array.from({ length: n }, (_, i) => i * 1e5)), WINDOWS_BY_ACTIONS);
    expect(count(125)).toEqual([
      [0, 60],
      [30, 90],
      [60, 120],
    ]);
    expect(count(60)).toEqual([[0, 60]]);
    expect(count(12)).toEqual([[0, 12]]);
    expect(count(2)).toEqual([]);
  });
});
