import { join } from 'node:path';
import { buildWorkspace } from './build-workspace.mjs';
import { ensureInstall } from './ensure-install.mjs';
import { ROOT, run } from './run.mjs';

await ensureInstall();
// What is measured is what is published.
await buildWorkspace({ web: false });
try {
  await run(process.execPath, ['--import', 'tsx', 'src/main.ts', ...process.argv.slice(2)], { cwd: join(ROOT, 'bench', 'speed') });
} catch (error) {
  // The bench has said itself what is wrong.
  process.exitCode = error.code ?? 1;
}
