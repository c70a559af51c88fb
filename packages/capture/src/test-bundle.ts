import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

interface Bundler {
  build(options: object): Promise<{ outputFiles: { contents: Uint8Array; text: string }[] }>;
}

// The bundler is the one that builds the packages; it is no dependency of this one.
const fromRoot = createRequire(new URL('../../../package.json', import.meta.url));
const { build } = createRequire(fromRoot.resolve('tsup'))('esbuild') as Bundler;

/** An entry as it reaches a browser: one minified script, and its size in bytes once gzipped. For tests only. */
export async function bundle(entry: string, format: 'esm' | 'iife' = 'esm'): Promise<{ bytes: number; text: string }> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(entry, import.meta.url))],
    bundle: true,
    minify: true,
    format,
    globalName: 'bundle',
    target: 'es2022',
    platform: 'browser',
    write: false,
  });
  const { contents, text } = outputFiles[0]!;
  return { bytes: gzipSync(contents, { level: 9 }).byteLength, text };
}
