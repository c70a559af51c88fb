import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, it } from 'vitest';
import { sqlite } from './sqlite';
import { expectWholeTransactions } from './testing-killed-writers';

const acknowledgements = process.env.TACIT_SOAK === '1' ? 2_000 : 50;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tacit-processes-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

it('keeps whole transactions of two processes, and all that were acknowledged, when both are killed', async () => {
  const path = join(folder, 'bank.db');
  await expectWholeTransactions(path, () => sqlite(path), acknowledgements);
}, 300_000);
