import { describe, expect, it } from 'vitest';
import { type SessionHead, sessionCurve, sessionRow } from './session-figures';
import type { OwnerSteps } from './session-steps';

const head: SessionHead = { suite: 'session', detector: 'd', condition: 'c', enrol: 3, unit: 'keys' };
const figures = { seed: 1, resamples: 200 };
const done = (llrs: readonly number[], each = 50) => llrs.map((llr, i) => ({ llr, done: each * (i + 1) }));

/** Customers whose own stream has one alarm at thresholds up to 4 in 10,000 keys, each taken over by two people: one noticed in 100 keys, one never. */
function people(count: number, alarms = true): OwnerSteps[] {
  return Array.from({ length: count }, (_, i) => ({
    user: `u${i}`,
    genuine: done(Array.from({ length: 200 }, (__, place) => (alarms && place === 7 ? -4 : 4))),
    switches: [
      { impostor: 'x', after: 200, steps: done([4, -4, 4, 4, 4, 4]) },
      { impostor: 'y', after: 200, steps: done([4, 4, 4, 4, 4, 4]) },
    ],
  }));
}

describe('sessionRow', () => {
  it('has the figures of the people who did not choose, at the threshold of those who did', () => {
    const row = sessionRow(head, { choose: people(5, false), report: people(10) }, 1, figures);
    expect(row).toMatchObject({
      ...head,
      target_per_10k: 1,
      threshold: 0.25,
      chosen_on: { users: 5, genuine: 50_000, false_alarms_per_10k: 0 },
      users: 10,
      genuine: 100_000,
      false_alarms: 10,
      false_alarms_per_10k: 1,
      users_with_false_alarm: 1,
      anga: 10_000,
      switches: 20,
      ania: 100,
      detected_median: 100,
      detected_p90: null,
      never: 0.5,
      stream_median: 300,
    });
    expect(row.found_by).toEqual([
      [50, 0],
      [100, 0.5],
      [200, 0.5],
      [400, null],
      [1_000, null],
    ]);
  });

  it('asks for more evidence where fewer false alarms are asked for', () => {
    const halves = { choose: people(5), report: people(10) };
    expect(sessionRow(head, halves, 1, figures).threshold).toBe(0.25);
    const strict = sessionRow(head, halves, 0.5, figures);
    expect(strict).toMatchObject({ threshold: 4.25, false_alarms: 0, anga: null, detected_median: null, never: 1 });
  });

  it('has intervals over customers', () => {
    const report = [...people(5), ...people(5, false)];
    const { false_alarms_per_10k_ci: ci, detected_median_ci: median } = sessionRow(head, { choose: people(3, false), report }, 1, figures);
    expect(ci?.[0]).toBeLessThan(0.5);
    expect(ci?.[1]).toBeGreaterThan(0.5);
    expect(median).toEqual([100, 100]);
  });

  it('says so where no threshold will do, and where there is nobody', () => {
    const bad = people(3).map((owner) => ({ ...owner, genuine: done(new Array<number>(200).fill(-4)) }));
    expect(sessionRow(head, { choose: bad, report: people(3) }, 1, figures)).toMatchObject({
      threshold: null,
      false_alarms: null,
      never: null,
    });
    expect(sessionRow(head, { choose: people(3), report: [] }, 1, figures)).toMatchObject({ users: 0, genuine: 0, false_alarms: null });
  });
});

describe('sessionCurve', () => {
  it('has fewer false alarms and later detection at higher thresholds', () => {
    const { points } = sessionCurve(head, { choose: [], report: people(10) });
    expect(points[0]).toEqual({ threshold: 1, false_alarms_per_10k: 1, detected_median: 100, detected_p90: null, never: 0.5 });
    expect(points.at(-1)).toMatchObject({ false_alarms_per_10k: 0, detected_median: null, never: 1 });
    for (let i = 1; i < points.length; i++) {
      expect(points[i]?.threshold).toBeGreaterThan(points[i - 1]?.threshold ?? 0);
      expect(points[i]?.never).toBeGreaterThanOrEqual(points[i - 1]?.never ?? 0);
    }
  });
});
