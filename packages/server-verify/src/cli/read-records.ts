import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { parseTypingRecord, TYPING_RECORD_LIMITS, type TypingRecord, TypingRecordError } from '@tacit-auth/models/evaluation';
import { CliError } from './cli-error';
import type { CliWorld } from './cli-streams';

/** Name of the file that stands for standard input. */
export const STDIN = '-';

/**
 * Reads a file of the generic typing format, plain or gzip by its content, line by line: no more than a line is held at once.
 *
 * @param file a path, or `-` for standard input.
 * @throws CliError naming the file and, where one is at fault, the line; never what is in it
 */
export async function* readRecords(file: string, world: Pick<CliWorld, 'files' | 'stdin'>): AsyncGenerator<TypingRecord> {
  for await (const { line, place } of readLines(file, TYPING_RECORD_LIMITS.maxLine, world)) {
    yield recordOf(line, place);
  }
}

/** A line that holds something, and where it stands, for messages. */
export interface PlacedLine {
  readonly line: string;
  readonly place: string;
}

/**
 * Reads a text file, plain or gzip by its content, line by line: no more than a line is held at once.
 *
 * @param file a path, or `-` for standard input.
 * @param longest characters that a line may have.
 * @throws CliError naming the file and, where one is at fault, the line; never what is in it
 */
export async function* readLines(
  file: string,
  longest: number,
  { files, stdin }: Pick<CliWorld, 'files' | 'stdin'>,
): AsyncGenerator<PlacedLine> {
  const name = file === STDIN ? 'standard input' : file;
  const { isGzip, chunks } = await peek(readable(file === STDIN ? stdin : files.read(file), name));
  // An error of either stream comes out of the second one, where it is met.
  const text = isGzip
    ? readable(
        pipeline(chunks, createGunzip(), () => undefined),
        name,
      )
    : chunks;
  let number = 0;
  for await (const line of linesOf(text, longest, name)) {
    number++;
    if (line.trim() !== '') {
      yield { line, place: `${name}, line ${number}` };
    }
  }
}

/** A stream whose errors say what is wrong with the file. */
async function* readable(chunks: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks;
  } catch (error) {
    throw error instanceof CliError ? error : fileError(error, name);
  }
}

function recordOf(line: string, place: string): TypingRecord {
  try {
    return parseTypingRecord(line);
  } catch (error) {
    if (error instanceof TypingRecordError) {
      throw new CliError(`${place}: ${error.message}`);
    }
    throw error;
  }
}

/** Looks whether a stream begins as gzip does, and gives back the whole of it. */
async function peek(source: AsyncIterable<Uint8Array>): Promise<{ isGzip: boolean; chunks: AsyncIterable<Uint8Array> }> {
  const iterator = source[Symbol.asyncIterator]();
  let head = new Uint8Array(0);
  let ended = false;
  while (head.length < 2 && !ended) {
    const next = await iterator.next();
    ended = next.done === true;
    if (next.done !== true) {
      head = Buffer.concat([head, next.value]);
    }
  }

  async function* whole(): AsyncGenerator<Uint8Array> {
    try {
      yield head;
      for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) {
        yield next.value;
      }
    } finally {
      // A reader may have had enough before the end.
      await iterator.return?.();
    }
  }
  return { isGzip: head[0] === 0x1f && head[1] === 0x8b, chunks: whole() };
}

/** The lines of a text in UTF-8. */
async function* linesOf(chunks: AsyncIterable<Uint8Array>, longest: number, name: string): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest = '';
  let number = 1;
  const decode = (chunk?: Uint8Array): string => {
    try {
      return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
    } catch {
      throw new CliError(`${name}, line ${number} or after: not UTF-8; write the file as JSON lines in UTF-8, plain or gzip`);
    }
  };
  for await (const chunk of chunks) {
    const pieces = decode(chunk).split('\n');
    pieces[0] = rest + pieces[0];
    rest = pieces.pop() as string;
    for (const line of pieces) {
      yield line;
      number++;
    }
    if (rest.length > longest) {
      throw new CliError(`${name}, line ${number}: longer than ${longest} characters; a line holds one sample`);
    }
  }
  yield rest + decode();
}

const WORDS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file; check the path',
  EACCES: 'no permission; check its owner and mode',
  EISDIR: 'is a folder; name a file',
  ENOTDIR: 'part of the path is no folder; check the path',
  ENOSPC: 'the disk is full',
  Z_BUF_ERROR: 'the gzip data is cut off; fetch the file again',
  Z_DATA_ERROR: 'the gzip data is damaged; fetch the file again',
};

/** An error of the platform, in words that help. @throws the error itself where it is none of the platform's */
export function fileError(error: unknown, name: string): CliError {
  const code = error instanceof Error ? (error as { code?: unknown }).code : undefined;
  if (typeof code !== 'string') {
    throw error;
  }
  return new CliError(`${name}: ${Object.hasOwn(WORDS, code) ? WORDS[code] : 'it can not be read or written'} (${code})`);
}
