import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { TEST_START } from '../testing-context';
import { parseArguments } from './arguments';
import type { CliWorld } from './cli-streams';
import { nodeFiles } from './node-world';
import { DATABASE_OPTIONS, withVerifier } from './open-verifier';
import { testDatabase } from './testing-database';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tacit-open-'));
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true, force: true });
});

async function worldOf(database: string): Promise<CliWorld> {
  const silent = { isTerminal: false, write: () => undefined, drained: async () => undefined };
  const env = await testDatabase(database, [{ subject: 'anna', learned: 1 }]);
  const interruption = () => new AbortController().signal;
  const training = { run: () => Promise.reject(new Error('nothing is trained')) };
  return { stdin: process.stdin, stdout: silent, stderr: silent, env, files: nodeFiles, training, clock: () => TEST_START, interruption };
}

it("leaves the server's jobs to the server: no mail goes out and no template is calibrated", async () => {
  const database = join(folder, 'tacit.db');
  const world = await worldOf(database);
  vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval'] });
  const given = parseArguments(['--database', database], DATABASE_OPTIONS);
  const before = await withVerifier(given, world, (verifier) => verifier.inspectTyping({ subject: 'anna' }));
  expect(before).toMatchObject({ calibrationState: 'pending' });
  const after = await withVerifier(given, world, async (verifier) => {
    expect(vi.getTimerCount()).toBe(0);
    await vi.advanceTimersByTimeAsync(60_000);
    return verifier.inspectTyping({ subject: 'anna' });
  });
  expect(after).toEqual(before);
});

it('closes the database whatever happens', async () => {
  const database = join(folder, 'tacit.db');
  const world = await worldOf(database);
  const given = parseArguments(['--database', database], DATABASE_OPTIONS);
  let kept: { inspectTyping(options: { subject: string }): Promise<unknown> } | undefined;
  const failing = withVerifier(given, world, async (verifier) => {
    kept = verifier;
    throw new Error('in the middle of it');
  });
  await expect(failing).rejects.toThrow('in the middle of it');
  await expect(kept?.inspectTyping({ subject: 'anna' })).rejects.toMatchObject({ code: 'ERR_NOT_STARTED' });
});
