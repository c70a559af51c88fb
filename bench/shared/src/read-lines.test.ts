import { afterAll, describe, expect, it } from 'vitest';
import { dataFolder, writeData } from './data.test-support';
import { numberIn, readCsv, readLines } from './read-lines';

const { folder, remove } = dataFolder();
afterAll(remove);

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

describe('readLines', () => {
  it.each(['lines.txt', 'lines.txt.gz'])('reads %s, whatever ends its lines', async (name) => {
    const path = writeData(folder, name, 'one\r\ntwo\n\nthrée\nlast');
    expect(await all(readLines(path))).toEqual(['one', 'two', 'thrée', 'last']);
  });

  it('joins what lies on both sides of a chunk', async () => {
    const long = Array.from({ length: 9_000 }, (_, i) => `line ${i} ä`);
    const path = writeData(folder, 'long.txt', `${long.join('\n')}\n`);
    expect(await all(readLines(path))).toEqual(long);
  });

  it('refuses lines and files beyond its bounds, a packed bomb among them', async () => {
    const path = writeData(folder, 'bomb.txt.gz', 'x'.repeat(200_000));
    await expect(all(readLines(path, { line: 1_000, bytes: 1_000_000 }))).rejects.toThrow('more than 1000 characters');
    await expect(all(readLines(path, { line: 1_000_000, bytes: 100_000 }))).rejects.toThrow('more than 100000 bytes');
  });

  it('fails on a file that is not there, is cut short or is no text', async () => {
    await expect(all(readLines(`${folder}/none.txt.gz`))).rejects.toThrow('ENOENT');
    const path = writeData(folder, 'notgz.txt', 'plain');
    writeData(folder, 'broken.txt', '');
    const { readFileSync, writeFileSync } = await import('node:fs');
    const packed = readFileSync(writeData(folder, 'whole.txt.gz', 'a\n'.repeat(5_000)));
    writeFileSync(`${folder}/cut.txt.gz`, packed.subarray(0, packed.length - 12));
    await expect(all(readLines(`${folder}/cut.txt.gz`))).rejects.toThrow();
    writeFileSync(path, Buffer.from([0x61, 0xff, 0xfe, 0x0a]));
    await expect(all(readLines(path))).rejects.toThrow();
  });
});

describe('readCsv', () => {
  it('gives cells by the name of their column', async () => {
    const rows = await all(readCsv(writeData(folder, 'a.csv', 'user,time\nu1,1.5\nu2,\n')));
    expect(rows.map((row) => row('user'))).toEqual(['u1', 'u2']);
    const [first, second] = rows;
    expect(first && numberIn(first, 'time')).toBe(1.5);
    expect(() => second && numberIn(second, 'time')).toThrow('time must be a number');
    expect(() => first?.('none')).toThrow('no column none');
  });

  it('refuses rows of another width, and quotes', async () => {
    await expect(all(readCsv(writeData(folder, 'b.csv', 'a,b\n1\n')))).rejects.toThrow('line 2: 1 cells for 2 columns');
    await expect(all(readCsv(writeData(folder, 'c.csv', 'a,b\n1,"2,3"\n')))).rejects.toThrow('quoted');
  });
});
