import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defaultFreeTextPopulation } from '@tacit-auth/models/default-population';
import { expect, it } from 'vitest';
import { FABLE_FILE, VILLANI_FILE } from '../data/pace-sessions';
import { SHIPPED_SOURCE, shippedFile, shippedPeople, trainShippedPopulation } from './train-shipped';

const DATA = process.env.TACIT_DATA ?? fileURLToPath(new URL('../../../../../shared/data', import.meta.url));
const SHIPPED = fileURLToPath(new URL('../../../../packages/models/src/free-text/default-population-bytes.ts', import.meta.url));
const present = [VILLANI_FILE, FABLE_FILE].every((file) => existsSync(`${DATA}/${file}`));
/** 55 who wrote letters and 60 who copied a fable, 34 of whom are among the 55. */
const PEOPLE = 81;

it('the file of the package is what the shipped population makes of itself', () => {
  expect(readFileSync(SHIPPED, 'utf8')).toBe(shippedFile(defaultFreeTextPopulation()));
  expect(defaultFreeTextPopulation()).toMatchObject({ source: SHIPPED_SOURCE, users: PEOPLE });
});

/** All numbers of a population, by where they stand in it. */
function numbersOf(value: unknown, path = ''): [string, number][] {
  if (typeof value === 'number') return [[path, value]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, part]) => numbersOf(part, `${path}/${name}`));
}

it(`the shipped population is made again of the data${present ? '' : ' (public data not present: set TACIT_DATA)'}`, async () => {
  const shipped = defaultFreeTextPopulation();
  if (!present) {
    expect(shipped.users).toBe(PEOPLE);
    return;
  }
  const people = await shippedPeople(DATA);
  expect(people).toHaveLength(PEOPLE);
  expect(people.filter(({ sessions }) => sessions.length === 10)).toHaveLength(55 + 60 - PEOPLE);
  const again = trainShippedPopulation(people);
  expect([again.source, again.users, again.windows, again.table.frequentPairs]).toEqual([
    shipped.source,
    shipped.users,
    shipped.windows,
    shipped.table.frequentPairs,
  ]);
  // The same engine on the same kind of processor gives the same bytes; elsewhere a logarithm may differ in its last bit, and a number in its last stored step.
  const kept = new Map(numbersOf(shipped));
  const apart = numbersOf(again).filter(([path, number]) => {
    const other = kept.get(path) ?? Number.NaN;
    const step = path.includes('/directions/') ? 1 : 1e-3 * (1 + Math.abs(other));
    return !(Math.abs(number - other) <= step);
  });
  expect(apart).toEqual([]);
}, 300_000);
