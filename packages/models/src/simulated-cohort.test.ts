import { describe, expect, it } from 'vitest';
import { featureLayout, writeFeatures } from './fixed-text-features';
import { rawScore } from './kernel-score';
import { buildTemplate, type KernelTemplate } from './kernel-template';
import { type CohortStatistics, cohortInSteps } from './simulated-cohort';
import { entries, simulatedPerson } from './simulated-people';

function template(seed: number, keys: number, samples: number): KernelTemplate {
  const rows = entries(simulatedPerson(seed, keys), samples).flatMap((vector) => [...vector.hold, ...vector.pressPress]);
  return buildTemplate(keys, true, samples, Float32Array.from(rows));
}

function run(source: KernelTemplate): { slices: number; statistics: CohortStatistics } {
  const steps = cohortInSteps(source);
  let slices = 1;
  let step = steps.next();
  while (!step.done) {
    slices++;
    step = steps.next();
  }
  return { slices, statistics: step.value };
}

describe('simulated cohort', () => {
  it('scores strangers far above the template itself', () => {
    for (let seed = 1; seed <= 5; seed++) {
      const { mean, deviation, leaveOneOut } = run(template(seed, 11, 10)).statistics;
      expect(mean - leaveOneOut).toBeGreaterThan(1.5);
      expect(deviation).toBeGreaterThan(0.5);
      expect(deviation).toBeLessThan(2.5);
    }
  });

  it('leaves an entry out however often it counts, so that it does not vouch for itself', () => {
    const once = entries(simulatedPerson(4, 11), 20).flatMap(({ hold, pressPress }) => [...hold, ...pressPress]);
    const of = (times: number) => {
      const counts = new Uint8Array(20).fill(times);
      return run(buildTemplate(11, true, 20, Float32Array.from(once), counts)).statistics.leaveOneOut;
    };
    // With its copies among the others the median falls by about 1.
    expect(Math.abs(of(3) - of(1))).toBeLessThan(0.4);
  });

  it('types the press times alone where the template has no holds, as the same typists', () => {
    const rows = entries(simulatedPerson(1, 11), 10).flatMap(({ pressPress }) => [...pressPress]);
    const { mean, deviation, leaveOneOut } = run(buildTemplate(11, false, 10, Float32Array.from(rows))).statistics;
    expect(mean - leaveOneOut).toBeGreaterThan(1);
    expect(deviation).toBeGreaterThan(0.3);
    expect(deviation).toBeLessThan(2.5);
  });

  it('is the same at every run, also when two runs are interleaved', () => {
    const source = template(3, 11, 20);
    const alone = run(source).statistics;
    const first = cohortInSteps(source);
    const second = cohortInSteps(template(4, 11, 20));
    let step = first.next();
    while (!step.done) {
      second.next();
      step = first.next();
    }
    expect(step.value).toEqual(alone);
  });

  it('gives the numbers that the calibration id stands for: whoever changes them gives a new id', () => {
    const rows = [90, 100, 110, 150, 200, 95, 90, 120, 160, 180, 85, 110, 100, 140, 220, 92, 96, 104, 155, 210];
    const { mean, deviation, leaveOneOut } = run(buildTemplate(3, true, 4, Float32Array.from(rows))).statistics;
    expect(mean).toBeCloseTo(2.9420954, 8);
    expect(deviation).toBeCloseTo(1.7837006686, 8);
    expect(leaveOneOut).toBeCloseTo(-1.817652969, 8);
    const presses = rows.filter((_, i) => i % 5 > 2);
    const ofPresses = run(buildTemplate(3, false, 4, Float32Array.from(presses))).statistics;
    expect(ofPresses.mean).toBeCloseTo(2.8769597678, 8);
    expect(ofPresses.deviation).toBeCloseTo(2.5495725932, 8);
    expect(ofPresses.leaveOneOut).toBeCloseTo(-1.4195737585, 8);
  });

  it('comes in more slices where there is more work', () => {
    expect(run(template(1, 5, 3)).slices).toBe(1);
    const { slices } = run(template(1, 128, 100));
    expect(slices).toBeGreaterThan(15);
    expect(slices).toBeLessThan(40);
  });

  it('takes the median over at most ten entries, evenly spaced over their counts, each scored by the template of the others', () => {
    const once = (samples: number) => new Array<number>(samples).fill(1);
    for (const [samples, counts, indices] of [
      [4, once(4), [0, 1, 2, 3]],
      [16, once(16), [0, 2, 3, 5, 7, 8, 10, 12, 13, 15]],
      [4, [1, 1, 1, 4], [0, 2, 3, 3]],
      // Places 0, 4, 8 to 35 of 36.
      [16, [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 5, 5, 5, 5, 5], [0, 4, 8, 11, 12, 12, 13, 14, 15, 15]],
    ] as const) {
      const rows = entries(simulatedPerson(8, 6), samples).map((vector) => [...vector.hold, ...vector.pressPress]);
      const build = (without?: number) => {
        const kept = [...rows.keys()].filter((j) => j !== without);
        const times = Float32Array.from(kept.flatMap((j) => rows[j]));
        return buildTemplate(
          6,
          true,
          kept.length,
          times,
          Uint8Array.from(kept, (j) => counts[j]),
        );
      };
      const scores = indices.map((index) => {
        const probe = new Float64Array(featureLayout(6, true).count);
        writeFeatures(featureLayout(6, true), Float32Array.from(rows[index]), probe);
        return rawScore(build(index), probe);
      });
      scores.sort((a, b) => a - b);
      const middle = scores.length / 2;
      expect(run(build()).statistics.leaveOneOut).toBeCloseTo((scores[middle - 1] + scores[middle]) / 2, 5);
    }
  });
});
