import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright';
import sharp from 'sharp';
import { build } from 'tsup';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildFaceFrame } from '../../../scripts/face-frame-build';
import { faceFrameHeaders } from '../src/face';
import type { createFaceEngine, FaceFrame } from '../src/face/engine/face-engine';
import { copyFrame } from '../src/face-assets-copy';
import { drawFace, drawFaces } from './drawn-face';
import { launchChrome } from './support/face-browser';
import { photoFolder } from './support/face-pictures';
import { type FolderSite, folderSite } from './support/folder-site';
import { measured } from './support/measured';
import { nodeDescriber } from './support/node-describer';

const SOAK = process.env.TACIT_SOAK === '1';
const PACKAGE = fileURLToPath(new URL('..', import.meta.url));

/** The frame's page with the engine alone, under the frame's own policy. */
interface EngineWindow {
  createFaceEngine: typeof createFaceEngine;
  /** A picture of the site. */
  picture(name: string): Promise<ImageBitmap>;
}

let folder: string;
let site: FolderSite;
let browser: Browser;
const foreign: string[] = [];
const problems: string[] = [];

/** A picture to look at, as PNG: both sides then decode the same pixels. */
async function addPicture(name: string, input: string | Buffer): Promise<void> {
  const source = typeof input === 'string' && input.startsWith('<svg') ? Buffer.from(input) : input;
  await sharp(source)
    .rotate()
    .removeAlpha()
    .png()
    .toFile(join(folder, 'site', name));
}

async function openEngine(): Promise<Page> {
  const context = await browser.newContext();
  context.on('request', (request) => {
    if (!request.url().startsWith(`${site.origin}/`)) foreign.push(request.url());
  });
  const page = await context.newPage();
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('console', (message) => {
    if (!/Failed to load resource/.test(message.text())) problems.push(message.text());
  });
  await page.goto(`${site.origin}/tacit-face/engine.html`);
  return page;
}

/** A photograph of the set, where it is. */
const photos = photoFolder();
const photo = (name: string) => readFile(join(photos!, name));

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tacit-face-engine-'));
  const root = join(folder, 'site');
  await buildFaceFrame({ root: PACKAGE, outDir: join(folder, 'frame') });
  await copyFrame(new URL(`file://${folder}/frame/`), { to: root, from: PACKAGE });
  await writeFile(
    join(folder, 'engine.ts'),
    `import { createFaceEngine } from '${PACKAGE}src/face/engine/face-engine';
    const picture = async (name) => createImageBitmap(await (await fetch(name)).blob());
    Object.assign(window, { createFaceEngine, picture });`,
  );
  await build({
    config: false,
    entry: [join(folder, 'engine.ts')],
    outDir: root,
    format: ['iife'],
    outExtension: () => ({ js: '.js' }),
    clean: false,
    dts: false,
    silent: true,
  });
  await writeFile(
    join(root, 'engine.html'),
    '<!doctype html><html lang="en"><title>Engine</title><script src="engine.js"></script></html>',
  );
  await addPicture('drawn.png', drawFace());
  await addPicture('shut.png', drawFace({ eyes: 0 }));
  await addPicture('left.png', drawFace({ turn: 3 }));
  await addPicture('right.png', drawFace({ turn: -3 }));
  await addPicture('two.png', drawFaces([{ centre: [170, 240], scale: 0.8 }, { centre: [470, 240] }]));
  await addPicture('room.png', drawFaces([]));
  await addPicture('large.png', drawFace({ width: 1_280, height: 960, centre: [640, 480], scale: 2 }));
  if (photos) {
    await addPicture('photo.png', await photo('id02/img12.jpg'));
    await addPicture('photo-large.png', await photo('id03/img47.jpg'));
    await writeFile(join(root, 'photo.jpg'), await photo('id02/img12.jpg'));
  }
  site = await folderSite([{ prefix: '/tacit-face/', folder: root, headers: faceFrameHeaders() }]);
  browser = await launchChrome([]);
}, 120_000);
afterAll(async () => {
  await browser.close();
  await site.close();
  await rm(folder, { recursive: true });
});

/** In the page: every figure that the engine's test asserts, one after the other. */
async function lookAtPictures() {
  const { createFaceEngine, picture } = window as unknown as EngineWindow;
  const tasks: [start: number, duration: number][] = [];
  const observer = new PerformanceObserver((list) => {
    tasks.push(...list.getEntries().map(({ startTime, duration }) => [startTime, duration] as [number, number]));
  });
  observer.observe({ type: 'longtask' });
  const started = performance.now();
  const engine = createFaceEngine();
  const progress: number[] = [];
  await engine.warmUp((done, all) => progress.push(done / all));
  const warm = performance.now();
  const frames: Record<string, FaceFrame> = {};
  frames.first = await engine.analyse(await picture('drawn.png'), 7);
  const firstResult = performance.now() - started;
  for (const name of ['shut', 'drawn', 'left', 'right', 'two', 'room', 'large'] as const) {
    // The network follows a face from frame to frame; the last of three is where it has come to rest.
    for (let i = 0; i < 3; i += 1) frames[name] = await engine.analyse(await picture(`${name}.png`), i);
  }
  const [drawn, shut] = [await picture('drawn.png'), await picture('shut.png')];
  const from = performance.now();
  const count = 60;
  for (let i = 0; i < count; i += 1) await engine.analyse(await createImageBitmap(i % 10 < 7 ? drawn : shut), i);
  const rate = (1_000 * count) / (performance.now() - from);
  const describing: number[] = [];
  for (let i = 0; i < 5; i += 1) {
    const copy = await createImageBitmap(drawn);
    const before = performance.now();
    await engine.describe(copy);
    describing.push(performance.now() - before);
  }
  // Landmarks go on while a descriptor is computed.
  let during = 0;
  let busy = true;
  const described = engine.describe(await createImageBitmap(drawn)).then(() => {
    busy = false;
  });
  while (busy) {
    await engine.analyse(await createImageBitmap(drawn), during);
    during += 1;
  }
  await described;
  const end = performance.now();
  engine.close();
  // That the observer sees a task at all.
  await new Promise<void>((resolve) =>
    setTimeout(() => {
      const until = performance.now() + 120;
      while (performance.now() < until);
      setTimeout(resolve, 100);
    }),
  );
  return {
    warmUp: warm - started,
    firstResult,
    progress,
    frames,
    rate,
    describing: describing.sort((a, b) => a - b)[2]!,
    during,
    tasks,
    warm,
    end,
  };
}

describe('the engine in Chromium, under the policy of the frame', () => {
  it('sees eyes, pose and number of faces in drawn pictures, at a rate that catches a blink', async () => {
    const measure = async () => {
      const page = await openEngine();
      const figures = await page.evaluate(lookAtPictures);
      await page.context().close();
      const { tasks, warm, end } = figures;
      const longest = Math.max(0, ...tasks.filter(([start]) => start > warm && start < end).map(([, duration]) => duration));
      return { ...figures, longest };
    };
    const seen = await measured(measure, ({ longest, rate, during }) => longest <= 200 && rate > 4 && during > 1);
    const { frames, tasks, longest } = seen;
    console.info(
      `engine: warm-up ${Math.round(seen.warmUp)} ms, first result ${Math.round(seen.firstResult)} ms, ${seen.rate.toFixed(1)} landmark frames a second,`,
      `descriptor ${Math.round(seen.describing)} ms (${seen.during} landmark frames meanwhile), longest main-thread task ${Math.round(longest)} ms`,
    );
    expect(foreign).toEqual([]);
    expect(problems).toEqual([]);
    expect(seen.progress.at(-1)).toBe(1);
    expect([...seen.progress].sort((a, b) => a - b)).toEqual(seen.progress);

    expect(frames.first).toMatchObject({ at: 7, faces: 1 });
    expect(frames.drawn!.leftEye).toBeGreaterThan(0.25);
    expect(frames.drawn!.rightEye).toBeGreaterThan(0.25);
    expect(frames.shut!.leftEye).toBeLessThan(0.15);
    expect(frames.shut!.rightEye).toBeLessThan(0.15);
    expect(Math.abs(frames.drawn!.yaw)).toBeLessThan(6);
    expect(Math.abs(frames.drawn!.pitch)).toBeLessThan(10);
    expect(Math.abs(frames.drawn!.roll)).toBeLessThan(3);
    expect(frames.left!.yaw).toBeGreaterThan(18);
    expect(frames.right!.yaw).toBeLessThan(-18);
    expect(frames.two!.faces).toBe(2);
    // The larger of two is measured, wherever it stands.
    expect(frames.two!.box!.x).toBeGreaterThan(320);
    expect(frames.room).toEqual({
      at: 2, faces: 0, leftEye: 0, rightEye: 0, yaw: 0, pitch: 0, roll: 0, box: null, luma: expect.anything(), sharpness: expect.any(Number),
    }); // biome-ignore format: a frame without a face
    // In pixels of the frame that was handed in, however it was shrunk.
    expect(frames.large!.box!.width / frames.drawn!.box!.width).toBeCloseTo(2, 0);
    expect(frames.large!.box!.x + frames.large!.box!.width / 2).toBeCloseTo(640, -2);

    expect(seen.rate).toBeGreaterThan(4);
    expect(seen.during).toBeGreaterThan(1);
    expect(longest).toBeLessThanOrEqual(200);
    expect(tasks.some(([start, duration]) => start >= seen.end && duration >= 100)).toBe(true);
    // A machine that is held up is slow as well, and measures three times.
  }, 360_000);

  const inputs = ['drawn.png', 'shut.png', 'large.png', ...(photos ? ['photo.png', 'photo-large.png', 'photo.jpg'] : [])];

  it(`descriptors are those of Node: ${photos ? 'drawn faces and photographs' : 'drawn faces alone, because the photographs are not here'}`, async () => {
    const page = await openEngine();
    const inBrowser = await page.evaluate(async (names) => {
      const { createFaceEngine, picture } = window as unknown as EngineWindow;
      const engine = createFaceEngine();
      await engine.warmUp();
      const described = [];
      for (const name of names) {
        const found = await engine.describe(await picture(name));
        described.push(found.status === 'described' ? { values: [...found.values], box: found.box } : null);
      }
      engine.close();
      return described;
    }, inputs);
    await page.context().close();
    const inNode = await nodeDescriber(async (path) => new Uint8Array(await readFile(join(folder, 'site', path))));
    for (const [index, name] of inputs.entries()) {
      const here = await inNode(join(folder, 'site', name));
      const there = inBrowser[index]!;
      const distance = Math.hypot(...there.values.map((value, at) => value - here.values[at]!));
      console.info(`${name}: distance between Chromium and Node ${distance.toExponential(1)}`);
      expect(there.values).toHaveLength(128);
      expect(Math.hypot(...there.values)).toBeGreaterThan(0.9);
      // What a JPEG's pixels are is not wholly fixed; those of a PNG are.
      expect(distance, name).toBeLessThan(name.endsWith('.png') ? 0.001 : 0.05);
      expect(there.box.x).toBeCloseTo(here.box.x, 0);
      expect(there.box.width).toBeCloseTo(here.box.width, 0);
    }
  }, 120_000);

  it('asks the last detector only when the others see nobody, and loads it then', async () => {
    const page = await openEngine();
    site.asked.length = 0;
    const seen = await page.evaluate(async () => {
      const { createFaceEngine, picture } = window as unknown as EngineWindow;
      const engine = createFaceEngine();
      await engine.warmUp();
      await engine.describe(await picture('drawn.png'));
      performance.mark('before');
      return { nobody: await engine.describe(await picture('room.png')) };
    });
    await page.context().close();
    expect(seen.nobody).toEqual({ status: 'no-face' });
    const room = site.asked.indexOf('/tacit-face/room.png');
    const ssd = site.asked.map((path, index) => [path, index] as const).filter(([path]) => path.includes('ssd_mobilenetv1'));
    expect(ssd).toHaveLength(2);
    expect(ssd.every(([, index]) => index > room)).toBe(true);
  }, 60_000);

  it('a browser without WebGL in workers is told apart, before anything large is loaded', async () => {
    const plain = await launchChrome(['--disable-gpu', '--disable-software-rasterizer', '--disable-webgl', '--disable-webgl2']);
    const page = await plain.newPage();
    await page.goto(`${site.origin}/tacit-face/engine.html`);
    site.asked.length = 0;
    const code = await page.evaluate(() =>
      (window as unknown as EngineWindow)
        .createFaceEngine()
        .warmUp()
        .then(
          () => 'none',
          ({ code }: { code: string }) => code,
        ),
    );
    await plain.close();
    expect(code).toBe('ERR_FACE_ENGINE_UNSUPPORTED');
    expect(site.asked.filter((path) => path.includes('face-mesh'))).toEqual([]);
  }, 60_000);

  const broken = { type: 'application/octet-stream', content: new Uint8Array(6_444_032) };
  const page404 = { type: 'text/html', content: '<!doctype html><title>The app</title>' };
  const cases = [
    ['other weights are there', 'face-api/face_recognition_model.bin', broken],
    ['the script of the workers is not there', 'worker.js', null],
    ['the landmark runtime is not there', 'face-mesh/face_mesh.js', null],
    ['the app answers for a script with its page', 'face-mesh/face_mesh_solution_simd_wasm_bin.js', page404],
    ['the landmark networks are not there', 'face-mesh/face_mesh_solution_packed_assets.data', null],
    ['the kernels are not there', 'tfjs-backend-wasm-simd.wasm', null],
  ] as const;
  // The short form has one.
  it.each(SOAK ? cases : cases.slice(0, 1))(
    '%s: it says which file, and does not hang',
    async (_, path, answer) => {
      site.instead.set(`/tacit-face/${path}`, answer);
      const page = await openEngine();
      const seen = await page.evaluate(async () => {
        const engine = (window as unknown as EngineWindow).createFaceEngine();
        return engine.warmUp().then(
          () => ({ code: 'none', field: undefined }),
          ({ code, field }: { code: string; field?: string }) => ({ code, field }),
        );
      });
      await page.context().close();
      site.instead.clear();
      problems.length = 0;
      expect(seen).toEqual({ code: 'ERR_FACE_ENGINE_ASSETS', field: path });
    },
    60_000,
  );
});
