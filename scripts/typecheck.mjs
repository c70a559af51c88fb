import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { buildWorkspace } from './build-workspace.mjs';
import { ensureInstall } from './ensure-install.mjs';
import { ROOT, runTool } from './run.mjs';

await ensureInstall();
// Numeric kernels are checked under rules of their own; the others see their declarations, as a customer would.
await buildWorkspace({ types: true, web: false });
const projects = [
  'tsconfig.json',
  ...['features', 'capture', 'models', 'crypto', 'server-verify'].flatMap((name) => [
    `packages/${name}/tsconfig.json`,
    `packages/${name}/tsconfig.test.json`,
  ]),
  'packages/capture/face-e2e/tsconfig.json',
  'examples/reference-bank/tsconfig.json',
  ...['accuracy', 'attack', 'load', 'shared', 'speed'].map((name) => `bench/${name}/tsconfig.json`),
];
let failed = 0;
for (const project of projects) {
  if (!existsSync(join(ROOT, project))) throw new Error(`no such project: ${project}`);
  try {
    await runTool('tsc', ['-p', project]);
  } catch {
    failed += 1;
  }
}
process.stdout.write(`type check: ${projects.length - failed} projects right, ${failed} wrong\n`);
process.exitCode = failed === 0 ? 0 : 1;
