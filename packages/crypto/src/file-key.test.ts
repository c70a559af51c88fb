import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { fileKey } from './file-key';
import { generateKey } from './key-list';
import { seededRandom, thrownBy } from './seeded-random.test-support';

const directory = mkdtempSync(join(tmpdir(), 'tacit-file-key-'));
afterAll(() => rmSync(directory, { recursive: true }));

const first = generateKey({ id: 'a', random: seededRandom(1) });
const second = generateKey({ id: 'b', random: seededRandom(2) });
let count = 0;
function file(content: string | Uint8Array, mode = 0o600): string {
  const path = join(directory, `keys-${count++}`);
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
}

describe('fileKey', () => {
  it.each([0o600, 0o400, 0o700])('reads a file of mode %o', (mode) => {
    expect(fileKey(file(`${first}\n`, mode)).currentId()).toBe('a');
  });

  // Windows has no such modes; there the rule is not applied.
  const forbidden = process.platform === 'win32' ? [] : [0o640, 0o604, 0o644, 0o620, 0o602, 0o610, 0o601, 0o666];
  it.each(forbidden)('refuses a file of mode %o', (mode) => {
    expect(thrownBy(() => fileKey(file(first, mode)))).toMatchObject({ code: 'ERR_KEY_FILE', field: 'path' });
  });

  it('judges the file that a link points to, as mounted secrets are links', () => {
    const link = join(directory, 'link');
    symlinkSync(file(first), link);
    expect(fileKey(link).currentId()).toBe('a');
  });

  it('refuses what is missing, a directory, and a file that is too large', () => {
    const missing = thrownBy(() => fileKey(join(directory, 'none')));
    expect(missing).toMatchObject({ code: 'ERR_KEY_FILE', cause: { code: 'ENOENT' } });
    const folder = join(directory, 'folder');
    mkdirSync(folder, { mode: 0o700 });
    expect(thrownBy(() => fileKey(folder))).toMatchObject({ code: 'ERR_KEY_FILE' });
    expect(thrownBy(() => fileKey(file(' '.repeat(16_385))))).toMatchObject({ code: 'ERR_KEY_FILE' });
  });

  it.each(['', 'nonsense', '\u0000', `${first}\n${second}`])('refuses the content %j', (content) => {
    expect(thrownBy(() => fileKey(file(content)))).toMatchObject({ code: 'ERR_KEY_CONFIG', field: 'key file' });
  });

  it('rotates by reload, and keeps its keys when that fails', async () => {
    const path = file(first);
    const provider = fileKey(path, { random: seededRandom(5) });
    const aad = new Uint8Array(1);
    const dataKey = seededRandom(6)(32);
    const wrapped = await provider.wrap(dataKey, aad);
    writeFileSync(path, `${second},${first}`);
    expect(provider.currentId()).toBe('a');
    provider.reload();
    expect(provider.currentId()).toBe('b');
    expect(await provider.unwrap(wrapped, aad)).toEqual(dataKey);
    writeFileSync(path, 'broken');
    expect(thrownBy(() => provider.reload())).toMatchObject({ code: 'ERR_KEY_CONFIG' });
    expect(provider.currentId()).toBe('b');
  });

  it.each([
    ['', RangeError],
    ['a\0b', RangeError],
    [7, TypeError],
  ])('refuses the path %j', (path, kind) => {
    expect(thrownBy(() => fileKey(path as string))).toBeInstanceOf(kind);
  });
});
