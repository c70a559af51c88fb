import { describe, expect, it } from 'vitest';
import { sessionPlots } from '../plots/session-plots';
import { type SessionHead, sessionCurve, sessionRow } from '../session/session-figures';
import type { OwnerSteps } from '../session/session-steps';
import { sessionSection } from './session-section';

const done = (llrs: readonly number[]) => llrs.map((llr, i) => ({ llr, done: 50 * (i + 1) }));
const owners: OwnerSteps[] = Array.from({ length: 6 }, (_, i) => ({
  user: `u${i}`,
  genuine: done(Array.from({ length: 40 }, (__, place) => (place === 3 * i ? -3.5 : 2))),
  switches: [{ impostor: 'x', after: 40, steps: done([1, -4, -4, -4, -4, -4]) }],
}));
const halves = { choose: owners, report: owners };
const head: SessionHead = { suite: 'session', detector: 'trained', condition: 'villani-freetext keys=50', enrol: 3, unit: 'keys' };
const pointer: SessionHead = { ...head, detector: 'window-plda', condition: 'sapimouse actions=10', unit: 'actions' };
const figures = { seed: 1, resamples: 100 };
const session = {
  rows: [sessionRow(head, halves, 1, figures), sessionRow(pointer, halves, 100, figures)],
  curves: [sessionCurve(head, halves), sessionCurve(pointer, halves)],
};

describe('sessionSection', () => {
  it('is empty where nothing was measured', () => {
    expect(sessionSection({}, () => '')).toBe('');
    expect(sessionSection({ session: { rows: [], curves: [] } }, () => '')).toBe('');
  });

  it('has a sentence and a table for each, of the figures of its rows', () => {
    const section = sessionSection({ session }, (name) => `![${name}]`);
    expect(section).toContain(
      '- Typing, across days, at h = 3.75: half of the others are noticed within 100 keys, nine in ten within 100; .000 never.',
    );
    expect(section).toContain('False alarms in 10,000 keys: 0.0 [0.0, 0.0] (asked for: 1).');
    expect(section).toContain('- Pointer, one page, at h = ');
    expect(section).toContain('![session-keys]');
    expect(section).toMatch(/\| villani-freetext keys=50 \| 3 \| 1 \| 3.75 \| 6 \| 12000 \| 0\.0 \|/);
    expect(section).toMatch(/\| sapimouse actions=10 \|/);
    expect(section.match(/until noticed/g)).toHaveLength(2);
  });

  it('does not promise what was not reached', () => {
    const slow = owners.map((owner) => ({ ...owner, switches: owner.switches.map((each) => ({ ...each, steps: done([1, 1, 1, 1]) })) }));
    const row = sessionRow(head, { choose: owners, report: slow }, 1, figures);
    expect(sessionSection({ session: { rows: [row], curves: [] } }, () => '')).toContain(
      'fewer than half of the others are noticed within 200 keys; 1.000 never',
    );
  });
});

describe('sessionPlots', () => {
  it('draws what has false alarms and is noticed, for keys and for actions', () => {
    const plots = sessionPlots({ session });
    expect(plots.map(({ name }) => name)).toEqual(['session-keys.svg', 'session-actions.svg']);
    expect(plots[0]?.svg).toContain('trained, villani-freetext keys=50: ');
    expect(plots[0]?.svg).not.toMatch(/NaN|Infinity|undefined/);
    expect(sessionPlots({})).toEqual([]);
  });
});
