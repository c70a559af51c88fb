import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clockStep } from './clock-step';

const times = (step: number) => [0, 1, 3, 7, 8, 12, 19, 23, 31].map((ticks) => Math.round(ticks * step));

describe('clockStep', () => {
  it.each([
    [1, 1],
    [10, 10],
    [20, 20],
    [100, 100],
    [156.25, 156],
    [1000 / 6, 167],
    [200, 200],
    [1_000, 1_000],
  ])('finds a step of %d in 0.1 ms', (step, found) => {
    expect(clockStep(times(step))).toBe(found);
  });

  it('takes a finer clock for what it is after one odd time', () => {
    expect(clockStep([...times(10), 1_234])).toBe(1);
  });

  it('says 1 when there is too little to tell', () => {
    expect(clockStep([])).toBe(1);
    expect(clockStep([0, 1_000, 2_000, 3_000])).toBe(1);
    expect(clockStep([0, 1_000, 2_000, 3_000, 4_000])).toBe(1_000);
  });

  it('never says a finer step than 1 ms for times of 1 ms', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 100_000 }), { minLength: 4, maxLength: 60 }), (ms) => {
        expect(clockStep(ms.map((time) => time * 10))).toBeGreaterThanOrEqual(10);
      }),
    );
  });
});
