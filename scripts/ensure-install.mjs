import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, run } from './run.mjs';

const PNPM = 'pnpm@10.34.9';
const STAMP = join(ROOT, 'node_modules', '.tacit-installed');

function manifestFiles() {
  const folders = ['packages', 'examples', 'bench'].flatMap((group) =>
    readdirSync(join(ROOT, group), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(ROOT, group, entry.name)),
  );
  return [ROOT, ...folders].map((folder) => join(folder, 'package.json')).filter((file) => existsSync(file));
}

function installHash() {
  const hash = createHash('sha256').update(PNPM).update(process.version);
  for (const file of [join(ROOT, 'pnpm-lock.yaml'), join(ROOT, 'pnpm-workspace.yaml'), ...manifestFiles()]) hash.update(readFileSync(file));
  return hash.digest('hex');
}

/** Installs the workspace from the frozen lock file, unless this very state is installed already. */
export async function ensureInstall() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    throw new Error(`Tacit needs Node.js 20.19 or newer; this is ${process.version}.`);
  }
  const hash = installHash();
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === hash) return;
  process.stdout.write('Installing dependencies (once) ...\n');
  await run('npx', ['-y', PNPM, 'install', '--frozen-lockfile', '--reporter=append-only'], {
    env: { npm_config_update_notifier: 'false' },
  });
  writeFileSync(STAMP, hash);
}

if (process.argv[1] === new URL(import.meta.url).pathname) await ensureInstall();
