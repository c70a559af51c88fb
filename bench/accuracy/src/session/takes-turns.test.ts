import { describe, expect, it } from 'vitest';
import { stretch, takingTurns, typistsWithPointers } from './takes-turns';
import type { TimedOwner, TimedStep } from './trust-steps';

const step = (part: TimedStep['part'], seconds: number): TimedStep => ({
  part,
  llr: 1,
  own: null,
  amount: part === 'freeText' ? 50 : 10,
  active: 1_000 * seconds,
  elapsed: 2_000 * seconds,
});
const typed = [10, 20, 30].map((seconds) => step('freeText', seconds));
const moved = [4, 12, 16, 28, 60].map((seconds) => step('pointer', seconds));

describe('takingTurns', () => {
  it('goes on with whoever has done less, and adds the times of both up, until either is used up', () => {
    const both = takingTurns(typed, moved);
    expect(both.map(({ part, active }) => [part, active / 1_000])).toEqual([
      ['pointer', 4],
      ['freeText', 14],
      ['pointer', 22],
      ['pointer', 26],
      ['freeText', 36],
      ['pointer', 48],
      ['freeText', 58],
    ]);
    expect(both.at(-1)?.elapsed).toBe(2 * 58_000);
    expect(takingTurns(typed, [])).toEqual([]);
  });
});

describe('stretch', () => {
  it('is a piece of so much activity in its turn, on a clock of its own', () => {
    expect(stretch(moved, 15_000, 1).map(({ active }) => active)).toEqual([4_000, 16_000, 48_000]);
    // The four stretches are used up.
    expect(stretch(moved, 15_000, 4)).toEqual(moved);
    expect(stretch(moved, 1e9, 3)).toEqual(moved);
  });
});

describe('typistsWithPointers', () => {
  const owner = (user: string, genuine: readonly TimedStep[], others: readonly string[]): TimedOwner => ({
    user,
    genuine,
    switches: others.map((impostor) => ({ impostor, after: 1, steps: genuine.slice(1) })),
  });
  const typists = { a: ['1', '2', '3'].map((user) => owner(user, typed, ['8', '9'])), b: [owner('4', typed, [])] };
  const pointers = { a: ['x', 'y'].map((user) => owner(user, moved, ['z'])), b: [] };

  it('puts people of the same half together, and nobody where a half has none', () => {
    const { a, b } = typistsWithPointers(typists, pointers);
    expect(a.map(({ user }) => user)).toEqual(['1 x', '2 y', '3 x']);
    expect(b).toEqual([]);
    expect(a[0]?.switches.map(({ impostor, after }) => [impostor, after])).toEqual([
      ['8 z', 7],
      ['9 z', 7],
    ]);
  });
});
