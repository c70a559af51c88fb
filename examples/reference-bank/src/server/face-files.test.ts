import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FACE_FRAME_POLICY, faceFrameHeaders } from '@tacit-auth/capture/face';
import { Hono } from 'hono';
import { secureHeaders } from 'hono/secure-headers';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { faceHeaders, faceRoutes, readFaceFiles } from './face-files';

let folder: string;
let bank: Hono;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'face-files-'));
  mkdirSync(join(folder, 'files', 'models'), { recursive: true });
  for (const path of ['frame.html', 'models/net.bin', 'unlisted.js']) writeFileSync(join(folder, 'files', path), path);
  const list = ['frame.html', 'models/net.bin', 'lost.js'].map((path) => ({ path, bytes: path.length, sha256: `sha-of-${path}` }));
  writeFileSync(join(folder, 'assets.json'), JSON.stringify(list));
  bank = new Hono();
  bank.use('/face/*', faceHeaders);
  bank.use(secureHeaders({ contentSecurityPolicy: { scriptSrc: ["'self'"], frameAncestors: ["'none'"] } }));
  bank.route('/face', faceRoutes({ folder, files: readFaceFiles(folder) }));
  bank.get('*', (context) => context.text('page'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it.each(['/face/frame.html', '/face/models/net.bin', '/face/nothing.js'])(
  'gives %s the headers of the frame, and no others',
  async (path) => {
    const { headers } = await bank.request(path);
    expect(Object.fromEntries(Object.keys(faceFrameHeaders()).map((name) => [name, headers.get(name)]))).toEqual(faceFrameHeaders());
    expect(headers.get('x-frame-options')).toBeNull();
  },
);

it('keeps evaluation out of every other page', async () => {
  expect((await bank.request('/face/frame.html')).headers.get('content-security-policy')).toBe(FACE_FRAME_POLICY);
  for (const path of ['/', '/step-up', '/facet', '/face']) {
    expect((await bank.request(path)).headers.get('content-security-policy')).not.toContain('unsafe');
  }
});

it('serves what the build has listed, and nothing else', async () => {
  expect(await (await bank.request('/face/models/net.bin')).text()).toBe('models/net.bin');
  for (const path of [
    '/face/unlisted.js',
    '/face/lost.js',
    '/face/assets.json',
    '/face/../assets.json',
    '/face/%2e%2e/assets.json',
    '/face/',
    '/face/models',
  ]) {
    const answer = await bank.request(path);
    const isPage = (await answer.text()) === 'page' && !answer.headers.get('content-security-policy')?.includes('unsafe');
    expect([path, answer.status === 404 || isPage]).toEqual([path, true]);
  }
});

it('lets a browser keep a file, and tells it when there is another', async () => {
  const first = await bank.request('/face/frame.html');
  const etag = first.headers.get('etag') ?? '';
  expect([first.headers.get('cache-control'), etag]).toEqual(['no-cache', '"sha-of-frame.html"']);
  expect((await bank.request('/face/frame.html', { headers: { 'if-none-match': etag } })).status).toBe(304);
  expect((await bank.request('/face/frame.html', { headers: { 'if-none-match': '"another"' } })).status).toBe(200);
});

it('opens without the files too: then there is no face check', async () => {
  expect(readFaceFiles(join(folder, 'nowhere')).size).toBe(0);
  writeFileSync(join(folder, 'assets.json'), 'broken');
  expect(() => readFaceFiles(folder)).toThrow(SyntaxError);
});
