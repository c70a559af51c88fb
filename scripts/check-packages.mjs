/** What a customer would install: packs each package and checks it with publint and are-the-types-wrong. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { buildWorkspace } from './build-workspace.mjs';
import { ensureInstall } from './ensure-install.mjs';
import { ROOT, runTool } from './run.mjs';

await ensureInstall();
await buildWorkspace({ types: true, web: false });
let failed = 0;
for (const name of readdirSync(join(ROOT, 'packages'))) {
  const folder = join(ROOT, 'packages', name);
  for (const [tool, args] of [
    ['publint', ['run', folder, '--strict', '--pack', 'npm']],
    ['attw', ['--pack', folder, '--profile', 'esm-only', '--format', 'ascii']],
  ]) {
    try {
      await runTool(tool, args, { cwd: folder, quiet: true });
      process.stdout.write(`${tool} ${name}: right\n`);
    } catch (cause) {
      failed += 1;
      process.stdout.write(`${tool} ${name}: wrong\n${cause.message}\n`);
    }
  }
}
process.exitCode = failed === 0 ? 0 : 1;
