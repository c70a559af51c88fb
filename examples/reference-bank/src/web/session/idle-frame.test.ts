import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type IdleEvent, type IdleFrame, isSpokenSecond, nextIdleFrame, secondsLeft, warnAfter } from './idle-frame';

const active: IdleFrame = { phase: 'active' };
const locked: IdleFrame = { phase: 'locked' };

describe('nextIdleFrame', () => {
  it('warns, and forgets the warning when somebody is there', () => {
    const warned = nextIdleFrame(active, { type: 'warn', locksAt: 120_000 });
    expect(warned).toEqual({ phase: 'warned', locksAt: 120_000 });
    expect(nextIdleFrame(warned, { type: 'active' })).toEqual(active);
  });

  it('locks from anywhere', () => {
    expect(nextIdleFrame(active, { type: 'lock' })).toEqual(locked);
    expect(nextIdleFrame({ phase: 'warned', locksAt: 1 }, { type: 'lock' })).toEqual(locked);
  });

  it('stays locked whatever happens until it is unlocked', () => {
    const event: fc.Arbitrary<IdleEvent> = fc.oneof(
      fc.record({ type: fc.constant('warn' as const), locksAt: fc.nat() }),
      fc.constant({ type: 'active' as const }),
      fc.constant({ type: 'lock' as const }),
    );
    fc.assert(
      fc.property(fc.array(event), (events) => {
        expect(events.reduce(nextIdleFrame, locked)).toEqual(locked);
      }),
    );
    expect(nextIdleFrame(locked, { type: 'unlock' })).toEqual(active);
  });
});

describe('the countdown', () => {
  it('counts whole seconds down to 0', () => {
    expect(secondsLeft(120_000, 90_000)).toBe(30);
    expect(secondsLeft(120_000, 119_001)).toBe(1);
    expect(secondsLeft(120_000, 130_000)).toBe(0);
  });

  it('speaks a few seconds only', () => {
    expect(Array.from({ length: 31 }, (_, second) => second).filter(isSpokenSecond)).toEqual([5, 10, 20]);
  });

  it('warns at 90 s of 120 s, and before the lock of every session', () => {
    expect(warnAfter(120_000)).toBe(90_000);
    expect(warnAfter(10_000)).toBe(7_500);
    fc.assert(fc.property(fc.integer({ min: 1_000, max: 3_600_000 }), (idle) => warnAfter(idle) > 0 && warnAfter(idle) < idle));
  });
});
