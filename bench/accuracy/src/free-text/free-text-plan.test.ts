import { describe, expect, it } from 'vitest';
import { freeTextTrials, headOf } from './free-text-plan';
import { FREE_TEXT_SETS } from './free-text-sets';

const ALL = { sets: FREE_TEXT_SETS, trained: true, shipped: true, small: false };
const heads = (trained: boolean, small = false) => freeTextTrials({ ...ALL, trained, small }).map(headOf);

describe('freeTextTrials', () => {
  it('names every row by words of its own', () => {
    const names = heads(true).map(({ detector, condition, enrol }) => `${detector} ${condition} n=${enrol}`);
    expect(new Set(names).size).toBe(names.length);
    for (const keys of [25, 50, 100, 200]) {
      for (const enrol of [1, 2, 5, 10]) expect(names).toContain(`trained aalto-desktop keys=${keys} n=${enrol}`);
      expect(names).toContain(`trained villani-freetext sessions=3 keys=${keys} centred n=3`);
      expect(names).toContain(`default monaco-fable sessions=2 keys=${keys} cross-fit=5 n=2`);
    }
    expect(names).toContain('trained villani-freetext sessions=3 keys=500 n=3');
    expect(names).toContain('trained aalto-desktop keys=50 protocol=5x50 clock=16ms probe-only n=5');
    expect(names).toContain('default aalto-desktop keys=50 protocol=5x50 clock=16ms n=5');
  });

  it('needs no training data for the shipped population alone, and asks nothing of one that is not there', () => {
    expect(heads(false).every(({ detector }) => detector === 'default')).toBe(true);
    expect(freeTextTrials({ ...ALL, trained: false, shipped: false })).toEqual([]);
  });

  it('probes nothing that enrolled', () => {
    for (const { enrol, probes } of freeTextTrials(ALL)) expect(probes[0]).toBeGreaterThanOrEqual(enrol);
  });

  it('leaves out sets that there are not', () => {
    const sets = new Set(freeTextTrials({ ...ALL, sets: ['aalto-desktop'] }).map(({ set }) => set));
    expect([...sets]).toEqual(['aalto-desktop']);
  });

  it('is short for a check: what is shipped, without training', () => {
    expect(heads(false, true).map(({ condition, enrol }) => `${condition} n=${enrol}`)).toEqual([
      'aalto-desktop keys=50 protocol=5x50 n=5',
      'aalto-desktop keys=100 n=5',
    ]);
    expect(freeTextTrials({ ...ALL, trained: false, small: true }).every(({ population }) => population === 'default')).toBe(true);
  });
});
