import { dataFolder, writeData } from '@tacit-internal/bench-shared/data.test-support';
import { afterAll, describe, expect, it } from 'vitest';
import { AALTO_FILE, readAaltoDesktop, splitAalto } from './aalto-desktop';
import { FREE_TEXT_LIMITS, FreeTextPeople, recordingOf } from './free-text-people';
import { keyClassOfKeyCode, keyClassOfName } from './key-names';
import { FABLE_FILE, pacePersonOf, readMonacoFable, readVillaniFreetext, VILLANI_FILE } from './pace-sessions';

const { folder, remove } = dataFolder();
afterAll(remove);

const sentence = (u: number, s: number, k: unknown, t0: unknown = 1_000): string =>
  JSON.stringify({ u, s, sentence: 'x', input: 'x', t0, k });

describe('aalto-desktop', () => {
  it('reads sentences by person, in the order in which they were typed, keys as classes by press', async () => {
    const keys = [
      [16, 'SHIFT', 0, 152],
      [72, 'H', 75, 70],
      [190, '.', 300, 360],
      [69, '', 257, 405],
    ];
    writeData(folder, AALTO_FILE, `${sentence(24, 116, keys)}\n${sentence(7, 1, [])}\n${sentence(24, 130, [[49, '1', 5, 9]], 900)}\n`);
    const people = await readAaltoDesktop(folder);
    expect(people.map(({ user, recordings }) => [user, recordings.map(({ session }) => session)])).toEqual([
      ['24', ['130', '116']],
      ['7', ['1']],
    ]);
    const [, first] = people[0]?.recordings ?? [];
    expect([...(first?.keys ?? [])]).toEqual([2, 18, 15, 5]);
    expect([...(first?.press ?? [])]).toEqual([1_000, 1_075, 1_257, 1_300]);
    // A release before its press was not seen.
    expect([...(first?.release ?? [])]).toEqual([1_152, Number.NaN, 1_405, 1_360]);
  });

  it.each([
    ['{', 'JSON'],
    [sentence(1, 1, 'ab'), 'k must be'],
    [sentence(1, 1, [], 'now'), 't0 must be'],
    [sentence(1, 1, [[72, 'h', '0', 1]]), 'k[0] must be'],
    [sentence(1, 1, [[72, 'h', 1e15, 1]]), 'a press must be'],
    [JSON.stringify({ s: 1, k: [] }), 'u must be'],
    [
      sentence(
        1,
        1,
        Array.from({ length: FREE_TEXT_LIMITS.keys + 1 }, () => [72, 'h', 0, 1]),
      ),
      'at most',
    ],
  ])('names the line that is wrong: %.40s', async (line, message) => {
    writeData(folder, `wrong/${AALTO_FILE}`, `${sentence(1, 1, [])}\n${line}\n`);
    const reading = readAaltoDesktop(`${folder}/wrong`);
    await expect(reading).rejects.toThrow(`${AALTO_FILE}, line 2`);
    await expect(reading).rejects.toThrow(message);
  });

  it('is split by the digest of the ids alone', () => {
    const people = Array.from({ length: 40 }, (_, i) => ({ user: String(i) }));
    const { train, test } = splitAalto(people, 30);
    expect(splitAalto(people.toReversed(), 30)).toEqual({ train, test });
    expect([train.length, test.length]).toEqual([30, 10]);
    expect([...train, ...test].map(({ user }) => user).toSorted()).toEqual(people.map(({ user }) => user).toSorted());
    // SHA-256 of tacit:aalto:0 to 39: those that begin with the least.
    expect(train.slice(0, 3).map(({ user }) => user)).toEqual(['34', '36', '32']);
  });
});

describe('villani-freetext and monaco-fable', () => {
  const rows = ['user,session,keyname,timepress,timerelease', '3,1,shift,0,969', '3,0,s,938,1016', '3,0,space,0,80', '1,0,numpad_4,0,5'];

  it('read sessions in their order, people in the order of the file', async () => {
    writeData(folder, VILLANI_FILE, `${rows.join('\n')}\n`);
    writeData(folder, FABLE_FILE, `${rows.slice(0, 2).join('\n')}\n`);
    const people = await readVillaniFreetext(folder);
    expect(people.map(({ user, recordings }) => [user, recordings.map(({ session, keys }) => [session, ...keys])])).toEqual([
      [
        '3',
        [
          ['0', 0, 29],
          ['1', 2],
        ],
      ],
      ['1', [['0', 37]]],
    ]);
    expect(await readMonacoFable(folder)).toHaveLength(1);
  });

  it('have people in common, who go by one name', () => {
    expect(pacePersonOf('monaco-fable', '24')).toBe(pacePersonOf('villani-freetext', '1'));
    expect(pacePersonOf('monaco-fable', '1')).not.toBe(pacePersonOf('villani-freetext', '1'));
    const names = [
      ...Array.from({ length: 55 }, (_, user) => pacePersonOf('villani-freetext', String(user))),
      ...Array.from({ length: 60 }, (_, user) => pacePersonOf('monaco-fable', String(user))),
    ];
    expect(new Set(names).size).toBe(81);
  });

  it('refuse times that are none', async () => {
    writeData(folder, `torn/${VILLANI_FILE}`, `${rows[0]}\n3,0,s,,4\n`);
    await expect(readVillaniFreetext(`${folder}/torn`)).rejects.toThrow('timepress must be a number');
  });
});

describe('key classes', () => {
  it.each([
    [32, ' ', 0],
    [8, '', 1],
    [16, 'SHIFT', 2],
    [20, 'CAPS_LOCK', 3],
    [13, '', 4],
    [190, '.', 5],
    [188, ',', 6],
    [222, "'", 7],
    [192, "'", 7],
    [192, '`', 38],
    [191, '/', 8],
    [186, ';', 9],
    [59, '', 9],
    [189, '-', 10],
    [65, '', 11],
    [90, 'Z', 36],
    [57, '(', 37],
    [96, '0', 37],
    [0, 'b', 12],
    [229, '4', 37],
    [0, '', 38],
    [37, 'ARW_LEFT', 38],
  ])('key code %i with letter %j is class %i', (code, letter, id) => {
    expect(keyClassOfKeyCode(code, letter)).toBe(id);
  });

  it.each([
    ['space', 0],
    ['backspace', 1],
    ['shift', 2],
    ['caps_lock', 3],
    ['enter', 4],
    ['period', 5],
    ['comma', 6],
    ['quote', 7],
    ['slash', 8],
    ['semicolon', 9],
    ['dash', 10],
    ['a', 11],
    ['z', 36],
    ['0', 37],
    ['numpad_9', 37],
    ['left', 38],
  ])('the key called %s is class %i', (name, id) => {
    expect(keyClassOfName(name)).toBe(id);
  });
});

describe('recordings', () => {
  it('keep keys of one tick as they were written, and refuse what is no stroke', () => {
    const recording = recordingOf('0', [
      [5, 10, 20],
      [4, 10, 15],
      [3, 2, 30],
    ]);
    expect([...recording.keys]).toEqual([3, 5, 4]);
    expect(() => recordingOf('0', [[39, 0, 1]])).toThrow('key class');
    expect(() => recordingOf('0', [[1, Number.NaN, 1]])).toThrow('press');
    expect(() => recordingOf('0', [[1, 0, Number.POSITIVE_INFINITY]])).toThrow('release');
  });

  it('are bounded in number', () => {
    const people = new FreeTextPeople();
    const recording = recordingOf('0', []);
    for (let i = 0; i < FREE_TEXT_LIMITS.recordings; i++) people.add('a', recording);
    expect(() => people.add('a', recording)).toThrow('at most');
  });
});
