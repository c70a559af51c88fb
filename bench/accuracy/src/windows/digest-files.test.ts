import { createHash } from 'node:crypto';
import { dataFolder, writeData } from '@tacit-internal/bench-shared/data.test-support';
import { afterAll, describe, expect, it } from 'vitest';
import { digestOfSet, setFiles } from './digest-files';

const { folder, remove } = dataFolder();
afterAll(remove);

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

describe('setFiles', () => {
  const file = { name: 'set', file: 'set/table.csv', sha256: sha256('a') };
  writeData(folder, file.file, 'a');

  it('digests what is there, and names what is missing', async () => {
    expect(await setFiles(folder, [file], true)).toEqual([file]);
    await expect(setFiles(folder, [file, { ...file, file: 'set/other.csv' }], false)).rejects.toThrow('set/other.csv is missing');
  });

  it('refuses another edition where bounds are judged, and only there', async () => {
    const other = { ...file, sha256: sha256('b') };
    await expect(setFiles(folder, [other], true)).rejects.toThrow('damaged, or of another edition');
    expect(await setFiles(folder, [other], false)).toEqual([file]);
  });

  it('digests a folder by the names and contents of its tables', async () => {
    writeData(folder, 'many/user1.csv.gz', 'x');
    writeData(folder, 'many/README.md', 'y');
    const one = await digestOfSet(`${folder}/many/`);
    writeData(folder, 'many/README.md', 'z');
    expect(await digestOfSet(`${folder}/many/`)).toBe(one);
    writeData(folder, 'many/user2.csv.gz', 'x');
    expect(await digestOfSet(`${folder}/many/`)).not.toBe(one);
  });
});
