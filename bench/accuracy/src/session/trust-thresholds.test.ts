import { seededUniforms } from '@tacit-auth/models/evaluation';
import { describe, expect, it } from 'vitest';
import { type AlarmCounts, chosenThreshold, TRIED, thresholdAtRate } from './trust-thresholds';

/** People each of whom has hours x a e^(-b h) alarms at a threshold h, drawn as Poisson numbers. */
function people(count: number, hours: number, a: number, b: number, seed = 3): AlarmCounts {
  const random = seededUniforms(seed, 1);
  const each = Array.from({ length: count }, () => {
    // One draw of peaks a person, so that alarms fall as thresholds rise, as they do.
    const peaks: number[] = [];
    for (let at = -Math.log(random()) / a; at < hours; at += -Math.log(random()) / a) peaks.push(-Math.log(random()) / b);
    return { hours, alarms: TRIED.map((h) => peaks.filter((peak) => peak >= h).length) };
  });
  return { tried: TRIED, people: each };
}

describe('thresholdAtRate', () => {
  it('observes a rate where three alarms and more are expected', () => {
    const { threshold, origin } = thresholdAtRate(people(400, 1, 30, 0.3), 0.1);
    expect(origin).toBe('observed');
    // 30 e^(-.3 h) = .1 at 19.0.
    expect(threshold).toBeGreaterThan(16.5);
    expect(threshold).toBeLessThan(21.5);
  });

  it('extrapolates what is rarer by the exponential tail', () => {
    const found = Array.from({ length: 20 }, (_, seed) => thresholdAtRate(people(50, 0.2, 30, 0.3, seed + 1), 0.01));
    expect(found.every(({ origin }) => origin === 'extrapolated')).toBe(true);
    const sorted = found.map(({ threshold }) => threshold ?? 0).toSorted((x, y) => x - y);
    // 30 e^(-.3 h) = .01 at 26.7.
    expect(sorted[10]).toBeGreaterThan(21);
    expect(sorted[10]).toBeLessThan(33);
  });

  it('says when there are too few alarms, or as many at every threshold', () => {
    const flat = (count: number): AlarmCounts => ({ tried: TRIED, people: [{ hours: 1, alarms: TRIED.map(() => count) }] });
    for (const count of [0, 2, 5]) {
      expect(thresholdAtRate(flat(count), 0.1)).toEqual({ threshold: null, origin: 'too-few-alarms', interval: null });
    }
  });

  it('is the least from which on alarms are as rare, not the first at which they happen to be', () => {
    const alarms = TRIED.map((_, i) => (i === 5 ? 0 : i < 20 ? 9 : i < 40 ? 3 : 0));
    const { threshold } = thresholdAtRate({ tried: TRIED, people: [{ hours: 30, alarms }] }, 0.1);
    expect(threshold).toBe(TRIED[20]);
  });
});

describe('chosenThreshold', () => {
  it('has an interval over people that holds it, and is the same for the same seed', () => {
    const counts = people(60, 1, 30, 0.3);
    const chosen = chosenThreshold(counts, 0.1, { seed: 1, resamples: 200 });
    const [low, high] = chosen.interval ?? [Number.NaN, Number.NaN];
    expect(low).toBeLessThan(chosen.threshold ?? 0);
    expect(high).toBeGreaterThan(chosen.threshold ?? 0);
    expect(chosenThreshold(counts, 0.1, { seed: 1, resamples: 200 })).toEqual(chosen);
  });
});
