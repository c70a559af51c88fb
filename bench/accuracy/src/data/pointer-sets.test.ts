import { dataFolder, writeData } from '@tacit-internal/bench-shared/data.test-support';
import { afterAll, describe, expect, it } from 'vitest';
import { balabitUsers, readBalabitTest, readBalabitTraining } from './balabit';
import { PointerLines } from './pointer-recording';
import { readSapimousePerson, sapimouseFolder, sapimouseUsers } from './sapimouse';

const { folder, remove } = dataFolder();
afterAll(remove);

const lines = (...list: string[]) => `${list.join('\n')}\n`;

describe('balabit', () => {
  writeData(folder, 'balabit/train/user12.csv.gz', lines('#one', '0,NM,1,2', '16,LP,3,4', '#two', '5,NM,1,1'));
  writeData(folder, 'balabit/train/user7.csv.gz', lines('#x', '0,NM,1,2'));
  writeData(folder, 'balabit/test/user7.csv.gz', lines('#a', '0,NM,1,2', '#b', '0,NM,1,2'));
  const labels = ['user,session,is_illegal,events', 'user7,a,1,1', 'user12,b,0,1'];

  it('reads accounts by number, and sessions in their order', async () => {
    expect(balabitUsers(folder)).toEqual(['user7', 'user12']);
    const sessions = await readBalabitTraining(folder, 'user12');
    expect(sessions.map(({ session }) => session)).toEqual(['one', 'two']);
    expect(sessions[0]?.recording).toEqual({
      kinds: Uint8Array.of(0, 1),
      at: Float64Array.of(0, 16),
      x: Float64Array.of(1, 3),
      y: Float64Array.of(2, 4),
    });
    // Time begins anew with each session.
    expect(sessions[1]?.recording.at).toEqual(Float64Array.of(5));
  });

  it('labels test sessions of the account, and refuses one without a label', async () => {
    writeData(folder, 'balabit/test_labels.csv', lines(...labels));
    await expect(readBalabitTest(folder, 'user7')).rejects.toThrow('user7 b has no label');
    writeData(folder, 'balabit/test_labels.csv', lines(...labels, 'user7,b,0,1'));
    expect((await readBalabitTest(folder, 'user7')).map(({ session, illegal }) => [session, illegal])).toEqual([
      ['a', true],
      ['b', false],
    ]);
  });

  it('refuses events before the first session', async () => {
    writeData(folder, 'balabit/train/user9.csv.gz', lines('0,NM,1,2'));
    await expect(readBalabitTraining(folder, 'user9')).rejects.toThrow('user9.csv.gz, line 1: events come after');
  });
});

describe('sapimouse', () => {
  it('reads the two sessions of everybody, from its folder or one of another name', async () => {
    writeData(folder, 'sapimouse/user2_3min.csv.gz', lines('0,NM,1,2', '10,LD,-1,2.5'));
    writeData(folder, 'sapimouse/user2_1min.csv.gz', lines('4,Sd,1,2'));
    const own = sapimouseFolder(folder) ?? '';
    expect(own).toBe(`${folder}/sapimouse`);
    expect(sapimouseFolder(own)).toBe(own);
    expect(sapimouseFolder(`${folder}/balabit`)).toBeUndefined();
    expect(sapimouseUsers(own)).toEqual(['2']);
    const { user, enrolment, test } = await readSapimousePerson(own, '2');
    expect([user, [...enrolment.at], [...enrolment.y], [...test.kinds]]).toEqual(['2', [0, 10], [2, 2.5], [5]]);
  });

  it('refuses somebody with one session alone', () => {
    writeData(folder, 'half/user3_3min.csv.gz', '');
    expect(() => sapimouseUsers(`${folder}/half`)).toThrow('no user3_1min.csv.gz');
  });
});

describe('events', () => {
  const read = (...list: string[]) => {
    const reader = new PointerLines();
    for (const line of list) reader.add(line);
    return reader.recording();
  };

  it('tell the main button from others, and leave out what is off the screen without losing its time', () => {
    const { kinds, at } = read(
      '0,NM,0,0',
      '1,LP,0,0',
      '1,LD,0,0',
      '1,LR,0,0',
      '1,RP,0,0',
      '1,OR,0,0',
      '1,Su,0,0',
      '1,NM,65535,0',
      '1,NM,0,0',
    );
    expect([...kinds]).toEqual([0, 1, 0, 3, 2, 4, 5, 0]);
    expect(at.at(-1)).toBe(8);
  });

  it.each(['', '0,NM,1', '0,NM,1,2,3', '-1,NM,1,2', 'x,NM,1,2', '0,XX,1,2', '0,NM,,2', '0,NM,1e9,2', '1e12,NM,1,2'])(
    'refuse %j',
    (line) => {
      expect(() => read(line)).toThrow(RangeError);
    },
  );
});
