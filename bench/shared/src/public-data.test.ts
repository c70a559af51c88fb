import { createHash } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { dataFolder, writeCmu, writeData } from './data.test-support';
import { digestSources, PUBLIC_FILES, publicDataIsThere } from './public-data';

const { folder, remove } = dataFolder();
afterAll(remove);
writeCmu(folder, 2, 3);

describe('publicDataIsThere', () => {
  it('is false where there is no folder at all', async () => {
    expect(await publicDataIsThere({ folder: `${folder}/none`, sets: ['cmu'], check: true })).toBe(false);
  });

  it('names each file that is missing, of the sets that are needed', async () => {
    expect(await publicDataIsThere({ folder, sets: ['cmu'], check: false })).toBe(true);
    expect(await publicDataIsThere({ folder, sets: [], check: true })).toBe(true);
    const lacking = publicDataIsThere({ folder, sets: ['cmu', 'mobikey', 'meu-mobile'], check: false });
    await expect(lacking).rejects.toThrow(
      /not whole[\s\S]*mobikey\/keystrokes\.csv\.gz is missing[\s\S]*meu-mobile\/meu_mobile\.csv\.gz is missing/,
    );
    await expect(lacking).rejects.not.toThrow('cmu/');
  });

  it('where bounds are judged, refuses a file that is not the very one', async () => {
    await expect(publicDataIsThere({ folder, sets: ['cmu'], check: true })).rejects.toThrow(
      `${folder}/cmu/DSL-StrongPasswordData.csv is damaged`,
    );
  });
});

describe('digestSources', () => {
  it('digests the files that are there', async () => {
    const file = writeData(folder, 'keystroke100/latency.csv', 'user\n');
    const digests = await digestSources(folder);
    expect(digests.map(({ name }) => name)).toEqual(['cmu', 'keystroke100']);
    expect(digests[1]?.sha256).toBe(createHash('sha256').update(readFileSync(file)).digest('hex'));
    rmSync(file);
    expect(await digestSources(`${folder}/none`)).toEqual([]);
  });
});

it('knows five files by digests of their own', () => {
  expect(new Set(PUBLIC_FILES.map(({ sha256 }) => sha256)).size).toBe(5);
  for (const { sha256 } of PUBLIC_FILES) expect(sha256).toMatch(/^[0-9a-f]{64}$/);
});
