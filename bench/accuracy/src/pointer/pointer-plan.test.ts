import { describe, expect, it } from 'vitest';
import { headOf, pointerTrials } from './pointer-plan';

const ALL = { sets: ['sapimouse', 'balabit'], folds: true, trained: true, detectors: [], small: false } as const;
const names = (options: Parameters<typeof pointerTrials>[0]) =>
  pointerTrials(options).map((trial) => `${trial.population} ${headOf(trial).condition}`);

describe('pointerTrials', () => {
  it('names every row by words of its own, pairs of the same event rate apart', () => {
    const all = names(ALL);
    expect(new Set(all).size).toBe(all.length);
    for (const cut of [
      'session',
      'block=10s',
      'block=20s',
      'block=30s',
      'block=60s',
      'actions=5',
      'actions=10',
      'actions=20',
      'actions=50',
    ]) {
      expect(all).toContain(`window-plda sapimouse ${cut}`);
      expect(all).toContain(`trained sapimouse ${cut} same-rate`);
    }
    for (const words of ['session known', 'actions=20 known', 'session unknown', 'session unknown same-client'])
      expect(all).toContain(`window-plda balabit ${words}`);
  });

  it('has one row a set for the product, which ships no population', () => {
    expect(names({ ...ALL, detectors: ['default'] })).toEqual(['default sapimouse session', 'default balabit session']);
  });

  it('trains on another folder only where there is one', () => {
    expect(names({ ...ALL, trained: false }).some((name) => name.startsWith('trained'))).toBe(false);
    expect(names({ ...ALL, sets: ['sapimouse'], detectors: ['trained'] }).every((name) => name.startsWith('trained sapimouse'))).toBe(true);
  });

  it('lets nobody of a folder under test train where another folder trains', () => {
    expect(names({ ...ALL, folds: false, sets: ['sapimouse'] }).some((name) => name.startsWith('window-plda'))).toBe(false);
  });

  it('is short for a check', () => {
    expect(names({ ...ALL, trained: false, small: true })).toEqual([
      'window-plda sapimouse session',
      'window-plda sapimouse block=20s',
      'window-plda balabit session known',
    ]);
  });
});
