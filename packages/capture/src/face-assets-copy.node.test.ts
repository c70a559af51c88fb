import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { FACE_MODEL_FILES } from './face/engine/face-model-files';
import { runFaceAssets } from './face-assets-cli';
import { type CopyFaceAssetsOptions, copyFaceAssets, copyFrame } from './face-assets-copy';

const PACKAGE = fileURLToPath(new URL('..', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'tacit-face-assets-'));
// A small frame in place of the built one.
const FRAME = join(scratch, 'frame');
const digest = (content: Uint8Array | string) => createHash('sha256').update(content).digest('hex');

beforeAll(() => {
  mkdirSync(FRAME);
  const files = ['frame.html', 'frame.js', 'worker.js'].map((path) => {
    writeFileSync(join(FRAME, path), `built ${path}`);
    return { path, bytes: `built ${path}`.length, sha256: digest(`built ${path}`) };
  });
  writeFileSync(join(FRAME, 'files.json'), JSON.stringify(files));
});
afterAll(() => {
  rmSync(scratch, { recursive: true });
});

/** A folder as an app has it, with the packages of the models as they are installed here. */
function app(name: string): string {
  const folder = join(scratch, name);
  for (const { from, file } of FACE_MODEL_FILES) {
    const target = join(folder, 'node_modules', from, file);
    mkdirSync(dirname(target), { recursive: true });
    cpSync(join(PACKAGE, 'node_modules', from, file), target, { dereference: true });
    writeFileSync(join(folder, 'node_modules', from, 'package.json'), '{}');
  }
  return folder;
}

const copy = (options: CopyFaceAssetsOptions) => copyFrame(pathToFileURL(`${FRAME}/`), options);

describe('copyFaceAssets', () => {
  it('fills a folder with the frame and the models, each with the digest that it says', async () => {
    const to = join(scratch, 'new', 'public', 'face');
    const files = await copy({ to, from: PACKAGE });
    expect(files.map(({ path }) => path)).toEqual(
      [...FACE_MODEL_FILES.map(({ path }) => path), 'frame.html', 'frame.js', 'worker.js'].sort(),
    );
    for (const { path, bytes, sha256 } of files) {
      const content = readFileSync(join(to, path));
      expect([path, content.byteLength, digest(content)]).toEqual([path, bytes, sha256]);
    }
    expect(readdirSync(to, { recursive: true }).filter((path) => String(path).endsWith('.part'))).toEqual([]);
    // Again over what is there.
    expect(await copy({ to, from: PACKAGE })).toEqual(files);
  });

  it('finds the packages beside itself where the working directory has none', async () => {
    expect(await copy({ to: join(scratch, 'beside'), from: scratch })).not.toEqual([]);
  });

  it('one altered byte in one model, and nothing is written', async () => {
    const from = app('altered');
    const file = join(from, 'node_modules/@vladmandic/face-api/model/face_recognition_model.bin');
    const content = readFileSync(file);
    content[1_000_000]! ^= 1;
    writeFileSync(file, content);
    const to = join(scratch, 'untouched');
    await expect(copy({ to, from })).rejects.toMatchObject({
      name: 'FaceAssetsError',
      code: 'ERR_FACE_ASSETS_ALTERED',
      field: 'face-api/face_recognition_model.bin',
      message: expect.stringContaining('@vladmandic/face-api@1.7.15'),
    });
    expect(existsSync(to)).toBe(false);
  });

  it('a file that is not there is named', async () => {
    const from = app('missing');
    rmSync(join(from, 'node_modules/@mediapipe/face_mesh/face_mesh.binarypb'));
    await expect(copy({ to: join(scratch, 'none'), from })).rejects.toMatchObject({
      code: 'ERR_FACE_ASSETS_MISSING',
      field: 'face-mesh/face_mesh.binarypb',
    });
  });

  it('without the built frame it says so', async () => {
    await expect(copyFrame(pathToFileURL(`${scratch}/`), { to: join(scratch, 'unbuilt') })).rejects.toMatchObject({
      code: 'ERR_FACE_ASSETS_MISSING',
      field: 'files.json',
    });
  });

  it.each([[undefined], [''], [7]])('to = %j is no folder', async (to) => {
    await expect(copyFaceAssets({ to: to as never })).rejects.toThrow(TypeError);
    await expect(copyFaceAssets({ to: scratch, from: to === undefined ? (null as never) : (to as never) })).rejects.toThrow(TypeError);
  });
});

describe('tacit-face-assets', () => {
  const run = async (...args: string[]) => {
    const [out, errors] = [vi.fn(), vi.fn()];
    const code = await runFaceAssets(args, { write: out }, { write: errors }, copy);
    return { code, out: out.mock.calls.join(''), errors: errors.mock.calls.join('') };
  };

  it('lists what it copied', async () => {
    const { code, out, errors } = await run(join(scratch, 'by-command'));
    expect([code, errors]).toEqual([0, '']);
    expect(out.trim().split('\n')).toHaveLength(FACE_MODEL_FILES.length + 3);
    expect(out).toContain(`${digest('built worker.js')}        15  worker.js\n`);
  });

  it.each([[[]], [['']], [['--force']], [['one', 'two']]])('%j is a wrong call', async (args: string[]) => {
    const { code, out, errors } = await run(...args);
    expect([code, out]).toEqual([2, '']);
    expect(errors).toContain('tacit-face-assets DIR');
  });

  it('helps', async () => {
    expect(await run('--help')).toMatchObject({ code: 0, out: expect.stringContaining('tacit-face-assets DIR'), errors: '' });
  });

  it('says what is wrong in one line', async () => {
    const file = join(scratch, 'a-file');
    writeFileSync(file, '');
    const { code, errors } = await run(join(file, 'below'));
    expect(code).toBe(1);
    expect(errors).toMatch(/^tacit-face-assets: .+\n$/);
  });
});
