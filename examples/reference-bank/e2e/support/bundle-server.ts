import { fileURLToPath } from 'node:url';
import { build } from 'tsup';

const FOLDER = fileURLToPath(new URL('../..', import.meta.url));

/** Once before all tests: the bank's own server in one file, of the sources of now. The packages stay as a customer gets them, beside it. */
export default async function bundleServer(): Promise<void> {
  await build({
    config: false,
    entry: { main: `${FOLDER}src/server/main.ts` },
    outDir: `${FOLDER}dist/server`,
    tsconfig: `${FOLDER}tsconfig.run.json`,
    format: ['esm'],
    platform: 'node',
    target: 'node20',
    skipNodeModulesBundle: true,
    splitting: false,
    clean: false,
    dts: false,
    silent: true,
  });
  process.env.BANK_BUNDLE = `${FOLDER}dist/server/main.js`;
}
