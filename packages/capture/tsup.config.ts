import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Options } from 'tsup';
import { buildFaceFrame } from '../../scripts/face-frame-build.ts';
import { packageBuild } from '../../scripts/package-build.ts';

const root = fileURLToPath(new URL('.', import.meta.url));
const entries = ['index', 'transport', 'face', 'face-assets', 'face-assets-cli', 'face-descriptor', 'face-frame', 'face-worker'];

export default defineConfig(({ outDir = 'dist' }) => ({
  ...(packageBuild(entries.map((name) => `src/${name}.ts`)) as Options),
  onSuccess: () => buildFaceFrame({ root, outDir: resolve(root, outDir, 'face-frame') }),
}));
