/** Runs one of the benches on what is published: `node scripts/bench.mjs accuracy | attack | load | speed [options]`. */
import { join } from 'node:path';
import { buildWorkspace } from './build-workspace.mjs';
import { ensureInstall } from './ensure-install.mjs';
import { ROOT, run } from './run.mjs';

const [name, ...options] = process.argv.slice(2);
if (!['accuracy', 'attack', 'load', 'speed'].includes(name)) throw new Error('say which bench: accuracy, attack, load or speed');
await ensureInstall();
await buildWorkspace({ web: false });
try {
  await run(process.execPath, ['--import', 'tsx', 'src/main.ts', ...options], { cwd: join(ROOT, 'bench', name) });
} catch (error) {
  // The bench has said itself what is wrong.
  process.exitCode = error.code ?? 1;
}
