import { execFile } from 'node:child_process';
import { cp, mkdir, realpath, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const PACKAGE = fileURLToPath(new URL('../..', import.meta.url));
const TSUP = fileURLToPath(new URL('../../../../node_modules/.bin/tsup', import.meta.url));

const run = promisify(execFile);

/** An app's folder in which the package is installed as it is published: built by its own tsup configuration, beside what it asks for. */
export async function installBuiltPackage(app: string, peers: readonly string[]): Promise<void> {
  const installed = join(app, 'node_modules/@tacit-auth/capture');
  await mkdir(installed, { recursive: true });
  await run(TSUP, ['--silent', '--out-dir', join(installed, 'dist')], { cwd: PACKAGE, env: { ...process.env, TACIT_FAST_BUILD: '1' } });
  for (const path of ['package.json', 'bin']) {
    await cp(join(PACKAGE, path), join(installed, path), { recursive: true });
  }
  for (const peer of peers) {
    const link = join(app, 'node_modules', peer);
    await mkdir(dirname(link), { recursive: true });
    await symlink(await realpath(join(PACKAGE, 'node_modules', peer)), link);
  }
}

/** The command of the installed package. */
export function runInstalled(app: string, args: readonly string[]): Promise<{ stdout: string; stderr: string }> {
  return run(process.execPath, [join(app, 'node_modules/@tacit-auth/capture/bin/tacit-face-assets.mjs'), ...args], { cwd: app });
}
