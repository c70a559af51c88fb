import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FUSED_PARTS, FUSION_TRUST, type FusedPart, type FusionInput, fusedThreshold, fuseScores } from './fuse-scores';
import { seededNormals } from './seeded-normals';

const RUNS = { numRuns: process.env.TACIT_SOAK === '1' ? 5_000 : 200 };

function llrOf(input: FusionInput): number {
  const fused = fuseScores(input);
  if (fused.status !== 'scored') throw new Error('no score');
  return fused.llr;
}

const anyLlr = fc.double({ min: -60, max: 60, noNaN: true });

describe('fuseScores', () => {
  it('adds what there is, capped and weighted, and says of which parts', () => {
    expect(fuseScores({ typing: { llr: 2 }, face: { llr: 5 }, context: { llr: 1 } })).toEqual({
      status: 'scored',
      llr: 0.8 * 2 + 5 + 1,
      parts: [
        { part: 'typing', llr: 2, counted: 1.6 },
        { part: 'face', llr: 5, counted: 5 },
        { part: 'context', llr: 1, counted: 1 },
      ],
    });
    expect(fuseScores({ context: { llr: -30 } })).toEqual({
      status: 'scored',
      llr: -2,
      parts: [{ part: 'context', llr: -30, counted: -2 }],
    });
  });

  it('counts what was typed and moved in a session', () => {
    expect(llrOf({ freeText: { llr: 3 }, pointer: { llr: -2 } })).toBeCloseTo(0.6 * 3 - 0.5 * 2, 12);
    const all = { typing: { llr: 1 }, face: { llr: 1 }, freeText: { llr: 1 }, pointer: { llr: 1 }, context: { llr: 1 } };
    const fused = fuseScores(all);
    expect(fused.status === 'scored' && fused.parts.map(({ part }) => part)).toEqual([...FUSED_PARTS]);
  });

  it('says nothing of nothing', () => {
    expect(fuseScores({})).toEqual({ status: 'insufficient', reason: 'no-parts' });
    expect(fuseScores({ face: undefined, typing: undefined })).toEqual({ status: 'insufficient', reason: 'no-parts' });
  });

  it('takes no part alone, however sure, beyond its cap', () => {
    for (const part of FUSED_PARTS) {
      const { weight, cap } = FUSION_TRUST[part];
      expect(llrOf({ [part]: { llr: 1e9 } })).toBe(weight * cap);
      expect(llrOf({ [part]: { llr: -1e9 } })).toBe(-weight * cap);
    }
  });

  it('lets context or typing alone never reach what is asked of a login', () => {
    expect(llrOf({ context: { llr: 100 }, typing: { llr: 100 } })).toBeLessThan(fusedThreshold(0.001));
    expect(llrOf({ face: { llr: 100 } })).toBeGreaterThan(fusedThreshold(0.001));
  });

  it('never falls when a part rises, and is bounded', () => {
    const most = FUSED_PARTS.reduce((sum, part) => sum + FUSION_TRUST[part].weight * FUSION_TRUST[part].cap, 0);
    fc.assert(
      fc.property(fc.array(anyLlr, { minLength: 5, maxLength: 5 }), anyLlr, fc.constantFrom(...FUSED_PARTS), (llrs, other, part) => {
        const input = Object.fromEntries(FUSED_PARTS.map((name, i) => [name, { llr: llrs[i] }])) as Record<FusedPart, { llr: number }>;
        const raised = { ...input, [part]: { llr: Math.max(other, input[part].llr) } };
        expect(llrOf(raised)).toBeGreaterThanOrEqual(llrOf(input));
        expect(Math.abs(llrOf(input))).toBeLessThanOrEqual(most + 1e-9);
      }),
      RUNS,
    );
  });

  it('takes other trust where it is told', () => {
    const trust = { face: { weight: 0.5, cap: 2 } };
    expect(llrOf({ face: { llr: 10 }, typing: { llr: 1 }, trust })).toBeCloseTo(1 + 0.8, 12);
    for (const wrong of [
      { weight: 1.1, cap: 1 },
      { weight: -0.1, cap: 1 },
      { weight: 1, cap: 21 },
      { weight: 1, cap: Number.NaN },
    ]) {
      expect(() => fuseScores({ face: { llr: 1 }, trust: { face: wrong } })).toThrow(RangeError);
      // Also where the part itself is missing: a wrong policy must show at once.
      expect(() => fuseScores({ typing: { llr: 1 }, trust: { face: wrong } })).toThrow(RangeError);
    }
    expect(() => fuseScores({ trust: { face: null as never } })).toThrow(TypeError);
    expect(() => fuseScores({ trust: { face: { weight: '1' as never, cap: 1 } } })).toThrow(TypeError);
  });

  it('refuses scores that are none', () => {
    for (const score of [null, 3, {}, { llr: '3' }]) expect(() => fuseScores({ face: score as never })).toThrow(TypeError);
    for (const llr of [Number.NaN, Number.POSITIVE_INFINITY]) expect(() => fuseScores({ face: { llr } })).toThrow(RangeError);
  });
});

describe('fusedThreshold', () => {
  it('is passed by no more strangers than asked for, where the ratios are true', () => {
    // Two normal populations at distance d have llr = d x - d^2 / 2, of mean -d^2 / 2 for strangers.
    const normal = seededNormals(1, 5);
    const tries = 200_000;
    const drawn = (distance: number) => distance * normal() - distance ** 2 / 2;
    const passed = { 0.1: 0, 0.01: 0, 0.001: 0 };
    for (let i = 0; i < tries; i++) {
      const sum = drawn(1.5) + drawn(2.2) + drawn(0.7);
      for (const rate of [0.1, 0.01, 0.001] as const) passed[rate] += sum >= fusedThreshold(rate) ? 1 : 0;
    }
    for (const rate of [0.1, 0.01, 0.001] as const) {
      expect(passed[rate] / tries).toBeLessThanOrEqual(rate);
      expect(passed[rate]).toBeGreaterThan(0);
    }
  });

  it('refuses what is no rate', () => {
    for (const rate of [0, -0.1, 0.51, Number.NaN]) expect(() => fusedThreshold(rate)).toThrow(RangeError);
    expect(() => fusedThreshold('0.1' as unknown as number)).toThrow(TypeError);
  });
});
