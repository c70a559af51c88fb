import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type TarFile, tarFilesOf } from './tar-files';

interface Entry {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly type?: string;
}

function tar(entries: readonly Entry[]): Uint8Array {
  const blocks = entries.flatMap(({ name, bytes, type = '0' }) => {
    const header = new Uint8Array(512);
    const write = (text: string, at: number) => header.set(new TextEncoder().encode(text), at);
    write(name, 0);
    write(bytes.length.toString(8).padStart(11, '0'), 124);
    write(type, 156);
    write('ustar', 257);
    const padded = new Uint8Array(512 * Math.ceil(bytes.length / 512));
    padded.set(bytes);
    return [header, padded];
  });
  return Buffer.concat([...blocks, new Uint8Array(1_024)]);
}

async function filesOf(chunks: Iterable<Uint8Array>): Promise<TarFile[]> {
  const files: TarFile[] = [];
  for await (const file of tarFilesOf(chunks)) files.push(file);
  return files;
}

function* chunked(bytes: Uint8Array, size: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

describe('tarFilesOf', () => {
  it('gives the plain files, however the archive is cut into chunks', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({ name: fc.stringMatching(/^[A-Za-z_]{1,40}\/[a-z0-9_]{1,40}\.jpg$/), bytes: fc.uint8Array({ maxLength: 1_500 }) }),
          { maxLength: 5 },
        ),
        fc.integer({ min: 1, max: 3_000 }),
        async (entries, size) => {
          expect((await filesOf(chunked(tar(entries), size))).map(({ name, bytes }) => ({ name, bytes: [...bytes] }))).toEqual(
            entries.map(({ name, bytes }) => ({ name, bytes: [...bytes] })),
          );
        },
      ),
      { numRuns: 40 },
    );
  });

  it('passes folders and links over', async () => {
    const bytes = new Uint8Array([1]);
    const archive = tar([
      { name: 'a/', bytes: new Uint8Array(0), type: '5' },
      { name: 'a/link', bytes: new Uint8Array(0), type: '2' },
      { name: 'a/b.jpg', bytes },
    ]);
    expect((await filesOf([archive])).map(({ name }) => name)).toEqual(['a/b.jpg']);
  });

  it('refuses an archive that is cut off, too large a file, and what is no archive', async () => {
    const archive = tar([{ name: 'a.jpg', bytes: new Uint8Array(600) }]);
    for (const length of [100, 512, 900, 1_100]) await expect(filesOf([archive.subarray(0, length)])).rejects.toThrow('cut off');
    const large = archive.slice();
    large.set(new TextEncoder().encode('77777777777'), 124);
    await expect(filesOf([large])).rejects.toThrow('too large');
    await expect(filesOf([new Uint8Array(512).fill(65)])).rejects.toThrow('not a tar archive');
  });
});
