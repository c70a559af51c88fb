import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { descriptorDigests, emptyFaceHistory, faceBlock, isRepeated, withDigests, withVerdict } from './face-history';
import { definePolicy } from './policy';
import { startedTestContext } from './testing-context';
import { createFace } from './testing-face';

const POLICY = definePolicy();
const at = (now: number) => ({ policy: POLICY, clock: () => now });
const digest = fc.uint8Array({ minLength: 8, maxLength: 8 }).map((bytes) => Buffer.from(bytes).toString('base64url'));

describe('digests of descriptors', () => {
  it('are the same for the same numbers only, and differ under another root key', async () => {
    const ctx = await startedTestContext();
    const face = createFace(1);
    const look = face.parsed([{ kind: 'blink', times: 1 }]);
    const digests = descriptorDigests(ctx, look);
    expect(digests).toHaveLength(look.descriptors.length);
    expect(new Set(digests).size).toBe(digests.length);
    expect(descriptorDigests(ctx, look)).toEqual(digests);
    expect(descriptorDigests(ctx, face.parsed([{ kind: 'blink', times: 1 }])).filter((one) => digests.includes(one))).toEqual([]);
    expect(descriptorDigests(await startedTestContext({ seed: 2 }), look)).not.toEqual(digests);
  });

  it('are known as long as they are among the last so many, and no others are', () => {
    fc.assert(
      fc.property(fc.uniqueArray(digest, { minLength: 1, maxLength: 40 }), fc.integer({ min: 1, max: 20 }), (all, size) => {
        const history = all.reduce((kept, one) => withDigests(kept, [one], size), emptyFaceHistory());
        expect(history.total).toBe(all.length);
        for (const [i, one] of all.entries()) {
          expect(isRepeated(history, [one])).toBe(i >= all.length - size);
        }
        expect(isRepeated(emptyFaceHistory(), all)).toBe(false);
        expect(isRepeated(emptyFaceHistory(), [...all, all[0]!])).toBe(true);
      }),
    );
  });
});

describe('faceBlock', () => {
  it('never opens sooner for more refusals, and never at the cap', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 3_600_000 }), { maxLength: 60 }),
        fc.integer({ min: 0, max: 7_200_000 }),
        (gaps, wait) => {
          let now = 1_000_000;
          let history = emptyFaceHistory();
          for (const gap of gaps) {
            now += gap;
            const before = faceBlock(at(now + wait), history);
            history = withVerdict(at(now), history, 'refused');
            if (before !== undefined) {
              expect(faceBlock(at(now + wait), history)).toBeDefined();
            }
          }
          expect(history.refusedAt.length).toBeLessThanOrEqual(POLICY.throttle.cap);
          if (history.refusedAt.length >= POLICY.throttle.cap) {
            expect(faceBlock(at(now + 365 * 86_400_000), history)).toMatchObject({ reason: 'throttled' });
          }
        },
      ),
    );
  });
});
