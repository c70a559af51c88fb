import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { type EvidenceBatch, parseEvidenceBatch } from '@tacit-auth/features';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { findChrome } from '../../../scripts/find-chrome.mjs';
import { type ModelServer, modelServer } from './model-server.test-support';
import type { EvidenceStream } from './stream-evidence';

interface Bundler {
  build(options: object): Promise<{ outputFiles: { text: string }[] }>;
}

interface OpenSocket {
  on(type: 'message', listener: (data: Buffer) => void): void;
  send(text: string): void;
  terminate(): void;
}

interface SocketServer {
  readonly clients: ReadonlySet<OpenSocket>;
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer, done: (socket: OpenSocket) => void): void;
}

type TestWindow = typeof globalThis & { stream: EvidenceStream; states: string[]; errors: string[] };

// The bundler is the one that builds the packages, the sockets are those of the server's package: neither is a dependency of this one.
const fromRoot = createRequire(new URL('../../../package.json', import.meta.url));
const { build } = createRequire(fromRoot.resolve('tsup'))('esbuild') as Bundler;
const fromServer = createRequire(new URL('../../server-verify/package.json', import.meta.url));
const { WebSocketServer } = fromServer('ws') as { WebSocketServer: new (options: { noServer: true }) => SocketServer };

/** For a machine that is slow today; nothing is measured by it. */
const PATIENCE = { timeout: 15_000 };
const POLICY = "default-src 'none'; script-src 'self'; connect-src 'self'";

let browser: Browser;
let script: string;
let context: BrowserContext;
let http: Server;
let sockets: SocketServer;
let port = 0;
let model: ModelServer;
let arrived: { batch: EvidenceBatch; by: 'socket' | 'fetch' }[];

/** A server of the wire's own: pages, requests, and sockets. What the model knows outlives it. */
async function listen(): Promise<void> {
  sockets = new WebSocketServer({ noServer: true });
  http = createServer(async (request, response) => {
    const path = request.url ?? '';
    if (request.method === 'POST') {
      const text = await bodyOf(request);
      if (path.endsWith('/batch')) {
        arrived.push({ batch: parseEvidenceBatch(text) as unknown as EvidenceBatch, by: 'fetch' });
      }
      const { status, body } = model.handle(path, JSON.parse(text));
      response
        .writeHead(request.headers['x-tacit'] === '1' ? status : 403, { 'content-type': 'application/json' })
        .end(JSON.stringify(body));
    } else if (path === '/app.js') {
      response.writeHead(200, { 'content-type': 'text/javascript' }).end(script);
    } else {
      const page = '<!doctype html><title>Page</title><main></main><script src="/app.js"></script>';
      response.writeHead(path === '/' ? 200 : 404, { 'content-type': 'text/html', 'content-security-policy': POLICY }).end(page);
    }
  });
  http.on('upgrade', (request, socket, head) => {
    sockets.handleUpgrade(request, socket, head, (open) => {
      open.on('message', (data) => {
        const text = String(data);
        arrived.push({ batch: parseEvidenceBatch(text) as unknown as EvidenceBatch, by: 'socket' });
        const { seq } = JSON.parse(text) as EvidenceBatch;
        const { status, body } = model.handle('/batch', JSON.parse(text));
        open.send(JSON.stringify(status === 200 ? { type: 'answer', ...body } : { type: 'refused', seq, ...body }));
      });
    });
  });
  await new Promise<void>((resolve) => http.listen(port, '127.0.0.1', resolve));
  port = (http.address() as AddressInfo).port;
}

/** As a server that dies: connections break, and nothing listens. */
async function die(): Promise<void> {
  for (const socket of sockets.clients) {
    socket.terminate();
  }
  http.closeAllConnections();
  await new Promise((resolve) => http.close(resolve));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) {
    text += chunk;
  }
  return text;
}

async function tab(): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`http://127.0.0.1:${port}/`);
  await page.waitForFunction(() => (globalThis as TestWindow).stream.recording);
  return page;
}

async function move(page: Page): Promise<void> {
  await page.mouse.move(20, 20);
  await page.mouse.move(120, 60, { steps: 8 });
}

const flush = (page: Page) => page.evaluate(() => (globalThis as TestWindow).stream.flush());
const seqs = () => new Set(arrived.map(({ batch }) => batch.seq)).size;

beforeAll(async () => {
  const path = findChrome();
  const { outputFiles } = await build({
    stdin: {
      contents: `
        import { streamEvidence } from './transport';
        globalThis.states = [];
        globalThis.errors = [];
        globalThis.stream = streamEvidence({
          url: '/auth/continuous',
          everyMs: 500,
          onState: (state) => globalThis.states.push(state),
          onError: ({ code }) => globalThis.errors.push(code),
        });
        globalThis.stream.start();`,
      resolveDir: fileURLToPath(new URL('.', import.meta.url)),
    },
    bundle: true,
    format: 'iife',
    target: 'es2022',
    platform: 'browser',
    write: false,
  });
  script = outputFiles[0]!.text;
  browser = await chromium.launch({ ...(path ? { executablePath: path } : {}), args: ['--no-sandbox', '--disable-gpu'] });
}, 60_000);
afterAll(() => browser?.close());

beforeEach(async () => {
  model = modelServer();
  arrived = [];
  port = 0;
  await listen();
  context = await browser.newContext();
});
afterEach(async () => {
  await context.close();
  await die();
});

it('a real page under a strict policy streams what a person does through one socket for all its tabs', async () => {
  const [first, second] = [await tab(), await tab()];
  await vi.waitUntil(() => sockets.clients.size === 1, PATIENCE);
  for (const page of [first, second]) {
    await page.bringToFront();
    await move(page);
    await flush(page);
  }
  await vi.waitUntil(() => seqs() === 2, PATIENCE);
  expect(arrived.map(({ by }) => by)).toEqual(['socket', 'socket']);
  expect(arrived[0]!.batch.pointer[0]).toMatchObject({ device: 'mouse', flags: {} });
  expect(sockets.clients.size).toBe(1);
  model.state = 'locked';
  for (const socket of sockets.clients) {
    socket.send(JSON.stringify({ type: 'state', state: 'locked' }));
  }
  for (const page of [first, second]) {
    await page.waitForFunction(() => !(globalThis as TestWindow).stream.recording);
    expect(await page.evaluate(() => (globalThis as TestWindow).states)).toEqual(['on', 'locked']);
  }
  await vi.waitUntil(() => sockets.clients.size === 0, PATIENCE);
});

it('outlives a server that dies, and a reload while it is dead, and counts everything once', async () => {
  const page = await tab();
  await vi.waitUntil(() => sockets.clients.size === 1, PATIENCE);
  await move(page);
  await flush(page);
  await vi.waitUntil(() => model.last === 1, PATIENCE);
  await die();
  await move(page);
  await flush(page);
  await move(page);
  await flush(page);
  await page.waitForFunction(() => (globalThis as TestWindow).errors.includes('ERR_TRANSPORT_NETWORK'));
  await listen();
  await page.reload();
  await vi.waitUntil(() => seqs() >= 3, PATIENCE);
  await page.waitForFunction(() => (globalThis as TestWindow).stream.counts.answered >= 2);
  expect([model.effects.length, model.collisions]).toEqual([3, []]);
});

it('sends what it has when it is left for another page', async () => {
  const page = await tab();
  await vi.waitUntil(() => sockets.clients.size === 1, PATIENCE);
  await move(page);
  await page.goto('about:blank');
  await vi.waitUntil(() => model.last === 1, PATIENCE);
  expect(arrived.some(({ by }) => by === 'fetch')).toBe(true);
  // The same once more by the queue, had it not arrived: never as another batch.
  await tab();
  expect([model.effects.length, model.collisions]).toEqual([1, []]);
});
