import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { modelReader } from './model-reader';

const GOOD = new TextEncoder().encode('the right weights');

vi.mock('./face-model-files', () => ({
  faceModelFile: (path: string) => ({ path, bytes: 17, sha256: createHash('sha256').update('the right weights').digest('hex') }),
}));

function serve(answer: (url: URL, init: RequestInit) => Response | Promise<Response>) {
  const asked = vi.fn(async (url: URL, init: RequestInit) => answer(url, init));
  vi.stubGlobal('fetch', asked);
  return asked;
}

function reader(onProgress: (done: number, all: number) => void = () => {}) {
  return modelReader({ folder: 'https://bank.example/face/', expected: ['face-api/a.bin', 'face-api/b.js'], onProgress });
}

afterEach(() => vi.unstubAllGlobals());

describe('modelReader', () => {
  it('reads a file below the folder, never of another origin by a redirect, and says how far it is', async () => {
    const asked = serve(() => new Response(GOOD));
    const progress: [number, number][] = [];
    const { read, count } = reader((done, all) => progress.push([done, all]));
    expect(new TextDecoder().decode(await read('face-api/a.bin'))).toBe('the right weights');
    expect(String(asked.mock.calls[0]![0])).toBe('https://bank.example/face/face-api/a.bin');
    expect(asked.mock.calls[0]![1]).toEqual({ credentials: 'same-origin', redirect: 'error' });
    expect(progress.at(-1)).toEqual([17, 34]);
    count('face-api/b.js');
    expect(progress.at(-1)).toEqual([34, 34]);
  });

  it('a file that nobody counted on does not move the bar', async () => {
    serve(() => new Response(GOOD));
    const progress = vi.fn();
    await reader(progress).read('face-api/later.bin');
    expect(progress).not.toHaveBeenCalled();
  });

  it.each([
    ['is not there', () => new Response('not found', { status: 404 })],
    ['cannot be reached', () => Promise.reject(new TypeError('network'))],
    ['is another', () => new Response('the wrong weights')],
    ['is cut off', () => new Response('the right')],
    ['goes on', () => new Response('the right weights and more')],
    ['is a page of the app', () => new Response('<!doctype html>')],
  ])('a file that %s is refused by name', async (_, answer) => {
    serve(answer);
    await expect(reader().read('face-api/a.bin')).rejects.toMatchObject({
      name: 'FaceEngineError',
      code: 'ERR_FACE_ENGINE_ASSETS',
      field: 'face-api/a.bin',
    });
  });

  it('without a secure context nothing can be checked, so nothing is loaded', async () => {
    const asked = serve(() => new Response(GOOD));
    vi.stubGlobal('crypto', {});
    await expect(reader().read('face-api/a.bin')).rejects.toMatchObject({ code: 'ERR_FACE_ENGINE_UNSUPPORTED' });
    expect(asked).not.toHaveBeenCalled();
  });
});
