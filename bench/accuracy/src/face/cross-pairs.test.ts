import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crossPairs, distance, distanceAtFmr, ratesAt } from './cross-pairs';
import type { DescribedPicture } from './descriptor-cache';
import { halvesOf } from './face-halves';
import { peopleTable } from './people-table';

const personOf = (picture: string) => picture.slice(0, picture.indexOf('/'));
const OPTIONS = { seed: 1, resamples: 200 };

function picture(name: string, ...values: number[]): DescribedPicture {
  return { picture: name, values, score: 1, detector: 'tiny-416' };
}

const PICTURES = [
  picture('a/1', 0, 0),
  picture('a/2', 3_000, 0),
  picture('b/1', 0, 4_000),
  picture('c/1', 10_000, 0),
  { ...picture('c/2'), values: null },
];

const anySet = fc
  .array(
    fc.record({
      person: fc.integer({ min: 0, max: 5 }),
      values: fc.array(fc.integer({ min: -9_999, max: 9_999 }), { minLength: 3, maxLength: 3 }),
    }),
    {
      minLength: 4,
      maxLength: 25,
    },
  )
  .map((list) => list.map(({ person, values }, i) => picture(`${person}/${i}`, ...values)));

describe('crossPairs', () => {
  it('has every pair of pictures with a descriptor once', () => {
    const { genuine, impostor, people, pictures } = crossPairs(PICTURES, personOf);
    expect(people).toEqual(['a', 'b', 'c']);
    expect([...pictures]).toEqual([2, 1, 1]);
    expect([...genuine.distance].map((each) => Number(each.toFixed(4)))).toEqual([0.3]);
    expect([...impostor.distance].map((each) => Number(each.toFixed(4))).toSorted()).toEqual([0.4, 0.5, 0.7, 1, 1.077]);
  });

  it('takes the people that are wanted alone', () => {
    const { people, impostor } = crossPairs(PICTURES, personOf, (person) => person !== 'a');
    expect([people, impostor.distance.length]).toEqual([['b', 'c'], 1]);
  });

  it('gives the rates that counting gives', () => {
    fc.assert(
      fc.property(anySet, fc.double({ min: 0.1, max: 3, noNaN: true }), (set, limit) => {
        const pairs = crossPairs(set, personOf);
        fc.pre(pairs.genuine.distance.length > 0 && pairs.impostor.distance.length > 0);
        let [own, ownOut, others, othersIn] = [0, 0, 0, 0];
        for (const [i, a] of set.entries()) {
          for (const b of set.slice(0, i)) {
            const away = Math.fround(distance(vector(a), vector(b)));
            if (personOf(a.picture) === personOf(b.picture)) {
              own++;
              ownOut += away > limit ? 1 : 0;
            } else {
              others++;
              othersIn += away <= limit ? 1 : 0;
            }
          }
        }
        const rates = ratesAt(pairs, limit, OPTIONS);
        expect(rates.fmr).toBeCloseTo(othersIn / others, 12);
        expect(rates.fnmr).toBeCloseTo(ownOut / own, 12);
        // A share of pairs: no draw of people can leave its range.
        for (const end of [...(rates.fmr_ci ?? []), ...(rates.fnmr_ci ?? [])]) expect(end >= 0 && end <= 1).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('finds the distance that lets in no more than a rate', () => {
    fc.assert(
      fc.property(anySet, fc.constantFrom(0.1, 0.25, 0.5), (set, rate) => {
        const pairs = crossPairs(set, personOf);
        fc.pre(pairs.impostor.distance.length >= 10 && new Set(pairs.impostor.distance).size === pairs.impostor.distance.length);
        const limit = distanceAtFmr(pairs, rate);
        const share = pairs.impostor.distance.filter((each) => each <= limit).length / pairs.impostor.distance.length;
        expect(share).toBeLessThanOrEqual(rate + 1e-9);
        expect(share).toBeGreaterThan(rate - 1 / pairs.impostor.distance.length - 1e-9);
      }),
      { numRuns: 60 },
    );
  });
});

const vector = ({ values }: DescribedPicture) => Float64Array.from(values ?? [], (value) => value / 10_000);

describe('halvesOf', () => {
  it('puts the people in two halves, whatever their order', () => {
    const people = Array.from({ length: 41 }, (_, i) => `Person_${i}`);
    const halves = halvesOf(people);
    expect([...halves.values()].filter((half) => half === 'fit')).toHaveLength(20);
    expect([...halvesOf(people.toReversed())].toSorted()).toEqual([...halves].toSorted());
    expect(halvesOf([...people, ...people]).size).toBe(41);
  });
});

describe('peopleTable', () => {
  it('counts pairs within each limit, each two people once', () => {
    const table = peopleTable(PICTURES, personOf, [0.45, 0.6]);
    const rounded = table.map(({ a, b, pairs, least, within }) => [a, b, pairs, pairs === 0 ? null : Number(least.toFixed(2)), ...within]);
    expect(rounded).toEqual([
      ['a', 'a', 1, 0.3, 1, 1],
      ['a', 'b', 2, 0.4, 1, 2],
      ['a', 'c', 2, 0.7, 0, 0],
      ['b', 'b', 0, null, 0, 0],
      ['b', 'c', 1, 1.08, 0, 0],
      ['c', 'c', 0, null, 0, 0],
    ]);
  });
});
