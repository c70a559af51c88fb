import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import type { Store } from './store';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const writerFile = fileURLToPath(new URL('./testing-store-writer.ts', import.meta.url));
const WRITERS = ['one', 'two'];

/** Starts a writer, kills it in the middle of its work once it has acknowledged enough, and gives the number of the last. */
async function writeUntilKilled(address: string, name: string, acknowledgements: number): Promise<number> {
  const child: ChildProcess = spawn(process.execPath, ['--import', 'tsx', writerFile, address, name], {
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

/** Two processes write into one store until both are killed; what is left is whole transactions, with all that were acknowledged among them. */
export async function expectWholeTransactions(address: string, open: () => Store, acknowledgements: number): Promise<void> {
  const last = await Promise.all(WRITERS.map((name) => writeUntilKilled(address, name, acknowledgements)));
  const store = open();
  await store.migrate();
  const found = await store.transaction(async (tx) => ({
    counts: await Promise.all(WRITERS.map((name) => tx.count('mail', name))),
    acknowledged: await Promise.all(WRITERS.map((name, i) => tx.get('mail', name, `second-${last[i]}`))),
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
}
