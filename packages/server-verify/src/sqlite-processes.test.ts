import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { sqlite } from './sqlite';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const writerFile = fileURLToPath(new URL('./testing-sqlite-writer.ts', import.meta.url));
const acknowledgements = process.env.TACIT_SOAK === '1' ? 2_000 : 50;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tacit-processes-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Starts a writer, kills it in the middle of its work once it has acknowledged enough, and gives the number of the last. */
async function writeUntilKilled(path: string, name: string): Promise<number> {
  const child: ChildProcess = spawn(process.execPath, ['--import', 'tsx', writerFile, path, name], {
    cwd: root,
    env: { ...process.env, TSX_TSCONFIG_PATH: join(root, 'packages/server-verify/tsconfig.json') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  let failure = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    printed += chunk.toString();
    if (printed.split('\n').length > acknowledgements) {
      child.kill('SIGKILL');
    }
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    failure += chunk.toString();
  });
  await new Promise((resolve) => child.on('close', resolve));
  expect(failure).toBe('');
  // The last line may be cut off.
  return Number(printed.split('\n').at(-2));
}

it('keeps whole transactions of two processes, and all that were acknowledged, when both are killed', async () => {
  const path = join(folder, 'bank.db');
  const names = ['one', 'two'];
  const last = await Promise.all(names.map((name) => writeUntilKilled(path, name)));
  const store = sqlite(path);
  await store.migrate();
  const found = await store.transaction(async (tx) => ({
    counts: await Promise.all(names.map((name) => tx.count('mail', name))),
    acknowledged: await Promise.all(names.map((name, i) => tx.get('mail', name, `second-${last[i]}`))),
    total: Number(Buffer.from((await tx.get('mail', '', 'total'))!.body).toString()),
  }));
  await store.close();
  expect(found.acknowledged.every((record) => record !== undefined)).toBe(true);
  for (const [i, count] of found.counts.entries()) {
    expect(count % 2).toBe(0);
    expect(count / 2).toBeGreaterThanOrEqual(last[i]! + 1);
    expect(last[i]! + 1).toBeGreaterThanOrEqual(acknowledgements);
  }
  // An increment that was lost between the two processes would show here.
  expect(found.total).toBe((found.counts[0]! + found.counts[1]!) / 2);
}, 300_000);
