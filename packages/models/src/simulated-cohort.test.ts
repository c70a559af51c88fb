import { describe, expect, it } from 'vitest';
import { buildTemplate, type KernelTemplate } from './kernel-template';
import { type CohortStatistics, cohortInSteps } from './simulated-cohort';
import { entries, simulatedPerson } from './simulated-people';

function template(seed: number, keys: number, samples: number): KernelTemplate {
  const rows = entries(simulatedPerson(seed, keys), samples).flatMap((vector) => [...vector.hold, ...vector.pressPress]);
  return buildTemplate(keys, samples, Float32Array.from(rows));
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
      expect(mean - leaveOneOut).toBeGreaterThan(2);
      expect(deviation).toBeGreaterThan(0.5);
      expect(deviation).toBeLessThan(2.5);
    }
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

  it('comes in more slices where there is more work', () => {
    expect(run(template(1, 5, 3)).slices).toBeLessThan(3);
    const { slices } = run(template(1, 11, 100));
    expect(slices).toBeGreaterThan(15);
    expect(slices).toBeLessThan(40);
  });

  it('takes the median over entries left out one by one', () => {
    // Two groups of entries: leaving one out leaves others of its group, but one entry stands alone.
    const rows = (seed: number, count: number) =>
      entries(simulatedPerson(seed, 6), count).flatMap((vector) => [...vector.hold, ...vector.pressPress]);
    const alone = buildTemplate(6, 5, Float32Array.from(rows(1, 5)));
    const mixed = buildTemplate(6, 5, Float32Array.from([...rows(1, 4), ...rows(2, 1)]));
    const scattered = buildTemplate(6, 5, Float32Array.from([1, 2, 3, 4, 5].flatMap((seed) => rows(seed, 1))));
    const leftOut = (source: KernelTemplate) => run(source).statistics.leaveOneOut;
    expect(leftOut(scattered)).toBeGreaterThan(leftOut(mixed));
    expect(leftOut(mixed)).toBeLessThan(leftOut(alone) + 2);
  });
});
