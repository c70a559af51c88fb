import { CHECK_IDS, type CheckId } from '@tacit-auth/models';
import { describe, expect, it } from 'vitest';
import { assemble, rateOf } from './assemble';
import { sampleResult } from './sample-results.test-support';

const byCheck = (replayed: number) => ({ ...Object.fromEntries(CHECK_IDS.map((id) => [id, 0])), replayed }) as Record<CheckId, number>;

describe('assemble', () => {
  const report = assemble([sampleResult(0, { tries: 10, accepted: 0 }), sampleResult(1, { tries: 30, accepted: 6 })], {
    seed: 1,
    people: 51,
  });

  it('sums tries over victims, attack by attack and template by template', () => {
    const row = report.attacks.find(({ attack, size }) => attack === 'exact replay' && size === 20);
    expect(row).toMatchObject({ tries: 40, checked: 4 / 40, steppedUp: 2 / 40, byCheck: { ...byCheck(4 / 40) } });
    expect(row?.accepted[0]).toMatchObject({ target: 0.01, odd: 6 / 30, victims: 1, rate: { rate: 6 / 40, low: 0, high: 0.2 } });
    expect(report).toMatchObject({ seed: 1, people: 51, victims: 2 });
  });

  it('takes the differences of poisoning person by person', () => {
    const all = report.poisoning.find((row) => row.rule === 'release all' && row.condition === 'product' && row.people === 'all');
    expect(all?.poisoned).toBeCloseTo(0.3, 9);
    expect(all?.clean).toBeCloseTo(0.2, 9);
    expect(all?.difference.rate).toBeCloseTo(0.1, 9);
    expect(all?.difference.low).toBeCloseTo(0, 9);
    expect(all?.difference.high).toBeCloseTo(0.2, 9);
    const odd = report.poisoning.find((row) => row.rule === 'release all' && row.condition === 'product' && row.people === 'odd');
    expect(odd?.difference.rate).toBeCloseTo(0.2, 9);
    expect(odd?.tries).toBe(100);
    expect(all).toMatchObject({ learned: 20, changed: 2 });
    expect(report.poisoning.filter(({ rule }) => rule === 'product rule').map(({ learned, changed }) => [learned, changed])).toEqual(
      Array.from({ length: 4 }, () => [0, 0]),
    );
  });

  it('has the owners beside it', () => {
    expect(report.genuine.clocks.map(({ step, entries, checked }) => [step, entries, checked.rate])).toEqual([
      [0.1, 400, 0.0025],
      [1, 400, 0.0025],
      [16, 400, 0.0025],
    ]);
    expect(report.genuine.templates[1]?.refused[0]?.rate.rate).toBe(0.2);
  });

  it('says so where a result is missing', () => {
    const { attacks, ...rest } = sampleResult(0, { tries: 1, accepted: 0 });
    expect(() => assemble([{ ...rest, attacks: attacks.slice(1) }], { seed: 1, people: 1 })).toThrow('exact replay');
  });
});

describe('rateOf', () => {
  it('bounds what never, or always, happened by 3 / n', () => {
    expect(rateOf([0, 0], [100, 200], 1)).toEqual({ rate: 0, low: 0, high: 0.01 });
    expect(rateOf([100, 200], [100, 200], 1)).toEqual({ rate: 1, low: 0.99, high: 1 });
    expect(rateOf([0], [2], 1).high).toBe(1);
  });

  it('gives an interval over people, none for one person', () => {
    const { rate, low, high } = rateOf([1, 5, 9, 5], [10, 10, 10, 10], 1);
    expect(rate).toBe(0.5);
    expect(low).toBeGreaterThan(0.1);
    expect(low).toBeLessThan(0.5);
    expect(high).toBeGreaterThan(0.5);
    expect(rateOf([1], [2], 1)).toEqual({ rate: 0.5, low: 0.5, high: 0.5 });
  });
});
