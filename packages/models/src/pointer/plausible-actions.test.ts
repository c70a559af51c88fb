import { describe, expect, it } from 'vitest';
import { implausibleActions } from './plausible-actions';
import { actionsOfRows, type EventRow, simulatedSession } from './simulated-pointers.test-support';

/** `count` movements to the right, of a length each and `step` ms between points. */
function movements(count: number, length: (movement: number) => number, step = (_point: number): number => 20): EventRow[] {
  let t = 0;
  return Array.from({ length: count }, (_, movement): EventRow[] => {
    t += 1_500;
    return Array.from({ length: 11 }, (__, point): EventRow => {
      t += step(point);
      return [0, t, point * length(movement), 40];
    });
  }).flat();
}

function clicks(count: number, hold: (click: number) => number): EventRow[] {
  return Array.from({ length: count }, (_, click): EventRow[] => [
    [1, 1e6 + 1_200 * click, 40, 40],
    [3, 1e6 + 1_200 * click + hold(click), 40, 40],
  ]).flat();
}

const detailOf = (rows: readonly EventRow[]): string | undefined => implausibleActions([actionsOfRows(rows)])?.detail;
const uneven = (point: number): number => 20 + 7 * (point % 3);

describe('actions that no person makes', () => {
  it('are not those of people, however few', () => {
    for (const person of [1, 2, 3]) {
      expect(implausibleActions([simulatedSession(person, 1, 60)])).toBeUndefined();
      expect(implausibleActions([simulatedSession(person, 1, 10)])).toBeUndefined();
    }
    expect(implausibleActions([])).toBeUndefined();
  });

  it('are paths all of one length, or nearly all', () => {
    expect(detailOf(movements(10, () => 12, uneven))).toBe('1 different lengths of 10 paths');
    expect(detailOf(movements(20, (movement) => (movement < 17 ? 12 : movement), uneven))).toContain('different lengths');
    expect(detailOf(movements(300, (movement) => (movement < 245 ? 12 : movement), uneven))).toContain('different lengths');
    expect(detailOf(movements(300, (movement) => (movement < 235 ? 12 : movement), uneven))).toBeUndefined();
    expect(detailOf(movements(4, () => 12, uneven))).toBeUndefined();
  });

  it('are a handful of paths in turn, but not many whose lengths come again', () => {
    expect(detailOf(movements(20, (movement) => 5 + (movement % 11), uneven))).toBe('11 different lengths of 20 paths');
    expect(detailOf(movements(20, (movement) => 5 + (movement % 12), uneven))).toBeUndefined();
    expect(detailOf(movements(5, (movement) => 5 + (movement % 2), uneven))).toBe('2 different lengths of 5 paths');
    expect(detailOf(movements(400, (movement) => 5 + (movement % 29), uneven))).toContain('different lengths');
    expect(detailOf(movements(400, (movement) => 5 + (movement % 30), uneven))).toBeUndefined();
  });

  it('are straight paths of perfectly steady speed', () => {
    expect(detailOf(movements(12, (movement) => 4 + movement))).toBe('12 of 12 paths straight and of steady speed');
    expect(detailOf(movements(12, (movement) => 4 + movement, uneven))).toBeUndefined();
  });

  it('are clicks of a mouse with next to no movement between, but not taps', () => {
    const few = [...movements(1, () => 9, uneven), ...clicks(30, (click) => 60 + click)];
    expect(detailOf(few)).toBe('1 movements of 31 actions');
    expect(detailOf([...movements(3, (movement) => 9 + movement, uneven), ...clicks(30, (click) => 60 + click)])).toBeUndefined();
    expect(implausibleActions([{ ...actionsOfRows(clicks(30, (click) => 60 + click)), device: 'touch' }])).toBeUndefined();
  });

  it('are taps all held alike', () => {
    const taps = actionsOfRows(clicks(12, (click) => 60 + (click % 2)));
    expect(implausibleActions([{ ...taps, device: 'touch' }])?.detail).toBe('2 different holds of 12');
  });
});
