import { chmodSync, lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { replaceFile } from './replace-file';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tacit-replace-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function* pieces(fails: boolean, seen?: () => void): AsyncGenerator<string> {
  yield 'new';
  seen?.();
  if (fails) {
    throw new Error('cut off');
  }
  yield ' text';
}

it('makes a file that its owner alone can read, and leaves nothing beside it', async () => {
  const path = join(folder, 'new.csv');
  await replaceFile(path, pieces(false));
  expect(readFileSync(path, 'utf8')).toBe('new text');
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(['new.csv']);
});

it('keeps the former content until the new one is whole, and its mode', async () => {
  const path = join(folder, 'old.csv');
  writeFileSync(path, 'old');
  chmodSync(path, 0o640);
  await replaceFile(
    path,
    pieces(false, () => expect(readFileSync(path, 'utf8')).toBe('old')),
  );
  expect(readFileSync(path, 'utf8')).toBe('new text');
  expect(statSync(path).mode & 0o777).toBe(0o640);
});

it('leaves everything as it was where the text fails', async () => {
  const path = join(folder, 'old.csv');
  writeFileSync(path, 'old');
  await expect(replaceFile(path, pieces(true))).rejects.toThrow('cut off');
  await expect(replaceFile(join(folder, 'new.csv'), pieces(true))).rejects.toThrow('cut off');
  expect(readFileSync(path, 'utf8')).toBe('old');
  expect(readdirSync(folder)).toEqual(['old.csv']);
});

it('replaces what a link leads to, not the link', async () => {
  const path = join(folder, 'old.csv');
  const link = join(folder, 'link.csv');
  writeFileSync(path, 'old');
  symlinkSync(path, link);
  await replaceFile(link, 'new');
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
  expect(readFileSync(path, 'utf8')).toBe('new');
});

it('writes to a device as it is', async () => {
  await replaceFile('/dev/null', 'new');
  expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
  await expect(replaceFile(folder, 'new')).rejects.toMatchObject({ code: 'EISDIR' });
});
