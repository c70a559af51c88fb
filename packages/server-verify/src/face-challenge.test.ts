import type { FaceAction } from '@tacit-auth/features';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readChallenge } from './challenges';
import { drawFaceActions, faceActionsOf, issueFaceActions } from './face-challenge';
import { seededRandom, startedTestContext } from './testing-context';

const nameOf = (action: FaceAction) => (action.kind === 'blink' ? `blink ${action.times}` : `turn ${action.to}`);

describe('drawFaceActions', () => {
  it('asks for actions that can be told apart, with at least one blink and one turn', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), fc.integer({ min: 1, max: 4 }), (seed, count) => {
        const drawn = drawFaceActions(seededRandom(seed), count);
        expect(drawn).toHaveLength(count);
        for (const [i, action] of drawn.entries()) {
          const before = drawn[i - 1];
          expect(before?.kind === 'blink' && action.kind === 'blink').toBe(false);
          expect(before !== undefined && nameOf(before) === nameOf(action)).toBe(false);
        }
        expect(new Set(drawn.map(({ kind }) => kind)).size).toBe(Math.min(count, 2));
      }),
    );
  });

  it.each([
    [2, 12],
    [3, 42],
  ])('draws each of the sequences of %d actions, %d of them, about as often', (count, sequences) => {
    const random = seededRandom(3);
    const seen = new Map<string, number>();
    const draws = sequences * 100;
    for (let i = 0; i < draws; i++) {
      const name = drawFaceActions(random, count).map(nameOf).join();
      seen.set(name, (seen.get(name) ?? 0) + 1);
    }
    expect(seen.size).toBe(sequences);
    // Four deviations around 100.
    expect(Math.min(...seen.values())).toBeGreaterThan(60);
    expect(Math.max(...seen.values())).toBeLessThan(140);
  });
});

describe('issueFaceActions', () => {
  it('puts the actions into the token, and is good for no longer than the policy and the flow say', async () => {
    const ctx = await startedTestContext();
    const issued = await issueFaceActions(ctx, { purpose: 'look', data: { number: 3 } });
    const read = await readChallenge(ctx, issued.challenge, { purpose: 'look' });
    expect(faceActionsOf(read)).toEqual(issued.actions);
    expect(read.data).toMatchObject({ number: 3 });
    expect(issued.expiresAt).toBe(ctx.clock() + ctx.policy.face.challengeMs);
    const short = await issueFaceActions(ctx, { purpose: 'look', lifetimeMs: 1_000 });
    expect(short.expiresAt).toBe(ctx.clock() + 1_000);
  });
});
