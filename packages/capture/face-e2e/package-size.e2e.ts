import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { installBuiltPackage } from './support/built-package';

interface Bundler {
  build(options: object): Promise<{ outputFiles: { contents: Uint8Array }[] }>;
}

const fromRoot = createRequire(new URL('../../../package.json', import.meta.url));
const { build } = createRequire(fromRoot.resolve('tsup'))('esbuild') as Bundler;

const PACKAGE = '@tacit-auth/capture';

let app: string;
beforeAll(async () => {
  app = await mkdtemp(join(tmpdir(), 'tacit-size-app-'));
  await installBuiltPackage(app, ['@tacit-auth/features', 'idb']);
}, 60_000);
afterAll(() => rm(app, { recursive: true }));

// A bundler that takes a file for what it is: whatever the package has in one file with what is imported, and that might do something, is kept.
it.each([
  ['recordTyping', '', 4_000],
  ['getJson, postJson', '/transport', 3_000],
  ['streamEvidence', '/transport', 20_200],
])('an app with %s of .%s loads less than %i bytes of the package as it is published', async (names, entry, most) => {
  const contents = `export { ${names} } from '${PACKAGE}${entry}'`;
  const options = { bundle: true, minify: true, format: 'esm', target: 'es2022', platform: 'browser', write: false };
  const { outputFiles } = await build({ ...options, stdin: { contents, resolveDir: app } });
  expect(gzipSync(outputFiles[0]!.contents, { level: 9 }).byteLength).toBeLessThan(most);
});
