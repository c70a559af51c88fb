import { sessionTrust } from '@tacit-auth/models';
import { seededUniforms } from '@tacit-auth/models/evaluation';
import { describe, expect, it } from 'vitest';
import { trying } from './calibrate-trust';
import { followTrust } from './follow-trust';
import { trustReport } from './trust-figures';
import type { TimedOwner, TimedStep, TrustCondition } from './trust-steps';
import { choiceTable, trustTable } from './trust-table';

const WINDOW = 20_000;
const LENGTH = 150;
const FIGURES = { seed: 1, resamples: 100 };

function steps(part: TimedStep['part'], llrs: readonly (number | null)[]): TimedStep[] {
  return llrs.map((llr, i) => ({
    part,
    llr,
    own: llr,
    amount: part === 'freeText' ? 50 : 10,
    active: WINDOW * (i + 1),
    elapsed: WINDOW * (i + 1),
  }));
}

/** A customer whose windows speak against him now and then, in runs, and others who take over. */
function owner(user: string, part: TimedStep['part'], seed: number): TimedOwner {
  const random = seededUniforms(seed, 1);
  let bad = 0;
  const genuine = steps(
    part,
    Array.from({ length: LENGTH }, () => {
      bad = bad > 0 ? bad - 1 : random() < 0.06 ? Math.ceil(-1.5 * Math.log(random())) : 0;
      return bad > 0 ? -4 : 4;
    }),
  );
  return { user, genuine, switches: [{ impostor: 'x', after: LENGTH, steps: steps(part, new Array(60).fill(-4)) }] };
}

function condition(streams: 'typing' | 'pointer', template: TrustCondition['template'], seed: number): TrustCondition {
  const part = streams === 'typing' ? 'freeText' : 'pointer';
  const half = (name: string, from: number) => Array.from({ length: 4 }, (_, i) => owner(`${name}${i}`, part, from + i));
  return {
    detector: 'made-up',
    condition: `people ${streams}`,
    enrol: 3,
    template,
    streams,
    owners: { a: half('a', seed), b: half('b', seed + 50) },
  };
}

const conditions = (['sitting', 'day', 'days'] as const).flatMap((template, i) => [
  condition('typing', template, 1_000 * i + 1),
  condition('pointer', template, 1_000 * i + 501),
]);

describe('followTrust', () => {
  const doubted: TimedOwner = {
    user: 'u',
    genuine: steps('freeText', [4, -4, -4, -4, null, 4, -4, -4, -4, 4]),
    switches: [
      { impostor: 'x', after: 9, steps: steps('freeText', [null, -4, -4]) },
      { impostor: 'y', after: 10, steps: steps('freeText', [4, 4]) },
    ],
  };

  it('counts alarms as the product raises them, and goes on from each as after a factor', () => {
    const at = (threshold: number) => followTrust(doubted, { calibration: trying(threshold), template: 'days', level: 'medium' }).alarms;
    expect([at(11), at(12), at(20), at(3)]).toEqual([2, 1, 0, 6]);
  });

  it('tells what the other person had done at the alarm, doubts of before included', () => {
    const { found } = followTrust(doubted, { calibration: trying(25), template: 'days', level: 'medium' });
    expect(found).toEqual([{ seconds: 60, keys: 150, actions: 0 }, null]);
  });

  it('asks for nothing at medium where it waits for high', () => {
    const calibration = { ...trying(5), freeText: { ...trying(5).freeText, days: { medium: 5, high: 11 } } };
    expect(followTrust(doubted, { calibration, template: 'days', level: 'high' }).alarms).toBe(2);
  });
});

describe('trustReport', () => {
  const report = trustReport(conditions, FIGURES);

  it('has the greatest thresholds that were chosen, which the product takes', () => {
    expect(() => sessionTrust(report.calibration === null ? {} : { calibration: report.calibration })).not.toThrow();
    const chosen = report.rows
      .filter(({ streams, template, level }) => streams === 'typing' && template === 'days' && level === 'high')
      .flatMap((row) => row.chosen.flatMap(({ sum, threshold }) => (sum === 'template' ? (threshold ?? 0) : [])));
    expect(chosen).toHaveLength(2);
    expect(report.calibration?.freeText.days.high).toBe(Math.ceil(2 * Math.max(...chosen)) / 2);
    expect(report.calibration?.id).toMatch(/^session-trust [0-9a-f]{12}$/);
  });

  it('has rows of each part alone and of people who do both, at both levels', () => {
    expect(report.rows).toHaveLength(2 * (6 + 3));
    const both = report.rows.filter(({ streams }) => streams === 'both');
    expect(both.map(({ template, level }) => `${template} ${level}`)).toHaveLength(6);
    expect(both[0]?.condition).toBe('people typing people pointer');
    expect(both[0]?.hours).toBeCloseTo((8 * 2 * LENGTH * WINDOW) / 3_600_000, 0);
  });

  it('reports what is so: alarms within what was asked for, everybody noticed, no longer than the sum takes', () => {
    for (const row of report.rows) {
      expect(row.false_alarms / row.hours).toBeCloseTo(row.false_alarms_per_hour, 12);
      expect(row.false_alarms_per_hour, row.condition).toBeLessThan(3 * row.target_per_hour);
      expect(row.never).toBe(0);
      if (row.false_alarms === 0) expect(row.false_alarms_per_hour_ci).toEqual([0, 3 / row.hours]);
      const needed = Math.max(row.thresholds.freeText ?? 0, row.thresholds.pointer ?? 0) / 4 + 2;
      expect(row.detected.seconds.median).toBeLessThanOrEqual((needed * WINDOW * (row.streams === 'both' ? 2 : 1)) / 1_000);
      expect(row.detected.keys === null).toBe(row.streams === 'pointer');
    }
  });

  it('is told in two tables, by the age of the template', () => {
    const titles = (rows: ReturnType<typeof trustTable>) => rows.filter((row) => typeof row === 'string');
    expect(titles(trustTable(report))).toEqual([
      'Template of the very sitting',
      'Template of one other day',
      'Template of three other days',
    ]);
    expect(trustTable(report)).toHaveLength(3 + 18);
    expect(choiceTable(report)).toHaveLength(3 + 48);
    expect(JSON.stringify([trustTable(report), choiceTable(report)])).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('is none where a threshold could not be chosen', () => {
    expect(trustReport(conditions.slice(0, 1), FIGURES)).toEqual({ calibration: null, rows: [] });
  });
});
