import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Options } from 'tsup';
import { buildFaceFrame } from '../../scripts/face-frame-build.ts';
import { packageBuild } from '../../scripts/package-build.ts';

const root = fileURLToPath(new URL('.', import.meta.url));
const entries = ['index', 'transport', 'face', 'face-assets', 'face-assets-cli', 'face-descriptor', 'face-frame', 'face-worker'];

/**
 * A few constants are all that is used of it at run time. Taken from its sources, file by file, they are all that is built in: of the whole package a page would load most, which few
 * bundlers can tell to be unused.
 */
const features = {
  name: 'features-by-file',
  setup({ onResolve }: { onResolve: (filter: { filter: RegExp }, resolved: () => { path: string; sideEffects: boolean }) => void }) {
    onResolve({ filter: /^@tacit-auth\/features$/ }, () => ({ path: resolve(root, '../features/src/index.ts'), sideEffects: false }));
  },
};

export default defineConfig(({ outDir = 'dist' }) => ({
  ...(packageBuild(entries.map((name) => `src/${name}.ts`)) as Options),
  noExternal: ['@tacit-auth/features'],
  esbuildPlugins: [features],
  onSuccess: () => buildFaceFrame({ root, outDir: resolve(root, outDir, 'face-frame') }),
}));
