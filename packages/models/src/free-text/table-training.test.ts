import { type FreeTextTable, type FreeTextTimings, KEY_CLASSES } from '@tacit-auth/features';
import { describe, expect, it } from 'vitest';
import { keyOf, simulatedPeople, simulatedTypist } from './simulated-typists.test-support';
import { TABLE_PRIVACY, trainFreeTextTable } from './table-training';

const people = simulatedPeople(30, 8).map(({ sessions }) => sessions.flat());
/** Of letters that are in none of the other words. */
const PLANTED = 'zqxjz'.repeat(10);
/** Windows of a word that nobody else types, by the first so many people. */
const withPlanted = (count: number, text = PLANTED): FreeTextTimings[][] =>
  people.map((windows, person) => (person < count ? [...windows, simulatedTypist(900 + person).typedText(text)] : windows));
const pairOf = (first: string, second: string) => keyOf(first) * KEY_CLASSES + keyOf(second);
const pairParts = (table: FreeTextTable) => [
  table.pressPressLocation,
  table.pressPressScale,
  table.releasePressLocation,
  table.releasePressScale,
  table.releaseReleaseLocation,
  table.releaseReleaseScale,
];

describe('trainFreeTextTable', () => {
  const table = trainFreeTextTable(people);

  it('keeps nothing of a word that fewer people typed than it asks for', () => {
    const planted = trainFreeTextTable(withPlanted(TABLE_PRIVACY.leastUsers - 1));
    pairParts(planted).forEach((part, i) => {
      expect(part).toEqual(pairParts(table)[i]);
    });
    expect(planted.frequentPairs).toEqual(table.frequentPairs);
    // Nor of the keys that nobody else pressed.
    expect([planted.holdLocation, planted.holdScale]).toEqual([table.holdLocation, table.holdScale]);
  });

  it('counts only who shows a time: presses without their releases make no company for the one who shows his', () => {
    const without = ({ keys, pressPress }: FreeTextTimings): FreeTextTimings => {
      const nothing = (length: number) => new Float64Array(length).fill(Number.NaN);
      return {
        schema: 'free-text/1',
        keys,
        pressPress,
        hold: nothing(keys.length),
        releasePress: nothing(pressPress.length),
        releaseRelease: nothing(pressPress.length),
      };
    };
    const planted = trainFreeTextTable(
      withPlanted(TABLE_PRIVACY.leastUsers).map((windows, person) =>
        person > 0 && person < TABLE_PRIVACY.leastUsers ? windows.with(-1, without(windows[windows.length - 1])) : windows,
      ),
    );
    pairParts(planted).forEach((part, i) => {
      expect(part).toEqual(pairParts(table)[i]);
    });
    expect([planted.holdLocation, planted.holdScale]).toEqual([table.holdLocation, table.holdScale]);
  });

  it('learns a word that enough people typed', () => {
    const planted = trainFreeTextTable(withPlanted(TABLE_PRIVACY.leastUsers));
    const pair = pairOf('z', 'q');
    expect(planted.pressPressLocation[pair]).not.toBe(table.pressPressLocation[pair]);
    expect(planted.holdLocation[keyOf('z')]).not.toBe(table.holdLocation[keyOf('z')]);
  });

  it('gives every pair that few typed the sum of the effects of its keys, so that no pair of a chain stands out', () => {
    const planted = trainFreeTextTable(withPlanted(TABLE_PRIVACY.leastUsers - 1));
    // Of keys that nobody presses otherwise: the number of all pairs alike, in and out of the word.
    const unknown = [...'zqxj'].map((letter, i) => pairOf(letter, 'qxjz'.charAt(i)));
    for (const part of pairParts(planted)) {
      const outside = part[pairOf('z', 'z')];
      expect(unknown.map((pair) => part[pair])).toEqual(unknown.map(() => outside));
    }
    // Of common keys: location(a, b) - location(a, c) is the same for every a, where no such pair is common.
    const rare = planted.pressPressLocation;
    const step = (first: string) => rare[pairOf(first, 'z')] - rare[pairOf(first, 'q')];
    expect(step('t')).toBeCloseTo(step('e'), 3);
    expect(step('a')).toBeCloseTo(step('e'), 3);
  });

  it('lets nobody weigh by typing much', () => {
    const [first, ...others] = people;
    const talkative = simulatedTypist(5);
    const windows = Array.from({ length: 200 }, () => talkative.typed());
    const moved = trainFreeTextTable([[...first, ...windows], ...others]);
    const common = Array.from(table.frequentPairs.subarray(0, 10));
    const steps = common.map((pair) => Math.abs(moved.pressPressLocation[pair] - table.pressPressLocation[pair]));
    // Nearly half of all that was typed is his now.
    expect(Math.max(...steps)).toBeLessThan(0.12);
  });

  it('refuses people who typed too little in common', () => {
    expect(() => trainFreeTextTable(people.slice(0, TABLE_PRIVACY.leastUsers - 1))).toThrow(RangeError);
  });
});
