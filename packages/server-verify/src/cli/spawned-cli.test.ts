import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { typingLines } from './testing-cli';

const bin = fileURLToPath(new URL('../../bin/tacit.mjs', import.meta.url));
const built = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

interface Spawned {
  code: number | null;
  out: string;
  err: string;
}

async function spawned(argv: readonly string[], { stdin = '', readBytes = Number.POSITIVE_INFINITY } = {}): Promise<Spawned> {
  const child = spawn(process.execPath, [bin, ...argv], { stdio: ['pipe', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
    if (out.length >= readBytes) {
      child.stdout.destroy();
    }
  });
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString();
  });
  // A child that has said all it wants does not read to the end.
  child.stdin.on('error', () => child.stdin.destroy());
  child.stdin.end(stdin);
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, out, err };
}

it('runs as built: from a file, from a pipe, with the right exit codes', async () => {
  expect(existsSync(built), 'build first: npm run build').toBe(true);
  const folder = mkdtempSync(join(tmpdir(), 'tacit-spawned-'));
  try {
    const lines = typingLines({ people: 4, samples: 12, spread: 0.3 });
    const file = join(folder, 'entries.jsonl');
    writeFileSync(file, lines);
    const fromFile = await spawned(['evaluate', file, '--enrol', '5', '--detector', 'scaled-manhattan']);
    expect(fromFile.code).toBe(0);
    expect(fromFile.out).toMatch(/^scaled-manhattan\/\d+, 5 samples enrolled, no learning\n/);
    expect(await spawned(['evaluate', '-', '--enrol', '5', '--detector', 'scaled-manhattan'], { stdin: lines })).toEqual(fromFile);
    expect(await spawned(['evaluate', file, '--enroll', '5'])).toMatchObject({ code: 2, out: '' });
    expect(await spawned(['evaluate', join(folder, 'none'), '--enrol', '5'])).toMatchObject({ code: 1, out: '' });
    expect(await spawned(['--version'])).toMatchObject({ code: 0, err: '' });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 60_000);

it('ends quietly when its reader goes away', async () => {
  const stdin = typingLines({ people: 20, samples: 60 });
  const { code, err } = await spawned(['export-features', '-'], { stdin, readBytes: 1_000 });
  expect([code, err]).toEqual([141, '']);
}, 60_000);
