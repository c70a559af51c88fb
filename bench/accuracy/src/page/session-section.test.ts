import { describe, expect, it } from 'vitest';
import { sessionPlots } from '../plots/session-plots';
import { type SessionHead, sessionCurve, sessionRow } from '../session/session-figures';
import type { OwnerSteps } from '../session/session-steps';
import type { TrustRow } from '../session/trust-figures';
import { sessionSection } from './session-section';
import { trustSection } from './trust-section';

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

describe('trustSection', () => {
  const alarms = { users: 9, hours: 12.34, false_alarms: 2, false_alarms_per_hour: 0.162, false_alarms_per_hour_ci: [0, 0.41] } as const;
  const typed: TrustRow = {
    suite: 'session',
    part: 'trust',
    detector: 'trained',
    condition: 'villani-freetext keys=50',
    enrol: 3,
    template: 'days',
    streams: 'typing',
    level: 'medium',
    target_per_hour: 0.1,
    chosen: [
      {
        sum: 'template',
        half: 'a',
        users: 4,
        hours: 5,
        threshold: 46.65,
        threshold_ci: [17, 77.5],
        origin: 'extrapolated',
        on_the_other_half: alarms,
      },
      {
        sum: 'own',
        half: 'b',
        users: 5,
        hours: 7.34,
        threshold: null,
        threshold_ci: null,
        origin: 'too-few-alarms',
        on_the_other_half: null,
      },
    ],
    thresholds: { freeText: 47, pointer: null },
    own_thresholds: { freeText: 14.5, pointer: null },
    ...alarms,
    rate: 'too few hours',
    users_with_false_alarm: 0.1,
    switches: 440,
    detected: {
      seconds: { median: 178.7, median_ci: [168, 187], p90: null },
      keys: { median: 600, median_ci: [600, 629], p90: null },
      actions: null,
    },
    never: 0.07,
    stream_median: 415.2,
  };

  it('is empty where no threshold was chosen', () => {
    expect(trustSection(undefined)).toBe('');
    expect(trustSection({ calibration: null, rows: [] })).toBe('');
  });

  it('has a sentence, the figures of its rows, and what each half chose', () => {
    const section = trustSection({ calibration: null, rows: [typed, { ...typed, level: 'high' }] });
    expect(section).toContain(
      '- Typing, template of three other days, medium risk: half of the others are noticed within 179 s of their activity (600 keys); .070 never, of streams of 415 s. False alarms: 2 in 12.3 h, [.000, .410] an hour.',
    );
    expect(section.match(/- Typing/g)).toHaveLength(1);
    expect(section).toContain(
      '| trained, villani-freetext keys=50 | medium | 47 / 14.5 | 9 | 12.3 | 2 | .162 | [.000, .410] | .10* | 440 | 179 |',
    );
    expect(section).toContain(
      '| trained, villani-freetext keys=50 | its beginning | medium | b | 5 | 7.3 | - | - | too few alarms | - | - | - | - |',
    );
    expect(section).not.toMatch(/NaN|undefined|Infinity/);
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
