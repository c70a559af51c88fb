import { describe, expect, it } from 'vitest';
import { fitLlr, leastLlrCost, llrCost } from './llr-fit';
import { pairFigures, percentiles } from './pair-figures';

const OPTIONS = { seed: 1, resamples: 200, users: 7, failureToAcquire: 0 };
const of = (...distances: number[]) => Float64Array.from(distances);

describe('pairFigures', () => {
  it('has the protocol’s figures of a trial that can be reckoned by hand', () => {
    const figures = pairFigures({ genuine: of(0.3, 0.4, 0.5, 0.65), impostor: of(0.55, 0.7, 0.8, 0.9) }, OPTIONS);
    expect(figures).toMatchObject({
      users: 7,
      genuine: 4,
      impostor: 4,
      accuracy_at_06: 6 / 8,
      fmr_at_06: 1 / 4,
      fnmr_at_06: 1 / 4,
      best_accuracy: 7 / 8,
      best_threshold: 0.5,
      auc: 15 / 16,
      fnmr_at_fmr_1pct: 1 / 4,
      fmr_claimable: 3 / 4,
      fmr_01pct_rests_on: 0,
      insufficient: 0,
      eer_user: null,
    });
    const [low, high] = figures.accuracy_at_06_ci!;
    expect(low).toBeLessThan(0.75);
    expect(high).toBeGreaterThan(0.75);
  });

  it('counts a pair at .6 itself as the same person', () => {
    const figures = pairFigures({ genuine: of(0.6), impostor: of(0.6, 0.61) }, OPTIONS);
    expect([figures.fnmr_at_06, figures.fmr_at_06]).toEqual([0, 0.5]);
  });

  it('leaves pairs out that could not be judged, and says how many', () => {
    const figures = pairFigures({ genuine: of(0.3, Number.NaN), impostor: of(0.9, 0.8) }, { ...OPTIONS, failureToAcquire: 0.1 });
    expect(figures).toMatchObject({ genuine: 1, impostor: 2, insufficient: 0.25, failure_to_acquire: 0.1, accuracy_at_06: 1 });
  });

  it('says nothing where nothing could be judged', () => {
    const figures = pairFigures({ genuine: of(Number.NaN), impostor: of(0.5) }, OPTIONS);
    expect(figures).toMatchObject({ accuracy_at_06: null, auc: null, eer_global: null, insufficient: 0.5 });
    expect(pairFigures({ genuine: of(), impostor: of() }, OPTIONS).insufficient).toBe(1);
  });

  it('draws the same intervals for a seed', () => {
    const spread = (from: number) => Float64Array.from({ length: 40 }, (_, i) => from + 0.37 * ((i * i) % 1.3) + i / 97);
    const trial = { genuine: spread(0.3), impostor: spread(0.45) };
    expect(pairFigures(trial, OPTIONS)).toEqual(pairFigures(trial, OPTIONS));
    expect(pairFigures(trial, { ...OPTIONS, seed: 2 }).eer_global_ci).not.toEqual(pairFigures(trial, OPTIONS).eer_global_ci);
  });
});

it('percentiles are those of the sorted values, between neighbours', () => {
  expect(percentiles(Array.from({ length: 41 }, (_, i) => 40 - i))).toEqual([1, 39]);
  expect(percentiles([])).toBeNull();
});

describe('likelihood ratios', () => {
  /** Quantiles of a normal population: a sample without chance. */
  const normal = (mean: number, deviation: number, count: number) =>
    Float64Array.from({ length: count }, (_, i) => {
      // Logistic approximation of the normal quantile is near enough for a fit.
      const p = (i + 0.5) / count;
      return mean + deviation * (Math.log(p / (1 - p)) / 1.702);
    });

  it('finds the curve that a fit has to find, whatever the number of strangers', () => {
    const genuine = normal(0.42, 0.07, 500);
    const few = fitLlr(genuine, normal(0.8, 0.09, 2_000));
    const many = fitLlr(genuine, normal(0.8, 0.09, 20_000));
    const at = ({ offset, slope, curvature }: typeof few, distance: number) => offset + slope * distance + curvature * distance ** 2;
    for (const distance of [0.5, 0.55, 0.6, 0.65]) expect(at(many, distance)).toBeCloseTo(at(few, distance), 0);
    expect(at(few, 0.5)).toBeGreaterThan(2);
    expect(at(few, 0.7)).toBeLessThan(-2);
  });

  it('costs one bit to know nothing, more to be wrong, less to be right', () => {
    expect(llrCost(of(0, 0), of(0))).toBeCloseTo(1, 12);
    expect(llrCost(of(5), of(-5))).toBeLessThan(0.02);
    expect(llrCost(of(-5), of(5))).toBeGreaterThan(5);
  });

  it('never costs less than the best monotone calibration of the same scores', () => {
    expect(leastLlrCost(of(1, 2, 3), of(-1, -2))).toBe(0);
    expect(leastLlrCost(of(1, 2), of(1, 2))).toBeCloseTo(1, 12);
    const [own, others] = [of(3, 2, -0.5, 1), of(-3, 0.2, -2, 1.5)];
    const least = leastLlrCost(own, others);
    for (const scale of [0.3, 1, 3])
      expect(
        llrCost(
          own.map((x) => scale * x),
          others.map((x) => scale * x),
        ),
      ).toBeGreaterThanOrEqual(least);
  });
});
