import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { definePolicy, type PolicyOptions } from './policy';

describe('definePolicy', () => {
  it('has the documented defaults', () => {
    expect(definePolicy()).toEqual({
      typing: {
        targetFmr: 0.01,
        strictFmr: 0.001,
        readyAt: 20,
        minimumKeys: 8,
        codeEveryNth: 10,
        weeklyLearningCap: 10,
        mostReleased: 0,
        historySize: 200,
      },
      face: { targetFmr: 0.001, actions: 2, triesPerChallenge: 10, challengeMs: 300_000, historySize: 2_000 },
      text: { targetFmr: 0.01, perHour: 3, challengeMs: 300_000, characters: 120, youngCharacters: 220 },
      challenge: { lifetimeMs: 120_000, outcomeMs: 60_000, leaseMs: 5_000 },
      throttle: { failures: 5, blockMs: 30_000, cap: 50, windowMs: 86_400_000 },
      session: { idleMs: 120_000, warnMs: 90_000, absoluteMs: 43_200_000, accessMs: 300_000, stepUpMs: 300_000, reauthFailures: 3 },
      matrix: { coordinates: 3, wrongInARow: 5 },
      registration: { lifetimeMs: 3_600_000, passwordEntries: 5, texts: 3, codeTries: 5, perHour: 30 },
      continuous: {
        groupMs: 50,
        mostGrouped: 100,
        mostWaiting: 2_000,
        everyMs: 2_000,
        historyPoints: 120,
        keysPerSecond: 25,
        eventsPerSecond: 500,
        silentMs: 600_000,
        readyKeys: 600,
        readyActions: 250,
        readyDays: 2,
        ownKeys: 500,
        weeklyLessons: 5,
      },
      retention: {
        samplesMs: 7_776_000_000,
        signInsMs: 7_776_000_000,
        mailMs: 2_592_000_000,
        alertsMs: 7_776_000_000,
        sessionsMs: 7_776_000_000,
      },
      password: { minLength: 12, minScore: 3 },
    });
  });

  it('changes only what is given, and can not be changed afterwards', () => {
    const policy = definePolicy({ throttle: { blockMs: 60_000 }, typing: {} });
    expect(policy.throttle).toEqual({ failures: 5, blockMs: 60_000, cap: 50, windowMs: 86_400_000 });
    expect(Object.isFrozen(policy)).toBe(true);
    expect(Object.values(policy).every(Object.isFrozen)).toBe(true);
  });

  it.each<[unknown, ErrorConstructor, string]>([
    [null, TypeError, 'policy must be an object'],
    [[], TypeError, 'policy must be an object'],
    [{ typings: {} }, TypeError, 'policy.typings does not exist'],
    [{ typing: { targetFMR: 0.1 } }, TypeError, 'policy.typing.targetFMR does not exist'],
    [{ typing: 1 }, TypeError, 'policy.typing must be an object'],
    [{ __proto__: null, toString: {} }, TypeError, 'policy.toString does not exist'],
    [{ typing: { targetFmr: '0.1' } }, TypeError, 'policy.typing.targetFmr must be a number'],
    [{ typing: { targetFmr: 0.5 } }, RangeError, 'policy.typing.targetFmr must be a number from 0.001 to 0.05'],
    [{ typing: { targetFmr: Number.NaN } }, RangeError, 'policy.typing.targetFmr'],
    [{ typing: { codeEveryNth: 0 } }, RangeError, 'policy.typing.codeEveryNth must be an integer from 1 to 1000000'],
    [{ typing: { readyAt: 20.5 } }, RangeError, 'policy.typing.readyAt must be an integer from 5 to 200'],
    [{ challenge: { leaseMs: Number.POSITIVE_INFINITY } }, RangeError, 'policy.challenge.leaseMs'],
    [{ typing: { strictFmr: 0.02 } }, RangeError, 'policy.typing.strictFmr must be at most typing.targetFmr'],
    [{ throttle: { failures: 50 } }, RangeError, 'policy.throttle.cap must be more than throttle.failures'],
    [{ session: { warnMs: 120_000 } }, RangeError, 'policy.session.warnMs must be less than session.idleMs'],
    [{ text: { characters: 221 } }, RangeError, 'policy.text.characters must be at most text.youngCharacters'],
    [{ challenge: { leaseMs: 60_000, outcomeMs: 1_000 } }, RangeError, 'policy.challenge.leaseMs must be at most challenge.outcomeMs'],
  ])('refuses %j and names the field', (options, kind, message) => {
    expect(() => definePolicy(options as PolicyOptions)).toThrow(kind);
    expect(() => definePolicy(options as PolicyOptions)).toThrow(message);
  });

  it('keeps every block and lifetime within its range, whatever is asked for', () => {
    fc.assert(
      fc.property(fc.double(), (blockMs) => {
        try {
          const { throttle } = definePolicy({ throttle: { blockMs } });
          return throttle.blockMs === blockMs && Number.isInteger(blockMs) && blockMs >= 1_000 && blockMs <= 3_600_000;
        } catch (error) {
          return error instanceof RangeError && error.message.includes('policy.throttle.blockMs');
        }
      }),
    );
  });
});
