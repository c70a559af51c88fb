import { dataFolder, writeCmu, writeData } from '@tacit-internal/bench-shared/data.test-support';
import { afterAll, describe, expect, it } from 'vitest';
import { TextSets } from './text-sets';

const { folder, remove } = dataFolder();
afterAll(remove);
const sets = new TextSets(folder);

describe('text sets', () => {
  it('cmu: 11 keys, seconds to ms, entries in the order of the file', async () => {
    writeCmu(folder, 2, 3);
    const { people, keys } = await sets.get('cmu');
    expect(keys).toHaveLength(11);
    expect(people.map(({ user, entries }) => [user, entries.length])).toEqual([
      ['s000', 3],
      ['s001', 3],
    ]);
    const [entry] = people[0]?.entries ?? [];
    expect(entry?.hold).toHaveLength(11);
    expect(entry?.hold.every((time) => time > 50 && time < 320)).toBe(true);
  });

  it('greyc-nislab: two hands only, phrases apart', async () => {
    const head = 'user,gender,age,handedness,password,text,hands,sample,press_ms,release_ms';
    const rows = [
      '7,F,30,L,1,ab,two,1,0.0 100.0,60.0 190.0',
      '7,F,30,L,1,ab,one,1,0.0 500.0,60.0 590.0',
      '7,F,30,L,2,c d,two,1,0 90 200,50 150 260',
    ];
    writeData(folder, 'greyc-nislab/greyc_nislab.csv.gz', [head, ...rows, ''].join('\n'));
    const first = await sets.get('greyc-nislab 1');
    expect(first).toMatchObject({ text: 'ab', keys: ['KeyA', 'KeyB'] });
    expect(first.people).toHaveLength(1);
    expect(first.people[0]?.entries).toMatchObject([{ hold: Float64Array.of(60, 90), pressPress: Float64Array.of(100) }]);
    expect((await sets.get('greyc-nislab 2')).keys).toEqual(['KeyC', 'Space', 'KeyD']);
  });

  it('keystroke100: press times alone', async () => {
    writeData(folder, 'keystroke100/latency.csv', 'user,sample,d1,d2,d3,d4,d5,d6,d7\n1,1,156,188,266,375,343,219,203\n');
    const [entry] = (await sets.get('keystroke100')).people[0]?.entries ?? [];
    expect(entry?.hold).toHaveLength(0);
    expect(entry?.pressPress).toEqual(Float64Array.of(156, 188, 266, 375, 343, 219, 203));
  });

  it('mobikey: the most common key sequence, by session and repetition, with what was dropped and where', async () => {
    const head = 'group,user,device,session,password,rep,idx,key,down,up,pressure,area,x,y,gx,gy,gz,hands';
    const entry = (user: string, session: number, rep: number, keys: string, step: number) =>
      [...keys].map((key, i) => `g,${user},d,${session},0,${rep},${i},${key},${i * step},${i * step + 50},0,0,0,0,0,0,0,2`);
    const rows = [
      ...entry('u', 1, 0, 'ab', 300),
      ...entry('u', 0, 1, 'ab', 200),
      ...entry('u', 0, 0, 'ab', 100),
      ...entry('u', 0, 2, 'aab', 1),
      ...entry('v', 0, 0, 'ab', 400),
    ];
    writeData(folder, 'mobikey/keystrokes.csv.gz', [head, ...rows, ''].join('\n'));
    const { people } = await sets.get('mobikey easy');
    expect(people.map(({ user, entries, dropped }) => [user, entries.map(({ pressPress }) => pressPress[0]), dropped])).toEqual([
      ['u', [100, 200, 300], [2]],
      ['v', [400], undefined],
    ]);
  });

  it('meu-mobile: hold and press-press columns, with a shift key twice', async () => {
    const keys = ['.', 't', 'i', 'e', 'Shift', '5', 'Shift', 'Caps', 'r', 'o', 'a', 'n', 'l', 'Enter'];
    const holds = keys.map((key, i) => (i === 6 ? 'Hold Shift.1' : `Hold ${key}`));
    const pairs = keys.slice(1).map((key, i) => `DD ${keys[i]}.${key}`);
    const values = [...holds.map((_, i) => 80 + i), ...pairs.map((_, i) => 300 + i)];
    writeData(folder, 'meu-mobile/meu_mobile.csv.gz', `${['subject', 'sample', ...holds, ...pairs].join(',')}\n1,1,${values.join(',')}\n`);
    const [entry] = (await sets.get('meu-mobile')).people[0]?.entries ?? [];
    expect(entry?.hold[6]).toBe(86);
    expect(entry?.pressPress[12]).toBe(312);
  });

  it('names what it does not have', async () => {
    await expect(sets.get('aalto')).rejects.toThrow('no such set: aalto');
    await expect(sets.get('mobikey none')).rejects.toThrow('no such text: mobikey none');
  });

  it('says which file cannot be read', async () => {
    writeData(folder, 'torn/keystroke100/latency.csv', 'user,sample,d1\n1,1\n');
    await expect(new TextSets(`${folder}/torn`).get('keystroke100')).rejects.toThrow('torn/keystroke100/latency.csv cannot be read: ');
  });
});
