import { createHash } from 'node:crypto';
import { copyFile, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { build } from 'tsup';
import { faceMeshShimEsbuild } from '../packages/capture/src/face-assets-shim.ts';

/** The packages whose code is in the scripts of the frame. */
const BUNDLED = [
  '@tensorflow/tfjs-core',
  '@tensorflow/tfjs-backend-wasm',
  '@tensorflow-models/face-landmarks-detection',
  '@vladmandic/face-api',
] as const;

export interface FaceFrameBuildOptions {
  /** The folder of packages/capture. */
  root: string;
  /** The folder to fill. */
  outDir: string;
}

/**
 * The frame as a customer serves it: its page, its script and the worker's, each one classic script that needs no bundler, the kernels of TensorFlow.js,
 * the licences of what is inside, and a list of all with their SHA-256.
 */
export async function buildFaceFrame({ root, outDir }: FaceFrameBuildOptions): Promise<void> {
  await rm(outDir, { recursive: true, force: true });
  await build({
    config: false,
    entry: { frame: join(root, 'src/face-frame.ts'), worker: join(root, 'src/face-worker.ts') },
    outDir,
    format: ['iife'],
    outExtension: () => ({ js: '.js' }),
    platform: 'browser',
    target: 'es2022',
    minify: true,
    sourcemap: false,
    clean: false,
    dts: false,
    silent: true,
    noExternal: [/.*/],
    esbuildPlugins: [faceMeshShimEsbuild({ root })],
    esbuildOptions(options) {
      options.legalComments = 'none';
    },
  });
  const require = createRequire(join(root, 'package.json'));
  await copyFile(join(root, 'src/face/frame.html'), join(outDir, 'frame.html'));
  const kernels = dirname(require.resolve('@tensorflow/tfjs-backend-wasm/package.json'));
  for (const name of ['tfjs-backend-wasm.wasm', 'tfjs-backend-wasm-simd.wasm']) {
    await copyFile(join(kernels, 'dist', name), join(outDir, name));
  }
  await writeFile(join(outDir, 'LICENSES.txt'), await licences(require, root));
  const files = [];
  for (const path of (await readdir(outDir)).sort()) {
    const content = await readFile(join(outDir, path));
    files.push({ path, bytes: content.byteLength, sha256: createHash('sha256').update(content).digest('hex') });
  }
  await writeFile(join(outDir, 'files.json'), `${JSON.stringify(files, null, 2)}\n`);
}

async function licences(require: NodeJS.Require, root: string): Promise<string> {
  const lines = ['frame.js and worker.js hold code of these packages:', ''];
  for (const name of BUNDLED) {
    const manifest = JSON.parse(await readFile(require.resolve(`${name}/package.json`), 'utf8')) as { version: string; license: string };
    lines.push(`${name} ${manifest.version}: ${manifest.license}`);
  }
  lines.push('seedrandom, by @tensorflow/tfjs-core: MIT; long, by @tensorflow/tfjs-core: Apache-2.0', '');
  const faceApi = dirname(require.resolve('@vladmandic/face-api/package.json'));
  lines.push('=== @vladmandic/face-api', '', await readFile(join(faceApi, 'LICENSE'), 'utf8'));
  lines.push('=== Apache-2.0: TensorFlow.js and its models, Copyright Google LLC; long, Copyright Daniel Wirtz', '');
  lines.push(await readFile(join(root, '../../LICENSE'), 'utf8'));
  lines.push('=== seedrandom: Copyright 2019 David Bau, under the terms of the MIT licence above', '');
  lines.push('=== tfjs-backend-wasm*.wasm hold XNNPACK (BSD-3-Clause) and the runtime of Emscripten (MIT)', '');
  return lines.join('\n');
}
