import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defaultFreeTextPopulation } from '@tacit-auth/models/default-population';
import { expect, it } from 'vitest';
import { FABLE_FILE, VILLANI_FILE } from '../data/pace-sessions';
import { SHIPPED_SOURCE, shippedFile, shippedPeople, trainShippedPopulation } from './train-shipped';

const DATA = process.env.TACIT_DATA ?? fileURLToPath(new URL('../../../../../shared/data', import.meta.url));
const SHIPPED = fileURLToPath(new URL('../../../../packages/models/src/free-text/default-population-bytes.ts', import.meta.url));
const present = [VILLANI_FILE, FABLE_FILE].every((file) => existsSync(`${DATA}/${file}`));

it('the file of the package is what the shipped population makes of itself', () => {
  expect(readFileSync(SHIPPED, 'utf8')).toBe(shippedFile(defaultFreeTextPopulation()));
  expect(defaultFreeTextPopulation().source).toBe(SHIPPED_SOURCE);
});

it(`the shipped population is made again of the data, byte for byte${present ? '' : ' (public data not present: set TACIT_DATA)'}`, async () => {
  if (!present) {
    expect(defaultFreeTextPopulation().users).toBe(115);
    return;
  }
  expect(await shippedPeople(DATA)).toHaveLength(115);
  expect((await trainShippedPopulation(DATA)).id).toBe(defaultFreeTextPopulation().id);
}, 300_000);
