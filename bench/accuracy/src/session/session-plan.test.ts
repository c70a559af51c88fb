import { describe, expect, it } from 'vitest';
import { chooses, headOf, SESSION_SETS, sessionTrials } from './session-plan';

describe('sessionTrials', () => {
  const all = sessionTrials({ sets: SESSION_SETS, trained: true, detectors: [], small: false });

  it('has every detector on every set that it can judge, each under a head of its own', () => {
    const heads = all.map((trial) => JSON.stringify(headOf(trial)));
    expect(new Set(heads).size).toBe(heads.length);
    const of = (set: string) => new Set(all.filter((trial) => trial.set === set).map(({ detector }) => detector));
    expect(of('aalto-desktop')).toEqual(new Set(['trained', 'default', 'session-forest']));
    expect(of('villani-freetext')).toEqual(new Set(['trained', 'default', 'session-forest']));
    expect(of('sapimouse')).toEqual(new Set(['window-plda', 'session-forest']));
    expect(of('balabit')).toEqual(new Set(['trained']));
  });

  it('judges the people whom the shipped population knows by one that does not know them', () => {
    expect(all.filter(({ crossFit }) => crossFit).map((trial) => [trial.set, trial.detector])).toEqual([['villani-freetext', 'default']]);
  });

  it('leaves out what is not asked for, and what nothing was trained for', () => {
    expect(
      sessionTrials({ sets: SESSION_SETS, trained: false, detectors: [], small: false }).some(({ detector }) => detector === 'trained'),
    ).toBe(false);
    const forests = sessionTrials({ sets: ['aalto-desktop'], trained: true, detectors: ['session-forest'], small: false });
    expect(forests.map(({ detector }) => detector)).toEqual(['session-forest']);
    expect(sessionTrials({ sets: SESSION_SETS, trained: true, detectors: [], small: true }).length).toBeLessThan(all.length);
  });
});

describe('chooses', () => {
  it('is true of about half of all names, and always of the same', () => {
    const names = Array.from({ length: 1_000 }, (_, i) => `u${i}`);
    const chosen = names.filter((name) => chooses('aalto-desktop', name)).length;
    expect(chosen).toBeGreaterThan(430);
    expect(chosen).toBeLessThan(570);
    expect(chooses('villani-freetext', '7')).toBe(chooses('villani-freetext', '7'));
  });
});
