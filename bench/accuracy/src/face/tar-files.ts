import { createReadStream } from 'node:fs';

const BLOCK = 512;
/** No picture of a face set is as large. */
const LARGEST_FILE = 64 * 1_048_576;

export interface TarFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/**
 * The plain files of a tar archive (ustar), one after the other, with no more than one of them in memory.
 *
 * @throws RangeError where the archive is cut off, is no tar archive or holds a file too large for a picture.
 */
export async function* tarFiles(path: string): AsyncGenerator<TarFile> {
  yield* tarFilesOf(createReadStream(path));
}

export async function* tarFilesOf(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<TarFile> {
  const source = new ChunkReader(chunks);
  for (;;) {
    const header = await source.take(BLOCK);
    if (header === undefined || header.every((byte) => byte === 0)) return;
    const size = octal(header, 124, 12);
    if (size > LARGEST_FILE) throw new RangeError('the archive holds a file that is too large');
    const padded = Math.ceil(size / BLOCK) * BLOCK;
    const body = padded === 0 ? new Uint8Array(0) : await source.take(padded);
    if (body === undefined) throw new RangeError('the archive is cut off');
    const type = header[156];
    if (type === 0 || type === '0'.charCodeAt(0)) yield { name: nameOf(header), bytes: body.slice(0, size) };
  }
}

function nameOf(header: Uint8Array): string {
  const name = text(header, 0, 100);
  const prefix = text(header, 257, 5) === 'ustar' ? text(header, 345, 155) : '';
  return prefix === '' ? name : `${prefix}/${name}`;
}

function text(header: Uint8Array, from: number, length: number): string {
  const field = header.subarray(from, from + length);
  const end = field.indexOf(0);
  return new TextDecoder().decode(end < 0 ? field : field.subarray(0, end));
}

function octal(header: Uint8Array, from: number, length: number): number {
  const digits = text(header, from, length).trim();
  if (!/^[0-7]+$/.test(digits)) throw new RangeError('the archive is not a tar archive');
  return Number.parseInt(digits, 8);
}

class ChunkReader {
  readonly #chunks: AsyncIterator<Uint8Array> | Iterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array(0);

  constructor(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>) {
    this.#chunks = Symbol.asyncIterator in chunks ? chunks[Symbol.asyncIterator]() : chunks[Symbol.iterator]();
  }

  /** The next bytes, `undefined` at the very end. */
  async take(length: number): Promise<Uint8Array | undefined> {
    const parts: Uint8Array[] = [];
    let have = 0;
    while (have < length) {
      if (this.#rest.length === 0) {
        const { done, value } = await this.#chunks.next();
        if (done === true) {
          if (have === 0) return undefined;
          throw new RangeError('the archive is cut off');
        }
        this.#rest = value;
        continue;
      }
      const part = this.#rest.subarray(0, length - have);
      this.#rest = this.#rest.subarray(part.length);
      parts.push(part);
      have += part.length;
    }
    return Buffer.concat(parts);
  }
}
