import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createNodeFiles } from './node-world';
import { testCli, typingLines } from './testing-cli';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tacit-export-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const record = (keys: unknown[], more: object = {}) =>
  `${JSON.stringify({ user: '7', group: null, session: 2, index: 5, keys, ...more })}\n`;
const exported = (stdin: string, ...argv: string[]) => testCli(['export-features', '-', ...argv], { stdin });

describe('tacit export-features', () => {
  it('writes every feature of every sample, headings once', async () => {
    const text = record([
      ['KeyT', 1_000.04, 1_120],
      ['KeyH', 1_100, 1_190],
    ]);
    const { code, out, err } = await exported(text + text);
    expect([code, err]).toEqual([0, '']);
    const lines = out.split('\r\n');
    expect(lines[0]).toBe('schema,user,category,type,key_from,key_to,value,extra,index,session');
    expect(lines.filter((line) => line === lines[0])).toHaveLength(1);
    expect(lines).toContain('feature-rows/1,7,raw-event,press,KeyH,,100,,1,s2-e5');
    expect(lines).toContain('fixed-text/1,7,timing,release-press,KeyT,KeyH,-20,,0,s2-e5');
    expect(lines).toContain('n-graphs/1,7,n-gram,digraph-down-down-mean,KeyT,KeyH,100,KeyT KeyH,0,s2-e5');
    expect((lines.length - 2) % 2).toBe(0);
  });

  it('names the session by group, session and index, and so that no spreadsheet takes it for a number or a formula', async () => {
    const keys = [
      [null, 0, 90],
      [null, 150, 240],
    ];
    const { out } = await exported(record(keys, { group: '=cmd()', user: '+7' }) + record(keys, { session: null, index: undefined }));
    expect(out).toContain(",'=cmd() s2-e5\r\n");
    expect(out).toContain("fixed-text/1,'+7,timing,hold");
    expect(out).toContain(',s0-e1\r\n');
  });

  it('takes the longest names that a file may have', async () => {
    const more = { user: 'u'.repeat(256), group: 'g'.repeat(256), session: -Number.MAX_SAFE_INTEGER, index: -Number.MAX_SAFE_INTEGER };
    expect(await exported(record([['KeyA', 0, 90]], more))).toMatchObject({ code: 0, err: '' });
  });

  it('takes a sample without names for a secret, and a name that is no code for none', async () => {
    const { out } = await exported(
      record([
        ['#', 0, 90],
        ['KeyB', 150, 240],
      ]),
    );
    expect(out).toContain('timing,press-press,,KeyB,150');
    expect(out).not.toContain('#');
    const secret = await exported(typingLines({ people: 1, samples: 2 }));
    expect(secret.out).not.toMatch(/Key|Digit/);
    expect(secret.out).toContain('digraph-insufficient,,,1,too-few-keys');
  });

  it('has no releases that can not be', async () => {
    const { out } = await exported(
      record([
        ['KeyA', 100, 50],
        ['KeyB', 200, 100_000],
        ['KeyC', 300, null],
      ]),
    );
    expect(out).toContain('raw-event,press,KeyC,,200,,2');
    expect(out).not.toContain(',release,');
  });

  it('leaves out what is no sample, and says so', async () => {
    const long = Array.from({ length: 2_001 }, (_, i) => ['KeyA', i * 100, i * 100 + 50]);
    const late = [
      ['KeyA', 0, 50],
      ['KeyB', 3_600_001, 3_600_050],
    ];
    const { code, out, err } = await exported(record([]) + record(long) + record(late) + record([['KeyA', 0, 50]]));
    expect(code).toBe(3);
    expect(err).toBe('tacit export-features: 3 samples left out: they have no keys, more than 2000, or last more than an hour\n');
    expect(out).toContain(',raw-event,press,KeyA,,0,,0,s2-e5');
  });

  it('writes to a file in pieces', async () => {
    const path = join(folder, 'features.csv');
    const text = typingLines({ people: 3, samples: 20 });
    const whole = await exported(text);
    expect(whole.out.length).toBeGreaterThan(200_000);
    const { code, out } = await exported(text, '--output', path);
    expect([code, out]).toEqual([0, '']);
    expect(readFileSync(path, 'utf8')).toBe(whole.out);
    const failing = await exported(text, '--output', join(folder, 'no', 'features.csv'));
    expect(failing).toMatchObject({ code: 1, out: '' });
    expect(failing.err).toContain('no such file');
  });

  it('keeps the rows before a line that is wrong, and names it', async () => {
    const path = join(folder, 'entries.jsonl');
    writeFileSync(path, `${record([['KeyA', 0, 50]])}hunter2\n`);
    const { code, err } = await testCli(['export-features', path]);
    expect(code).toBe(1);
    expect(err).toBe(`tacit export-features: ${path}, line 2: line must be JSON\n`);
    const toFile = await testCli(['export-features', path, '--output', join(folder, 'features.csv')]);
    expect(toFile).toMatchObject({ code: 1, err });
  });

  it('does not write over the file that it reads, be it by a link', async () => {
    const path = join(folder, 'entries.jsonl');
    const text = record([['KeyA', 0, 50]]);
    writeFileSync(path, text);
    symlinkSync(path, join(folder, 'link'));
    for (const output of [path, join(folder, 'link')]) {
      const { code, out, err } = await testCli(['export-features', path, '--output', output]);
      expect([code, out]).toEqual([2, '']);
      expect(err).toContain('--output names the file that is read, which it would overwrite; name another file\n');
      expect(readFileSync(path, 'utf8')).toBe(text);
    }
  });

  it('does not write over what standard input is read from, nor standard output into what it reads', async () => {
    const path = join(folder, 'entries.jsonl');
    const text = record([['KeyA', 0, 50]]);
    writeFileSync(path, text);
    const descriptor = openSync(path, 'r+');
    const nowhere = openSync('/dev/null', 'r+');
    try {
      const run = (streams: { stdin: number; stdout: number }, ...argv: string[]) =>
        testCli(['export-features', ...argv], { stdin: text, files: createNodeFiles(streams) });
      const redirected = await run({ stdin: descriptor, stdout: nowhere }, '-', '--output', path);
      expect([redirected.code, redirected.out]).toEqual([2, '']);
      expect(redirected.err).toContain('--output names the file that standard input is read from, which it would overwrite; name another');
      for (const argv of [[path], [path, '--output', '-'], ['-']]) {
        const appended = await run({ stdin: descriptor, stdout: descriptor }, ...argv);
        expect([appended.code, appended.out]).toEqual([2, '']);
        expect(appended.err).toContain('standard output goes into the file that');
      }
      expect(readFileSync(path, 'utf8')).toBe(text);
      expect(await run({ stdin: nowhere, stdout: nowhere }, '-', '--output', '-')).toMatchObject({ code: 0, err: '' });
    } finally {
      closeSync(descriptor);
      closeSync(nowhere);
    }
  });

  it('leaves a former output as it was where a line is wrong', async () => {
    const output = join(folder, 'features.csv');
    writeFileSync(output, 'former');
    expect(await exported(`${record([['KeyA', 0, 50]])}hunter2\n`, '--output', output)).toMatchObject({ code: 1 });
    expect(readFileSync(output, 'utf8')).toBe('former');
    expect(readdirSync(folder)).toEqual(['features.csv']);
  });

  it('waits for a slow reader', async () => {
    let waited = 0;
    const code = await slowly(typingLines({ people: 2, samples: 20 }), async () => {
      waited++;
    });
    expect(code).toBe(0);
    expect(waited).toBeGreaterThan(2);
  });

  async function slowly(stdin: string, drained: () => Promise<void>): Promise<number> {
    const { runCli } = await import('./run-cli');
    const { nodeFiles } = await import('./node-world');
    const silent = { isTerminal: false, write: () => undefined };
    async function* bytes(): AsyncGenerator<Uint8Array> {
      yield new TextEncoder().encode(stdin);
    }
    return runCli({
      argv: ['export-features', '-'],
      stdin: bytes(),
      stdout: { ...silent, drained },
      stderr: { ...silent, drained: async () => undefined },
      env: {},
      files: nodeFiles,
      training: { run: () => Promise.reject(new Error('nothing is trained')) },
      clock: () => 0,
      interruption: () => new AbortController().signal,
    });
  }
});
