import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Floor, judgeFloors, parseFloors } from './floors';
import { planJobs, SUITES } from './plan';
import type { ReportRow, TravelSummary } from './report';

const row = { suite: 's', detector: 'd', condition: 'c', enrol: 5 };
const travel = { detector: 'd', cut_off: 'target=0.01', enrol: 'all' } as const;
const report = {
  rows: [{ ...row, eer_user: 0.05, eer_global: null } as ReportRow],
  travel_summary: [{ ...travel, sets: 3, fmr_mean: 0.02, fmr_worst: 0.04, fnmr_mean: 0.5 } as TravelSummary],
};
const judge = (floor: Floor, partial = false) => judgeFloors([floor], report, partial);

describe('judgeFloors', () => {
  it('keeps a figure within its bounds, ends included', () => {
    expect(judge({ row, figure: 'eer_user', most: 0.05, least: 0.05 })[0]).toMatchObject({
      kept: true,
      value: 0.05,
      bound: '>= 0.05 and <= 0.05',
    });
    expect(judge({ row, figure: 'eer_user', most: 0.049 })[0]?.kept).toBe(false);
    expect(judge({ row, figure: 'eer_user', least: 0.051 })[0]?.kept).toBe(false);
    expect(judge({ travel, figure: 'fmr_worst', most: 0.03 })[0]?.kept).toBe(false);
    expect(judge({ travel, figure: 'fmr_worst', most: 0.04 })[0]?.kept).toBe(true);
  });

  it('is broken by a figure that was not measured, unless a part was run', () => {
    const missing: Floor = { row: { ...row, enrol: 6 }, figure: 'eer_user', most: 1 };
    expect(judge(missing)[0]).toMatchObject({ kept: false, value: undefined });
    expect(judge(missing, true)).toEqual([]);
    expect(judge({ row, figure: 'eer_global', most: 1 }, true)[0]?.kept).toBe(false);
  });
});

describe('the floors of the product', () => {
  const floors = parseFloors(readFileSync(new URL('../floors.json', import.meta.url), 'utf8'));

  it('are of rows that a check measures', () => {
    const detectors = ['default', 'scaled-manhattan', 'isolation-forest', 'one-class', 'random-forest', 'random-forest-summary'];
    const jobs = planJobs({ suites: SUITES, detectors, check: true, quick: false, seed: 1 });
    const planned = new Set(
      jobs.flatMap((job) => {
        if (job.kind === 'adaptive')
          return ['novice', 'practised'].map((words) => `cmu-adaptive ${job.detector} ${words} gate=${job.gate} 5`);
        if (job.kind !== 'static') return [];
        const { suite, words, impostors, enrol } = job.trial;
        const roles = job.detector.startsWith('random') ? ['known', 'unknown'] : [''];
        return impostors.flatMap((attack) =>
          roles.map((role) =>
            [suite, job.detector, words, attack.words, role, enrol[1] - enrol[0]].filter((word) => word !== '').join(' '),
          ),
        );
      }),
    );
    for (const floor of floors) {
      if (floor.row !== undefined)
        expect(planned).toContain(`${floor.row.suite} ${floor.row.detector} ${floor.row.condition} ${floor.row.enrol}`);
    }
    expect(floors.filter((floor) => floor.travel !== undefined)).toHaveLength(2);
  });

  it('are read with care', () => {
    expect(() => parseFloors('{}')).toThrow(TypeError);
    expect(() => parseFloors('[{"figure":"x","most":1}]')).toThrow(RangeError);
    expect(() => parseFloors(JSON.stringify([{ row, figure: 'x' }]))).toThrow('bound');
    expect(() => parseFloors(JSON.stringify([{ row, most: 1 }]))).toThrow(TypeError);
  });
});
