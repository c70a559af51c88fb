import { parseTypingSample, type TypingKey } from '@tacit-auth/features';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { believedClockStep, keepsGrid } from './clock-grid';

function sample(keys: TypingKey[], clockStep: number) {
  return parseTypingSample({ version: 1, mode: 'secret', field: 'password', keys, flags: {}, clockStep, device: 'keyboard' });
}

describe('believedClockStep', () => {
  it('believes a step that the times keep', () => {
    const keys: TypingKey[] = [
      [null, 0, 1000],
      [null, 2000, 3000],
      [null, 2000, null],
    ];
    expect(believedClockStep(sample(keys, 1000))).toBe(100);
    expect(believedClockStep(sample(keys, 1))).toBe(0.1);
    expect(believedClockStep(sample([], 1000))).toBe(100);
  });

  it('believes 0.1 ms where one event lies off the claimed grid', () => {
    const keys: TypingKey[] = [
      [null, 0, 1000],
      [null, 2000, 3410],
    ];
    expect(believedClockStep(sample(keys, 1000))).toBe(0.1);
  });

  it('forgives a tick of rounding and no more', () => {
    const near = (release: number) => believedClockStep(sample([[null, 0, release]], 1000));
    expect(near(1001)).toBe(100);
    expect(near(1002)).toBe(0.1);
    expect(near(998)).toBe(0.1);
  });

  it('believes steps that are no whole tenths, such as 1/60 s, in long samples', () => {
    fc.assert(
      fc.property(fc.constantFrom(1000 / 60, 1000 / 30, 8, 100), fc.array(fc.nat(30), { minLength: 1, maxLength: 60 }), (step, gaps) => {
        let ticks = 0;
        const keys = gaps.map((gap, index): TypingKey => {
          ticks += index === 0 ? 0 : gap;
          return [null, Math.round(ticks * step * 10), Math.round((ticks + 5) * step * 10)];
        });
        const clockStep = Math.round(step * 10);
        expect(believedClockStep(sample(keys, clockStep))).toBe(clockStep / 10);
      }),
    );
  });
});

describe('keepsGrid', () => {
  it('forgives the rounding of the interval, and of each step', () => {
    expect([1600, 1601, 1599, 1650].map((interval) => keepsGrid(interval, 160))).toEqual([true, true, true, false]);
    // 100 steps of 1/60 s are 16666.7 tenths; the step is told as 167.
    expect(keepsGrid(16_667, 167)).toBe(true);
    expect(keepsGrid(16_600, 167)).toBe(false);
    expect(keepsGrid(0, 167)).toBe(true);
  });
});
