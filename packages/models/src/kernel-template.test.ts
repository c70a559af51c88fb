import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildTemplate, extendTemplate, type KernelTemplate, rowOf, WINDOW, withoutRow } from './kernel-template';
import { entries, simulatedPerson } from './simulated-people';

const KEYS = 6;
const rows = entries(simulatedPerson(7, KEYS), WINDOW + 5).map((vector) => Float32Array.from([...vector.hold, ...vector.pressPress]));

function build(from: number, to: number, holds = true): KernelTemplate {
  const part = rows.slice(from, to).map((row) => (holds ? row : row.subarray(KEYS)));
  return buildTemplate(KEYS, holds, part.length, Float32Array.from(part.flatMap((row) => [...row])));
}

function ones(count: number, times = 1): Uint8Array {
  return new Uint8Array(count).fill(times);
}

function counted(part: readonly Float32Array[], counts: Uint8Array): KernelTemplate {
  return buildTemplate(KEYS, true, part.length, Float32Array.from(part.flatMap((row) => [...row])), counts);
}

function from(template: KernelTemplate, wanted: string): number {
  return template.layout.kinds.find(({ kind }) => kind === wanted)?.from ?? Number.NaN;
}

describe('kernel template', () => {
  it('has the median and the deviation drawn towards the population', () => {
    const template = buildTemplate(2, true, 3, Float32Array.from([100, 100, 200, 200, 100, 200, 50, 100, 200]));
    const first = from(template, 'hold');
    expect(template.median[first]).toBeCloseTo(Math.log(0.1), 6);
    // Hold of the first key: two of three lie ln 2 from the median; ten entries' worth of .12 beside them.
    expect(1 / template.perDeviation[first]).toBeCloseTo((10 * 0.12 + 2 * Math.LN2) / 13, 6);
    // The medians are .1 and .1 (of 100, 200, 50); the level is their median.
    expect(template.centre[first]).toBeCloseTo(-2.4 + 0.5 * (Math.log(0.1) + 2.4), 6);
  });

  it('weighs an entry by its age', () => {
    const { weights } = build(0, 26);
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
    expect(weights[0] / weights[25]).toBeCloseTo(Math.exp(-1), 12);
  });

  it('has each feature in order, equal values by age', () => {
    const template = buildTemplate(2, false, 5, Float32Array.from([300, 100, 200, 100, 300]));
    expect([...template.order]).toEqual([1, 3, 2, 0, 4]);
    expect([...template.sorted]).toEqual([0.1, 0.1, 0.2, 0.3, 0.3].map((time) => Math.fround(Math.log(Math.fround(1000 * time) / 1000))));
  });

  it('grows by one row to what it would be if built anew, bit for bit', () => {
    for (const holds of [true, false]) {
      const more = (index: number) => (holds ? rows[index] : rows[index].subarray(KEYS));
      expect(extendTemplate(build(0, 4, holds), ones(5), 0, more(4))).toEqual(build(0, 5, holds));
      expect(extendTemplate(build(0, WINDOW, holds), ones(WINDOW), 1, more(WINDOW))).toEqual(build(1, WINDOW + 1, holds));
    }
  });

  it('loses several rows at once and takes other counts, with a new row and without, as if built anew', () => {
    const counts = Uint8Array.of(2, 3, 1, 5);
    expect(extendTemplate(build(0, 6), counts, 3, rows[6])).toEqual(counted(rows.slice(3, 7), counts));
    expect(extendTemplate(build(0, 6), counts, 2, undefined)).toEqual(counted(rows.slice(2, 6), counts));
    expect(extendTemplate(build(0, 4), counts, 0, undefined)).toEqual(counted(rows.slice(0, 4), counts));
  });

  it('has the medians, deviations and centres that copies in a row would make, and the sum of their weights', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 10 }), { minLength: 1, maxLength: 30 }), (counts) => {
        const once = rows.slice(0, counts.length);
        const copies = once.flatMap((row, j) => Array.from({ length: counts[j] }, () => row));
        const [own, theirs] = [counted(once, Uint8Array.from(counts)), counted(copies, ones(copies.length))];
        expect(own.total).toBe(copies.length);
        expect(own.median).toEqual(theirs.median);
        expect(own.centre).toEqual(theirs.centre);
        own.perDeviation.forEach((value, f) => {
          expect(value).toBeCloseTo(theirs.perDeviation[f], 9);
        });
        let at = 0;
        counts.forEach((times, j) => {
          const weight = theirs.weights.subarray(at, at + times).reduce((sum, part) => sum + part, 0);
          expect(own.weights[j]).toBeCloseTo(weight, 12);
          at += times;
        });
      }),
    );
  });

  it('takes memory by its rows, not by how often they count: 51 KB for 33 of 11 keys, 150 KB for 100', () => {
    const person = entries(simulatedPerson(3, 11), 100).map((vector) => Float32Array.from([...vector.hold, ...vector.pressPress]));
    const bytesOf = (count: number, times: number) => {
      const template = buildTemplate(
        11,
        true,
        count,
        Float32Array.from(person.slice(0, count).flatMap((row) => [...row])),
        ones(count, times),
      );
      return Object.values(template).reduce((sum, part) => sum + (ArrayBuffer.isView(part) ? part.byteLength : 0), 0);
    };
    expect(Math.round(bytesOf(33, 3) / 1000)).toBe(51);
    expect(Math.round(bytesOf(100, 1) / 1000)).toBe(150);
  });

  it('without a row is as if the row had never been', () => {
    for (const index of [0, 3, 8]) {
      const kept = rows.slice(0, 9).filter((_, j) => j !== index);
      expect(withoutRow(build(0, 9), index)).toEqual(buildTemplate(KEYS, true, 8, Float32Array.from(kept.flatMap((row) => [...row]))));
      const counts = Uint8Array.of(1, 3, 2, 9, 1, 1, 4, 1, 3);
      expect(withoutRow(counted(rows.slice(0, 9), counts), index)).toEqual(
        counted(
          kept,
          counts.filter((_, j) => j !== index),
        ),
      );
    }
  });

  it('gives back the features of a row', () => {
    const template = build(0, 9);
    const row = new Float64Array(template.layout.count);
    rowOf(template, 4, row);
    expect(row[from(template, 'hold')]).toBeCloseTo(Math.log(rows[4][0] / 1000), 6);
    expect(row[template.layout.count - 1]).toBeCloseTo(Math.log(rows[4][2 * KEYS - 2] / 1000), 6);
  });
});
