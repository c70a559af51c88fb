import { gzipSync } from 'node:zlib';
import { TYPING_RECORD_LIMITS, type TypingRecord } from '@tacit-auth/models/evaluation';
import { describe, expect, it } from 'vitest';
import type { CliFiles } from './cli-streams';
import { readRecords } from './read-records';

const line = (user: string) => JSON.stringify({ user, group: null, session: 0, index: 0, keys: [[null, 0, 90]] });

/** Reads bytes that come in pieces of a size. */
async function usersIn(bytes: Uint8Array | string, size = 7): Promise<string[]> {
  const whole = typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes;
  async function* pieces(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < whole.length; at += size) {
      yield whole.subarray(at, at + size);
    }
  }
  const users: string[] = [];
  for await (const { user } of readRecords('data.jsonl', { files: { read: pieces } as unknown as CliFiles, stdin: pieces() })) {
    users.push(user);
  }
  return users;
}

describe('readRecords', () => {
  it.each([1, 7, 4096])('reads lines that come in pieces of %i bytes, plain and gzip', async (size) => {
    const text = `${line('ä')}\n\n${line('b')}\r\n${line('c')}`;
    expect(await usersIn(text, size)).toEqual(['ä', 'b', 'c']);
    expect(await usersIn(gzipSync(text), size)).toEqual(['ä', 'b', 'c']);
    expect(await usersIn(`\ufeff${text}\n`, size)).toEqual(['ä', 'b', 'c']);
  });

  it('reads gzip files that were joined', async () => {
    expect(await usersIn(Buffer.concat([gzipSync(`${line('a')}\n`), gzipSync(line('b'))]))).toEqual(['a', 'b']);
  });

  it('reads nothing from nothing', async () => {
    expect(await usersIn('')).toEqual([]);
    expect(await usersIn(gzipSync(''))).toEqual([]);
    expect(await usersIn('\n')).toEqual([]);
  });

  it('reads standard input under the name -', async () => {
    async function* stdin(): AsyncGenerator<Uint8Array> {
      yield new TextEncoder().encode(line('a'));
    }
    const users: string[] = [];
    for await (const { user } of readRecords('-', { files: {} as CliFiles, stdin: stdin() })) {
      users.push(user);
    }
    expect(users).toEqual(['a']);
  });

  it.each([
    ['what is no JSON', `${line('a')}\n\nhunter2\n`, 'data.jsonl, line 3: line must be JSON'],
    ['a wrong field', '{"user":"a","keys":[["KeyA","hunter2",1]]}', 'data.jsonl, line 1: keys[0][1] must be a time in ms'],
    [
      'an endless line',
      'x'.repeat(TYPING_RECORD_LIMITS.maxLine + 10),
      `data.jsonl, line 1: longer than ${TYPING_RECORD_LIMITS.maxLine} characters`,
    ],
  ])('names the line of %s, and never what is in it', async (_what, text, message) => {
    const failure = usersIn(text, 65_536);
    await expect(failure).rejects.toThrow(message);
    await expect(failure).rejects.not.toThrow('hunter2');
  });

  it('stops at an endless line before it is whole', async () => {
    let drawn = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) {
        drawn++;
        yield new Uint8Array(65_536).fill(0x78);
      }
    }
    const reading = readRecords('data.jsonl', { files: { read: endless } as unknown as CliFiles, stdin: endless() });
    await expect(reading.next()).rejects.toThrow('longer than');
    expect(drawn).toBeLessThan(40);
  });

  it.each([
    ['not UTF-8', Uint8Array.of(0x7b, 0xff, 0xfe, 0x0a), 'data.jsonl, line 1 or after: not UTF-8'],
    ['cut off gzip', gzipSync(line('a')).subarray(0, 20), 'data.jsonl: the gzip data is cut off; fetch the file again (Z_BUF_ERROR)'],
    ['damaged gzip', gzipSync(line('a')).fill(0x55, 12, 30), 'data.jsonl: the gzip data is damaged'],
  ])('says what is wrong with bytes that are %s', async (_what, bytes, message) => {
    await expect(usersIn(bytes)).rejects.toThrow(message);
  });

  it.each([
    ['ENOENT', 'data.jsonl: no such file; check the path (ENOENT)'],
    ['EISDIR', 'data.jsonl: is a folder; name a file (EISDIR)'],
    ['EIO', 'data.jsonl: it can not be read or written (EIO)'],
  ])('says what %s means', async (code, message) => {
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield new TextEncoder().encode(line('a'));
      throw Object.assign(new Error('hunter2'), { code });
    }
    const read = async (): Promise<TypingRecord[]> => {
      const records: TypingRecord[] = [];
      for await (const record of readRecords('data.jsonl', { files: { read: failing } as unknown as CliFiles, stdin: failing() })) {
        records.push(record);
      }
      return records;
    };
    await expect(read()).rejects.toThrow(message);
  });

  it('closes the file when its reader has had enough', async () => {
    let closed = false;
    async function* source(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) {
          yield new TextEncoder().encode(`${line('a')}\n`);
        }
      } finally {
        closed = true;
      }
    }
    for await (const _ of readRecords('data.jsonl', { files: { read: source } as unknown as CliFiles, stdin: source() })) {
      break;
    }
    expect(closed).toBe(true);
  });
});
