import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, run, runTool } from './run.mjs';

/** Each line may be built at once; a line needs those above it. */
const LEVELS = [['features', 'crypto'], ['models', 'capture'], ['server-verify']];
const CACHE = join(ROOT, 'node_modules', '.cache', 'tacit');

function hashFolder(hash, folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (['node_modules', 'dist', '.data'].includes(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) hashFolder(hash, path);
    else hash.update(entry.name).update(readFileSync(path));
  }
}

function contentHash(folders, mode) {
  const hash = createHash('sha256')
    .update(mode)
    .update(readFileSync(join(ROOT, 'pnpm-lock.yaml')));
  for (const file of ['tsconfig.base.json', 'scripts/package-build.ts', 'scripts/face-frame-build.ts'])
    hash.update(readFileSync(join(ROOT, file)));
  for (const folder of folders) hashFolder(hash, join(ROOT, folder));
  return hash.digest('hex');
}

async function buildOnce(name, output, hash, build) {
  const stamp = join(CACHE, `${name}.hash`);
  if (existsSync(join(ROOT, output)) && existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return false;
  const started = performance.now();
  await build();
  mkdirSync(CACHE, { recursive: true });
  writeFileSync(stamp, hash);
  process.stdout.write(`built ${name} in ${((performance.now() - started) / 1000).toFixed(1)} s\n`);
  return true;
}

/**
 * Builds what has changed since the last build: the packages, and the bank's web front and the files of its face check when `web` is set. Without `types` the
 * declaration files are left out, which is all that running needs.
 */
export async function buildWorkspace({ types = false, web = true } = {}) {
  const mode = types ? 'types' : 'code';
  const below = [];
  for (const level of LEVELS) {
    await Promise.all(
      level.map((name) => {
        const folder = `packages/${name}`;
        const withTypes = contentHash([...below, folder], 'types');
        // A build with types serves both uses.
        const stamp = join(CACHE, `${name}.hash`);
        if (!types && existsSync(stamp) && readFileSync(stamp, 'utf8') === withTypes && existsSync(join(ROOT, folder, 'dist')))
          return false;
        const hash = types ? withTypes : contentHash([...below, folder], mode);
        return buildOnce(name, `${folder}/dist`, hash, () =>
          runTool('tsup', ['--silent'], { cwd: join(ROOT, folder), env: { TACIT_FAST_BUILD: types ? '' : '1' }, quiet: true }),
        );
      }),
    );
    below.push(...level.map((name) => `packages/${name}`));
  }
  if (!web) return;
  const bank = 'examples/reference-bank';
  const hash = contentHash(
    ['packages/features', 'packages/capture', `${bank}/src/web`],
    `web:${readFileSync(join(ROOT, bank, 'vite.config.ts'))}`,
  );
  const copier = join(ROOT, bank, 'copy-face.mjs');
  await Promise.all([
    buildOnce('reference-bank-web', `${bank}/dist/web`, hash, () =>
      runTool('vite', ['build', '--logLevel', 'warn'], { cwd: join(ROOT, bank), quiet: true }),
    ),
    buildOnce(
      'reference-bank-face',
      `${bank}/dist/face`,
      contentHash(['packages/features', 'packages/capture'], `face:${readFileSync(copier)}`),
      () => run(process.execPath, [copier], { cwd: join(ROOT, bank) }),
    ),
  ]);
}
