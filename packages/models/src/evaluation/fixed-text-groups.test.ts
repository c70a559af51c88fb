import { describe, expect, it } from 'vitest';
import { type FixedTextEntry, fixedTextGroups } from './fixed-text-groups';
import { parseTypingRecord, type TypingRecord } from './typing-record';

type Key = [key: string | null, press: number, release: number | null];

function record(user: string, keys: readonly Key[], group: string | null = 'g'): TypingRecord {
  return parseTypingRecord(JSON.stringify({ user, group, session: 0, index: 0, keys }));
}

const AB: Key[] = [
  ['KeyA', 1000, 1080],
  ['KeyB', 1150, 1260],
];

function statuses(entries: readonly FixedTextEntry[]): string[] {
  return entries.map((entry) => ('status' in entry ? entry.reason : 'vector'));
}

describe('fixedTextGroups', () => {
  it('sorts records by text and person, in order of first appearance', () => {
    const groups = fixedTextGroups([
      record('u2', AB, 'x'),
      record('u1', AB, 'y'),
      record('u1', AB, 'x'),
      record('u2', AB, 'x'),
      record('u1', AB, null),
    ]);
    expect(groups.map(({ group, people }) => [group, people.map(({ user, entries }) => [user, entries.length])])).toEqual([
      [
        'x',
        [
          ['u2', 2],
          ['u1', 1],
        ],
      ],
      ['y', [['u1', 1]]],
      [null, [['u1', 1]]],
    ]);
  });

  it('makes vectors in ms, from any origin of time', () => {
    const [group] = fixedTextGroups([record('u', AB)]);
    expect(group).toMatchObject({ keys: 2, counted: 'every', holds: true });
    expect(group?.people[0]?.entries[0]).toMatchObject({ hold: Float64Array.of(80, 110), pressPress: Float64Array.of(150) });
  });

  it('takes press times alone where no key has a release', () => {
    const keys = AB.map(([key, press]): Key => [key, press, null]);
    const [group] = fixedTextGroups([record('u', keys), record('u', AB), record('v', keys)]);
    expect(group?.holds).toBe(false);
    expect(group?.people[0]?.entries.map((entry) => !('status' in entry) && [entry.hold.length, entry.pressPress.length])).toEqual([
      [0, 1],
      [0, 1],
    ]);
  });

  it('refuses a release that was not seen, or lies before its press, where others have theirs', () => {
    const missing = [AB[0] as Key, ['KeyB', 1150, null] as Key];
    const early = [AB[0] as Key, ['KeyB', 1150, 1149] as Key];
    const [group] = fixedTextGroups([record('u', AB), record('u', missing), record('u', early)]);
    expect(statuses(group?.people[0]?.entries ?? [])).toEqual(['vector', 'missing-releases', 'missing-releases']);
  });

  it('refuses what is not the text of most, and corrections', () => {
    const other: Key[] = [AB[0] as Key, ['KeyC', 1150, 1260]];
    const corrected: Key[] = [...AB, ['Backspace', 1300, 1350]];
    const records = [...Array.from({ length: 98 }, () => record('u', AB)), record('u', other), record('u', corrected), record('u', [])];
    const [group] = fixedTextGroups(records);
    expect(group?.counted).toBe('every');
    expect(statuses(group?.people[0]?.entries ?? []).slice(98)).toEqual(['length-mismatch', 'corrected', 'length-mismatch']);
  });

  it('counts all keys where records agree in them, whichever shift was used, and else those that write', () => {
    const withShift = (shift: string): Key[] => [[shift, 900, 1050], ...AB];
    const agreed = fixedTextGroups([record('u', withShift('ShiftLeft')), record('v', withShift('ShiftRight'))])[0];
    expect(agreed).toMatchObject({ counted: 'every', keys: 3 });
    const caps: Key[] = [['CapsLock', 800, 850], ...AB, ['CapsLock', 1400, 1450]];
    const mixed = fixedTextGroups([record('u', withShift('ShiftLeft')), record('u', withShift('ShiftLeft')), record('v', caps)])[0];
    expect(mixed).toMatchObject({ counted: 'characters', keys: 2 });
    expect(statuses(mixed?.people.flatMap(({ entries }) => entries) ?? [])).toEqual(['vector', 'vector', 'vector']);
  });

  it('refuses texts that no profile holds', () => {
    const long = Array.from({ length: 129 }, (_, i): Key => [null, 100 * i, 100 * i + 50]);
    expect(statuses(fixedTextGroups([record('u', long)])[0]?.people[0]?.entries ?? [])).toEqual(['too-many-keys']);
    expect(statuses(fixedTextGroups([record('u', [AB[0] as Key])])[0]?.people[0]?.entries ?? [])).toEqual(['too-few-keys']);
    const slow: Key[] = [AB[0] as Key, ['KeyB', 5_000_000, 5_000_050]];
    expect(statuses(fixedTextGroups([record('u', slow)])[0]?.people[0]?.entries ?? [])).toEqual(['length-mismatch']);
  });
});
