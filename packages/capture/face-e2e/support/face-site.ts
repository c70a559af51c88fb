import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'tsup';
import { buildFaceFrame } from '../../../../scripts/face-frame-build';
import { FACE_MODEL_FILES } from '../../src/face/engine/face-model-files';
import { faceFrameHeaders } from '../../src/face/frame-headers';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The strict policy of the page that embeds the frame: no evaluation, nothing inline, nothing from elsewhere. */
export const PAGE_POLICY =
  "default-src 'none'; script-src 'self'; frame-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'";

/** Put before the script of the workers: a browser tells of a policy in their way to themselves alone. */
const WORKER_EAR = `addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) => console.error('Content-Security-Policy in a worker: ' + effectiveDirective + ' ' + blockedURI));\n`;

const PAGE = '<!doctype html><html lang="en"><title>Page</title><main id="camera"></main><script src="/page.js"></script></html>';
const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.wasm': 'application/wasm',
  '.json': 'application/json',
};

/** A bank of one page: the page under a strict policy, and the built frame and models as `faceFrameHeaders` says. */
export interface FaceSite {
  readonly origin: string;
  /** Paths of the frame that answer 404 from now on. */
  readonly missing: Set<string>;
  close(): Promise<void>;
}

export async function faceSite(): Promise<FaceSite> {
  const folder = await mkdtemp(join(tmpdir(), 'tacit-face-site-'));
  await buildFaceFrame({ root: ROOT, outDir: join(folder, 'frame') });
  await build({
    config: false,
    entry: { page: join(ROOT, 'src/face.ts') },
    outDir: join(folder, 'page'),
    format: ['iife'],
    globalName: 'tacitFace',
    outExtension: () => ({ js: '.js' }),
    platform: 'browser',
    target: 'es2022',
    noExternal: [/.*/],
    clean: false,
    dts: false,
    silent: true,
  });
  const require = createRequire(join(ROOT, 'package.json'));
  const models = new Map(
    FACE_MODEL_FILES.map(({ path, from, file }) => [path, join(dirname(require.resolve(`${from}/package.json`)), file)]),
  );
  const missing = new Set<string>();

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', 'http://site');
    if (pathname === '/' || pathname === '/isolated') {
      const isolation = { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' };
      const headers = { 'content-type': TYPES['.html'], 'content-security-policy': PAGE_POLICY };
      response.writeHead(200, pathname === '/' ? headers : { ...headers, ...isolation }).end(PAGE);
      return;
    }
    if (pathname === '/page.js') {
      response.writeHead(200, { 'content-type': TYPES['.js'] }).end(await readFile(join(folder, 'page/page.js')));
      return;
    }
    const path = pathname.replace(/^\/tacit-face\//, '');
    const file = models.get(path) ?? join(folder, 'frame', path);
    const content = path === pathname || missing.has(path) ? undefined : await readFile(file).catch(() => undefined);
    if (content === undefined) {
      response.writeHead(404, { 'content-type': 'text/html; charset=utf-8' }).end('<!doctype html><title>Not found</title>');
      return;
    }
    const type = TYPES[extname(path)] ?? 'application/octet-stream';
    response
      .writeHead(200, { ...faceFrameHeaders(), 'content-type': type, 'cache-control': 'private, max-age=3600' })
      .end(path === 'worker.js' ? WORKER_EAR + String(content) : content);
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://localhost:${port}`,
    missing,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true, force: true });
    },
  };
}
