import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contextCounts, contextEvidence, noCounts, withSignIn } from './face-context';
import { startedTestContext } from './testing-context';

const HOME = { browser: 'b1', address: '203.0.113.7' };
const AWAY = { browser: 'b2', address: '198.51.100.9' };

describe('the context of a sign-in', () => {
  it('speaks for a browser and a network that codes have vouched for, and against others', async () => {
    const ctx = await startedTestContext();
    expect(contextEvidence(ctx, noCounts(), HOME)?.llr).toBeCloseTo(0, 12);
    let counts = noCounts();
    let before = 0;
    for (let i = 0; i < 10; i++) {
      counts = withSignIn(ctx, counts, HOME);
      const { llr } = contextEvidence(ctx, counts, HOME)!;
      expect(llr).toBeGreaterThanOrEqual(before);
      before = llr;
    }
    expect(before).toBeGreaterThan(1);
    expect(contextEvidence(ctx, counts, AWAY)!.llr).toBeLessThan(0);
    // The provider has given another address.
    expect(contextEvidence(ctx, counts, { ...HOME, address: '203.0.99.1' })).toEqual(contextEvidence(ctx, counts, HOME));
    ctx.advance(12 * 3_600_000);
    expect(contextEvidence(ctx, counts, HOME)!.llr).toBeLessThanOrEqual(before);
    expect(contextEvidence(ctx, counts, AWAY)!.llr).toBeLessThan(-1);
  });

  it('holds neither addresses nor more places than it needs, however many there were', async () => {
    const ctx = await startedTestContext();
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 30 })), { maxLength: 450 }), (places) => {
        let counts = noCounts();
        for (const [browser, network] of places) {
          counts = withSignIn(ctx, counts, { browser: `b${browser}`, address: `10.${network}.3.4` });
        }
        expect(() => contextCounts.parse(counts)).not.toThrow();
        expect(counts.browsers.length).toBeLessThanOrEqual(16);
        expect(counts.networks.length).toBeLessThanOrEqual(16);
        expect(counts.of).toBeLessThanOrEqual(200);
        expect(JSON.stringify(counts)).not.toContain('10.');
        // Whatever was counted can be scored.
        expect(contextEvidence(ctx, counts, HOME)).toBeDefined();
      }),
      { numRuns: 20 },
    );
  });

  it('takes a household’s prefix of IPv6', async () => {
    const ctx = await startedTestContext();
    const counts = withSignIn(ctx, noCounts(), { browser: 'b', address: '2001:db8:77:1::/64' });
    // At another hour, so that the sum does not reach its bound.
    ctx.advance(12 * 3_600_000);
    const near = contextEvidence(ctx, counts, { browser: 'b', address: '2001:db8:77:2::/64' });
    const far = contextEvidence(ctx, counts, { browser: 'b', address: '2001:db8:78:1::/64' });
    expect(near!.llr).toBeGreaterThan(far!.llr);
  });
});
