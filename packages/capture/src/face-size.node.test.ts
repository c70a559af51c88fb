import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { runInNewContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';

interface Metafile {
  outputs: Record<string, { inputs: Record<string, { bytesInOutput: number }> }>;
}

interface Bundler {
  build(options: object): Promise<{ outputFiles: { contents: Uint8Array; text: string }[]; metafile: Metafile }>;
}

// The bundler is the one that builds the packages; it is no dependency of this one.
const fromRoot = createRequire(new URL('../../../package.json', import.meta.url));
const { build } = createRequire(fromRoot.resolve('tsup'))('esbuild') as Bundler;

async function bundle(entry: string, format: 'esm' | 'iife' = 'esm') {
  const { outputFiles, metafile } = await build({
    entryPoints: [fileURLToPath(new URL(entry, import.meta.url))],
    bundle: true,
    minify: true,
    metafile: true,
    format,
    globalName: 'bundle',
    target: 'es2022',
    platform: 'browser',
    write: false,
  });
  const { contents, text } = outputFiles[0]!;
  // Files of which nothing stays were only looked into.
  const inputs = Object.values(metafile.outputs).flatMap((output) =>
    Object.entries(output.inputs)
      .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
      .map(([path]) => path),
  );
  return { bytes: gzipSync(contents, { level: 9 }).byteLength, text, inputs };
}

/** What only the frame, its workers and the copying of files may hold. */
const ENGINE = /face\/(engine|frame)\/|face-(assets|worker|frame)/;

describe('the face in a page', () => {
  it('face.ts has less than 4,096 bytes, minified and gzipped, and nothing of the frame and of its networks', async () => {
    const { bytes, text, inputs } = await bundle('face.ts');
    console.info(`face.ts: ${bytes} bytes of gzip`);
    expect(bytes).toBeLessThan(4_096);
    expect(inputs.filter((path) => ENGINE.test(path) || path.includes('node_modules'))).toEqual([]);
    expect(text).not.toMatch(/getUserMedia|WebAssembly|importScripts|ERR_SAMPLE|import\s*["'{]/);
  });

  it.each(['index.ts', 'transport.ts'])('%s holds nothing of it', async (entry) => {
    const { inputs, text } = await bundle(entry);
    expect(inputs.filter((path) => path.includes('face'))).toEqual([]);
    expect(text).not.toMatch(/captureFace|tacit-face/);
  });

  it('can be imported where there is only the language', async () => {
    const { text } = await bundle('face.ts', 'iife');
    expect(runInNewContext(`${text}\n;typeof bundle.captureFace + typeof bundle.FACE_FRAME_POLICY`)).toBe('functionstring');
  });
});
