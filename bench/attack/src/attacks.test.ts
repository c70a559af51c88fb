import { fixedTextVector, isInsufficient } from '@tacit-auth/features';
import { describe, expect, it } from 'vitest';
import { drawsOf, runAttacks } from './attack-job';
import { ATTACKS } from './attacks';
import { wireSample } from './key-events';
import { crowdOf, victimOf } from './people';
import { madeUpPeople } from './people.test-support';

const people = madeUpPeople(8);
const victim = victimOf(people, 0, 100, crowdOf(people, 1, 1));

function attack(name: string) {
  const found = ATTACKS.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no attack ${name}`);
  return found;
}

function vectors(name: string, seed = 1) {
  return [...attack(name).attempts(victim, drawsOf(seed, 0, 0))].map(({ events, clock }) => {
    const vector = fixedTextVector(wireSample(events, clock));
    if (isInsufficient(vector)) throw new Error(vector.reason);
    return vector;
  });
}

const meanDifference = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a, (value, i) => Math.abs(value - (b[i] ?? 0))).reduce((sum, each) => sum + each, 0) / a.length;

describe('attacks', () => {
  it('have names of their own', () => {
    expect(new Set(ATTACKS.map(({ name }) => name)).size).toBe(ATTACKS.length);
  });

  it.each(ATTACKS.map(({ name }) => name))('%s: samples that a browser could send, the same for the same seed', (name) => {
    const sent = vectors(name);
    expect(sent.length).toBeGreaterThan(0);
    expect(sent.every(({ hold }) => hold.length === 11)).toBe(true);
    expect(vectors(name)).toEqual(sent);
  });

  it('replay what the server has seen, or almost', () => {
    expect(vectors('exact replay')[7]?.hold[2]).toBeCloseTo(victim.history[7]?.hold[2] ?? 0, 0);
    const nearest = (name: string) => {
      const sent = vectors(name).slice(0, 40);
      return (
        sent.reduce((sum, { hold }) => sum + Math.min(...victim.history.map((earlier) => meanDifference(earlier.hold, hold))), 0) /
        sent.length
      );
    };
    expect(nearest('replay, 1 ms jitter')).toBeLessThan(2);
    expect(nearest('replay, 5 ms jitter')).toBeGreaterThan(3);
    expect(nearest('replay, 5 ms jitter')).toBeLessThan(7);
    expect(nearest('unseen recording')).toBeGreaterThan(nearest('replay, 5 ms jitter'));
  });

  it.each([16, 25, 33])('round to a grid of %i ms', (step) => {
    for (const { pressPress } of vectors(`rounded replay, ${step} ms`)) {
      for (const time of pressPress) expect(Math.abs(time - step * Math.round(time / step))).toBeLessThan(0.11);
    }
  });

  it('take two recordings together, which then lie near neither', () => {
    const [sent] = vectors('mean of two recorded entries');
    const pairs = victim.history.flatMap((a, i) => victim.history.slice(i + 1).map((b) => ({ a, b })));
    const between = pairs.filter(({ a, b }) => {
      const mean = (kind: 'hold' | 'pressPress') => a[kind].map((time, i) => (time + (b[kind][i] ?? 0)) / 2);
      return meanDifference(mean('pressPress'), sent?.pressPress ?? []) < 0.2 && meanDifference(mean('hold'), sent?.hold ?? []) < 0.2;
    });
    expect(between).toHaveLength(1);
  });

  it('know averages, or deviations too', () => {
    const [sent] = vectors('per-key averages');
    const mean = victim.known.reduce((sum, { hold }) => sum + (hold[4] ?? 0) / 100, 0);
    expect(sent?.hold[4]).toBeCloseTo(mean, 0);
    const spread = (name: string) => {
      const times = vectors(name).map(({ hold }) => hold[4] ?? 0);
      return Math.max(...times) - Math.min(...times);
    };
    expect(spread('per-key averages and deviations')).toBeGreaterThan(1.5 * spread('per-key averages, 5 ms jitter'));
  });

  it('of a constant bot have equal times', () => {
    for (const { hold } of vectors('constant bot')) expect(Math.max(...hold) - Math.min(...hold)).toBeLessThan(0.21);
  });
});

describe('runAttacks', () => {
  const counts = runAttacks(victim, 0, 1);
  const of = (name: string) => {
    const found = counts.find((each) => each.attack === name);
    if (found === undefined) throw new Error(`no counts of ${name}`);
    return found;
  };

  it('counts every try once', () => {
    for (const { tries, checked, accepted, byCheck, attack: name } of counts) {
      expect(tries, name).toBe(vectors(name).length);
      expect(checked + (accepted[0] ?? 0), name).toBeLessThanOrEqual(tries);
      expect(accepted[1], name).toBeLessThanOrEqual(accepted[0] ?? 0);
      expect(Math.max(...Object.values(byCheck)), name).toBeLessThanOrEqual(checked);
    }
  });

  it('decides as the product does', () => {
    expect(of('exact replay')).toMatchObject({ tries: 200, checked: 200, accepted: [0, 0], byCheck: { replayed: 200 } });
    expect(of('constant bot')).toMatchObject({ checked: 100, accepted: [0, 0], byCheck: { 'too-regular': 100 } });
    expect(of('Gaussian, slow').accepted[0]).toBe(0);
    expect(of('unseen recording').accepted[0]).toBeGreaterThan(30);
    expect(of('unseen recording').checked).toBe(0);
  });

  it('lets nothing in on a claimed clock that the checks cannot judge, as the server does', () => {
    for (const name of ['rounded replay, 25 ms', 'rounded replay, 33 ms', 'constant bot, 25 ms clock']) {
      const { tries, checked, steppedUp, accepted } = of(name);
      expect(checked + steppedUp, name).toBe(tries);
      expect(steppedUp, name).toBeGreaterThan(0);
      expect(accepted, name).toEqual([0, 0]);
    }
    expect(counts.filter(({ steppedUp }) => steppedUp > 0)).toHaveLength(3);
  });

  it('depends on the seed alone', () => {
    expect(runAttacks(victim, 0, 1)).toEqual(counts);
    expect(runAttacks(victim, 0, 2)).not.toEqual(counts);
  });
});
