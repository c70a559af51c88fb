import type { FixedTextVector } from '@tacit-auth/features';
import { describe, expect, it } from 'vitest';
import { entries, flatVector } from './simulated-people';
import { POPULATION_SPREADS, type PopulationTypistOptions, populationTypist } from './synthetic-population';

const logs = (times: Float64Array) => Array.from(times, (time) => Math.log(time / 1000));
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const deviation = (values: readonly number[]) => {
  const middle = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)));
};
/** Mean of each column. */
const columns = (rows: readonly number[][]) => (rows[0] ?? []).map((_, i) => mean(rows.map((row) => row[i] ?? 0)));

describe('populationTypist', () => {
  it('one seed is one person: the same entries again, and other people for other seeds', () => {
    const drawn = (seed: number) => entries(populationTypist({ keys: 9, seed }), 3);
    expect(drawn(3)).toEqual(drawn(3));
    expect(drawn(3)).not.toEqual(drawn(4));
  });

  it.each(['hold', 'pressPress'] as const)(
    '%s: location, spread of people and spread within entries are those of the population',
    (kind) => {
      const { location, text, person, personKey, within } = POPULATION_SPREADS[kind];
      const levels: number[] = [];
      const keys: number[] = [];
      const residues: number[] = [];
      for (let seed = 0; seed < 400; seed++) {
        const rows = entries(populationTypist({ keys: 41, seed, text: seed }), 8).map((entry) => logs(entry[kind]));
        const centres = columns(rows);
        levels.push(mean(centres));
        keys.push(deviation(centres));
        residues.push(...rows.map((row) => (row[0] ?? 0) - (centres[0] ?? 0)));
      }
      expect(mean(levels)).toBeCloseTo(location, 1);
      expect(deviation(levels) / Math.hypot(person, Math.hypot(text, personKey) / Math.sqrt(41))).toBeCloseTo(1, 0.9);
      expect(mean(keys) / Math.hypot(text, personKey, within / Math.sqrt(8))).toBeCloseTo(1, 1);
      expect(deviation(residues) / (within * Math.sqrt(7 / 8))).toBeCloseTo(1, 1);
    },
  );

  it('people of one text share its keys, people of different texts do not', () => {
    const keysOf = (seed: number, text: number) => {
      const row = columns(entries(populationTypist({ keys: 81, seed, text }), 10).map(({ pressPress }) => logs(pressPress)));
      const middle = mean(row);
      return row.map((value) => value - middle);
    };
    const alike = (a: readonly number[], b: readonly number[]) =>
      mean(a.map((value, i) => value * (b[i] ?? 0))) / (deviation(a) * deviation(b));
    expect(alike(keysOf(1, 5), keysOf(2, 5))).toBeGreaterThan(0.35);
    expect(Math.abs(alike(keysOf(1, 5), keysOf(2, 6)))).toBeLessThan(0.3);
  });

  it('is centred on usual times where they are known', () => {
    const usual: FixedTextVector = flatVector(6, 80, 300);
    const all = Array.from({ length: 400 }, (_, seed) => populationTypist({ keys: 6, seed, usual })());
    expect(mean(all.flatMap(({ pressPress }) => logs(pressPress)))).toBeCloseTo(Math.log(0.3), 1);
    expect(mean(all.flatMap(({ hold }) => logs(hold)))).toBeCloseTo(Math.log(0.08), 1);
  });

  it('types a text of 128 keys, and without holds', () => {
    expect(populationTypist({ keys: 128, seed: 1 })().hold).toHaveLength(128);
    const bare = populationTypist({ keys: 4, seed: 1, holds: false, usual: flatVector(4, 90, 200) })();
    expect([bare.hold.length, bare.pressPress.length]).toEqual([0, 3]);
  });

  it.each<[string, Partial<Record<keyof PopulationTypistOptions, unknown>>, typeof TypeError | typeof RangeError]>([
    ['keys', { keys: 0 }, RangeError],
    ['seed', { seed: 2 ** 32 }, RangeError],
    ['text', { text: '1' }, TypeError],
    ['text', { text: 1.5 }, RangeError],
    ['usual', { usual: {} }, TypeError],
    ['usual', { usual: flatVector(8, 80, 200) }, RangeError],
  ])('asserts %s', (name, change, kind) => {
    const call = () => populationTypist({ keys: 9, seed: 1, ...change } as PopulationTypistOptions);
    expect(call).toThrow(kind);
    expect(call).toThrow(name);
  });
});
