import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ensureInstall } from './ensure-install.mjs';
import { ROOT } from './run.mjs';

await ensureInstall();
const { buildWorkspace } = await import('./build-workspace.mjs');
await buildWorkspace();

// `two`: the same bank on two servers and one PostgreSQL.
const entry = process.argv[2] === 'two' ? 'two-servers/main.ts' : 'src/server/main.ts';
const bank = join(ROOT, 'examples', 'reference-bank');
const server = spawn(process.execPath, ['--import', 'tsx', entry], {
  cwd: bank,
  stdio: 'inherit',
  env: { NODE_ENV: 'production', ...process.env },
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => server.kill(signal));
server.on('exit', (code, signal) => {
  process.exitCode = code ?? (signal ? 0 : 1);
});
