import { describe, expect, it } from 'vitest';
import { type OwnStanding, ownStanding } from './own-standing';

const NOTHING: OwnStanding = { own: 0, usual: 0, seen: 0 };
const after = (llrs: readonly number[], from = NOTHING): OwnStanding =>
  llrs.reduce((standing, llr) => ownStanding(standing, 'freeText', llr), from);

describe('a session beside its own beginning, window by window', () => {
  it('takes a share of what is usual from each window, and sums what is missing', () => {
    const usual = { own: 0, usual: 5, seen: 20 };
    expect(after([2], usual)).toEqual({ own: 1, usual: 5, seen: 20 });
    expect(after([2, 1.5], usual).own).toBe(2.5);
    expect(after([2, 1.5, 4], usual).own).toBe(1.5);
    expect(after([2, 1.5, 100], usual).own).toBe(0);
    expect(after([-100, -100], usual).own).toBe(8);
    expect(ownStanding(usual, 'freeText', -100, 3).own).toBe(3);
  });

  it('learns what is usual from what speaks for the customer alone', () => {
    expect(after([6])).toEqual({ own: 0, usual: 4.6667, seen: 1 });
    expect(after([0, -3])).toMatchObject({ usual: 0, seen: 0 });
    expect(after(Array.from({ length: 200 }, () => 6)).usual).toBeCloseTo(6, 2);
    expect(after(Array.from({ length: 200 }, () => 6)).seen).toBe(20);
    expect(after(Array.from({ length: 200 }, () => 1_000)).usual).toBe(100);
  });
});
