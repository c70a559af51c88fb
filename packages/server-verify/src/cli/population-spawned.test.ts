import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { pointerLines } from './testing-population';

const bin = fileURLToPath(new URL('../../bin/tacit.mjs', import.meta.url));
const worker = fileURLToPath(new URL('../../dist/population-worker.js', import.meta.url));

let folder: string;
let file: string;
let out: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tacit-spawned-'));
  expect(existsSync(worker), 'build first: npm run build').toBe(true);
  file = join(folder, 'pointers.jsonl');
  out = join(folder, 'out.population');
  writeFileSync(file, pointerLines({ people: 50, samples: 4 }));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

interface Spawned {
  code: number | null;
  out: string;
  err: string;
}

/** @param onError called with what it has said to standard error so far; may end it. */
async function spawned(
  argv: readonly string[],
  onError: (err: string, kill: (signal: 'SIGINT') => void) => void = () => undefined,
): Promise<Spawned> {
  const child = spawn(process.execPath, [bin, ...argv], { stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    said.out += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    said.err += chunk.toString();
    onError(said.err, (signal) => child.kill(signal));
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, ...said };
}

it('trains in a thread that ends, as built, and what it wrote can be inspected', async () => {
  const run = await spawned(['population', 'train', file, '--kind', 'pointer', '--out', out]);
  expect([run.code, run.err.split('\n')[0]]).toEqual([0, expect.stringMatching(/^training on 50 people: \d+ % \(\d+ of 100\)$/)]);
  expect(statSync(out).mode & 0o777).toBe(0o600);
  const inspected = await spawned(['population', 'inspect', out]);
  expect([inspected.code, inspected.err]).toEqual([0, '']);
  expect(run.out).toContain(inspected.out);
}, 120_000);

it('says what the thread refused', async () => {
  // Fifty people, and of each too little for three windows.
  writeFileSync(file, pointerLines({ people: 50, samples: 1, actions: 2 }));
  const run = await spawned(['population', 'train', file, '--kind', 'pointer', '--out', out]);
  expect([run.code, run.out]).toEqual([1, '']);
  expect(run.err).toMatch(/^tacit population train: people must [^\n]+\n$/);
  expect(readdirSync(folder)).toEqual(['pointers.jsonl']);
}, 120_000);

it('is ended by Ctrl-C while it trains, and leaves no half file', async () => {
  let asked = false;
  const run = await spawned(['population', 'train', file, '--kind', 'pointer', '--out', out], (_, kill) => {
    if (!asked) {
      asked = true;
      kill('SIGINT');
    }
  });
  expect([run.code, run.out]).toEqual([130, '']);
  expect(run.err).toContain('interrupted; nothing was written\n');
  expect(readdirSync(folder)).toEqual(['pointers.jsonl']);
}, 120_000);
