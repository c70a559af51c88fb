import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import sharp from 'sharp';
import { build as viteBuild } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faceFrameHeaders } from '../src/face';
import type { FaceShimPlugin } from '../src/face-assets';
import { drawFace } from './drawn-face';
import { installBuiltPackage, runInstalled } from './support/built-package';
import { launchChrome } from './support/face-browser';
import { type FolderSite, folderSite } from './support/folder-site';

/** All that the frame and its workers are made of, for those who bundle them. */
const NEEDED = [
  '@tacit-auth/features',
  '@mediapipe/face_mesh',
  '@tensorflow-models/face-landmarks-detection',
  '@tensorflow/tfjs-backend-wasm',
  '@tensorflow/tfjs-core',
  '@vladmandic/face-api',
];

/** Speaks to the worker as the frame does. */
const PAGE = `
const worker = new Worker('worker.js');
const ask = (request, transfer = []) => new Promise((resolve) => {
  worker.onmessage = ({ data }) => data.kind === 'progress' || resolve(data);
  worker.onerror = (event) => resolve({ kind: 'broken', message: event.message });
  worker.postMessage({ id: 1, ...request }, transfer);
});
window.run = async (role) => {
  const warm = await ask({ kind: 'warm-up', role, folder: new URL('.', location.href).href });
  if (warm.kind !== 'done') return warm;
  const frame = await createImageBitmap(await (await fetch('drawn.png')).blob());
  return ask(role === 'landmarks' ? { kind: 'analyse', frame, at: 1 } : { kind: 'describe', frame }, [frame]);
};
`;

const NAME = '@tacit-auth/capture';

let app: string;
let site: FolderSite;
let shim: () => FaceShimPlugin;

/** Bundles an entry of the installed package with Vite, as one classic script. */
async function bundle(entry: string, name: string, plugins: FaceShimPlugin[]): Promise<void> {
  const input = join(app, `${name}.js`);
  await writeFile(input, `import '${NAME}/${entry}';\n`);
  await viteBuild({
    root: app,
    configFile: false,
    logLevel: 'error',
    plugins,
    build: { outDir: 'frame', emptyOutDir: false, rollupOptions: { input, output: { format: 'iife', entryFileNames: `${name}.js` } } },
  });
}

beforeAll(async () => {
  app = await mkdtemp(join(tmpdir(), 'tacit-face-own-'));
  await installBuiltPackage(app, NEEDED);
  // The helper as a customer's vite.config.js imports it.
  const assets = await import(pathToFileURL(join(app, 'node_modules/@tacit-auth/capture/dist/face-assets.js')).href);
  shim = assets.faceMeshShim as () => FaceShimPlugin;
  await runInstalled(app, [join(app, 'frame')]);
  await writeFile(join(app, 'frame/page.js'), PAGE);
  await writeFile(join(app, 'frame/page.html'), '<!doctype html><html lang="en"><title>Page</title><script src="page.js"></script></html>');
  await sharp(Buffer.from(drawFace())).png().toFile(join(app, 'frame/drawn.png'));
  site = await folderSite([{ prefix: '/', folder: join(app, 'frame'), headers: faceFrameHeaders() }]);
});
afterAll(async () => {
  await site.close();
  await rm(app, { recursive: true });
});

async function runWorker(role: 'landmarks' | 'descriptors'): Promise<{ kind: string; value?: Record<string, unknown> }> {
  const browser = await launchChrome([]);
  const page = await browser.newPage();
  const foreign: string[] = [];
  page.context().on('request', (request) => {
    if (!request.url().startsWith(`${site.origin}/`)) foreign.push(request.url());
  });
  await page.goto(`${site.origin}/page.html`);
  const answer = await page.evaluate((part) => (window as unknown as { run(part: string): Promise<{ kind: string }> }).run(part), role);
  await browser.close();
  expect(foreign).toEqual([]);
  return answer;
}

describe('the frame and its worker, bundled by the customer with Vite', () => {
  it('run with the shim', async () => {
    await bundle('face-worker', 'worker', [shim()]);
    await bundle('face-frame', 'frame', [shim()]);
    // Not the shipped ones, and without what the shim leaves out: a hub of models, a second TensorFlow.js, graphics kernels.
    const worker = await readFile(join(app, 'frame/worker.js'), 'utf8');
    expect(worker.length).toBeGreaterThan(400_000);
    expect(worker.length).toBeLessThan(900_000);
    expect(await readFile(join(app, 'frame/frame.js'), 'utf8')).toContain('getUserMedia');
    expect(await runWorker('landmarks')).toMatchObject({ kind: 'done', value: { faces: 1 } });
    expect(await runWorker('descriptors')).toMatchObject({ kind: 'done', value: { status: 'described' } });
  });

  // In the long form only.
  const standIns = process.env.TACIT_SOAK === '1' ? ['face_mesh'] : [];
  it.each(standIns)('without the stand-in for %s, which exports nothing, the landmarks do not start', async () => {
    const all = shim();
    const plugin = { ...all, resolveId: (source: string) => (source === '@mediapipe/face_mesh' ? null : all.resolveId(source)) };
    await bundle('face-worker', 'worker', [plugin]);
    expect(await runWorker('landmarks')).toMatchObject({ kind: 'failed', code: 'ERR_FACE_ENGINE_FAILED' });
  });
});
