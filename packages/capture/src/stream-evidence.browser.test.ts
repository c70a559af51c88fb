import type { CoarseState, EvidenceBatch } from '@tacit-auth/features';
import { parseEvidenceBatch } from '@tacit-auth/features';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { QUEUE_KEY } from './evidence-samples.test-support';
import { type ModelServer, modelServer } from './model-server.test-support';
import type { EvidenceStream, StreamEvidenceOptions } from './stream-evidence';
import { streamEvidence } from './transport';

/** For a browser that is slow today; nothing is measured by it. */
const PATIENCE = { timeout: 10_000 };

/** What the tabs reach in the page of the tests: a server, and where they tell of themselves. */
interface Harness {
  fetch: typeof globalThis.fetch;
  options: Omit<StreamEvidenceOptions, 'onState'>;
  states: { [tab: string]: CoarseState[] };
  errors: string[];
  offline: boolean;
  requests: { path: string; keepalive: boolean }[];
}

interface Tab {
  frame: HTMLIFrameElement;
  readonly page: Window & { stream: EvidenceStream };
  /** Moves the pointer in it, and has it queued. */
  move(): Promise<void>;
  /** Resolves when it records. */
  recording(): Promise<void>;
}

let server: ModelServer;
let batches: EvidenceBatch[];
let harness: Harness;
let name: string;
let named = 0;

beforeEach(() => {
  server = modelServer();
  batches = [];
  name = `test-${named++}`;
  harness = {
    async fetch(input, init) {
      const path = String(input);
      harness.requests.push({ path, keepalive: init?.keepalive === true });
      if (harness.offline) {
        throw new TypeError('offline');
      }
      const body = JSON.parse(String(init?.body)) as EvidenceBatch;
      if (path.endsWith('/batch')) {
        batches.push(parseEvidenceBatch(body) as unknown as EvidenceBatch);
      }
      const reply = server.handle(path, body);
      return new Response(JSON.stringify(reply.body), { status: reply.status });
    },
    options: { url: '/auth/continuous', name, everyMs: 500, socketUrl: false },
    states: {},
    errors: [],
    offline: false,
    requests: [],
  };
  Object.assign(window, { harness });
});

afterEach(() => document.body.replaceChildren());

/** A page of its own, with its own scripts, timers and listeners: a frame is to locks, channels and databases what a tab is. */
function tab(id: string): Tab {
  const frame = document.createElement('iframe');
  // The server of the tests has every import go through its runner, which a page of its own has not.
  frame.srcdoc = `<main style="height: 100px"></main><script>
    window.__vitest_browser_runner__ = { wrapDynamicImport: (load) => load() };
  </script><script type="module">
    import { streamEvidence } from '/packages/capture/src/transport.ts';
    const { harness } = parent;
    window.stream = streamEvidence({
      ...harness.options,
      fetch: (...given) => parent.harness.fetch(...given),
      onState: (state) => (harness.states['${id}'] ??= []).push(state),
      onError: ({ code }) => harness.errors.push(code),
    });
    window.stream.start();
  </script>`;
  document.body.append(frame);
  const made: Tab = {
    frame,
    get page() {
      return frame.contentWindow as unknown as Window & { stream: EvidenceStream };
    },
    async move() {
      const { document: inside } = made.page;
      for (let x = 0; x < 10; x++) {
        const event = new PointerEvent('pointermove', {
          bubbles: true,
          isPrimary: true,
          pointerType: 'mouse',
          clientX: 10 + x,
          clientY: 5,
        });
        inside.body.dispatchEvent(event);
        await new Promise((resolve) => requestAnimationFrame(resolve));
      }
      await made.page.stream.flush();
    },
    recording: () => vi.waitUntil(() => made.page?.stream?.recording === true, PATIENCE).then(() => undefined),
  };
  return made;
}

function request<Result>(of: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    of.onsuccess = () => resolve(of.result);
    of.onerror = () => reject(of.error);
  });
}

async function batchesKept(): Promise<{ seq: number; sealed: ArrayBuffer }[]> {
  const database = await request(indexedDB.open(name));
  const all = await request(database.transaction('batches').objectStore('batches').getAll());
  database.close();
  return all;
}

const hasDatabase = async () => (await indexedDB.databases()).some((database) => database.name === name);

it('two tabs share one queue, one of them sends for both, and the other goes on when it is gone', async () => {
  const [first, second] = [tab('first'), tab('second')];
  await first.recording();
  await second.recording();
  const { held = [], pending = [] } = await navigator.locks.query();
  expect([held, pending].map((locks) => locks.filter((lock) => lock.name === name).length)).toEqual([1, 1]);
  await Promise.all([first.move(), second.move()]);
  await vi.waitUntil(() => server.last > 0 && new Set(batches.map(({ seq }) => seq)).size === 2, PATIENCE);
  first.frame.remove();
  await second.move();
  await vi.waitUntil(() => new Set(batches.map(({ seq }) => seq)).size === 3, PATIENCE);
  expect([server.effects.length, server.collisions, harness.errors]).toEqual([3, [], []]);
  expect(harness.states).toEqual({ first: ['on'], second: ['on'] });
});

it('what a dead network left is there after a reload, sealed until it arrives, and counts once', async () => {
  const { frame, move, recording, ...rest } = tab('only');
  await recording();
  harness.offline = true;
  await move();
  await move();
  expect(harness.errors).toEqual(['ERR_TRANSPORT_NETWORK']);
  const kept = await batchesKept();
  expect(kept.map(({ seq }) => seq)).toEqual([1, 2]);
  for (const { sealed } of kept) {
    const text = Array.from(new Uint8Array(sealed), (byte) => String.fromCharCode(byte)).join('');
    expect(text.length).toBeGreaterThan(200);
    expect(text).not.toMatch(/mouse|events|pointer|viewport/);
  }
  expect(JSON.stringify(kept)).not.toContain(QUEUE_KEY);
  frame.contentWindow!.location.reload();
  harness.offline = false;
  await vi.waitUntil(() => server.last === 2, PATIENCE);
  await recording();
  await vi.waitUntil(async () => (await batchesKept()).length === 0, PATIENCE);
  expect([server.effects.length, server.collisions]).toEqual([2, []]);
  expect(rest.page).toBeDefined();
});

it('a page that goes away sends what it has by a request that outlives it, and the next one does not count it again', async () => {
  const first = tab('first');
  await first.recording();
  await first.move();
  await vi.waitUntil(async () => server.last === 1 && (await batchesKept()).length === 0, PATIENCE);
  const { document: inside } = first.page;
  inside.body.dispatchEvent(
    new PointerEvent('pointermove', { bubbles: true, isPrimary: true, pointerType: 'mouse', clientX: 3, clientY: 5 }),
  );
  first.frame.remove();
  // In that very moment: nothing of the page runs any more.
  expect(harness.requests.at(-1)).toEqual({ path: '/auth/continuous/batch', keepalive: true });
  await vi.waitUntil(() => server.last === 2, PATIENCE);
  const second = tab('second');
  await second.recording();
  await second.move();
  await vi.waitUntil(async () => server.effects.length === 3 && (await batchesKept()).length === 0, PATIENCE);
  expect(new Set(batches.map((batch) => JSON.stringify(batch.pointer))).size).toBe(3);
  expect(server.collisions).toEqual([]);
});

it('signing out in one tab ends the others and leaves nothing in the browser', async () => {
  const [first, second] = [tab('first'), tab('second')];
  await first.recording();
  await second.recording();
  harness.offline = true;
  await second.move();
  expect(await hasDatabase()).toBe(true);
  await first.page.stream.stop({ erase: true });
  await vi.waitUntil(() => !second.page.stream.recording, PATIENCE);
  await vi.waitUntil(async () => !(await hasDatabase()), PATIENCE);
  expect([harness.states, batches]).toEqual([{ first: ['on'], second: ['on', 'ended'] }, []]);
});

it('a session that is locked is not recorded any more, in no tab', async () => {
  const [first, second] = [tab('first'), tab('second')];
  await first.recording();
  await second.recording();
  server.state = 'locked';
  await second.move();
  await vi.waitUntil(() => !first.page.stream.recording && !second.page.stream.recording, PATIENCE);
  expect(harness.states).toEqual({ first: ['on', 'locked'], second: ['on', 'locked'] });
  await vi.waitUntil(async () => (await batchesKept()).length === 0, PATIENCE);
});

it('where no socket can be had, the browser says so and it goes by fetch', async () => {
  // Nobody listens on the port of discarded things.
  const states: CoarseState[] = [];
  const stream = streamEvidence({
    ...{ url: '/auth/continuous', name, socketUrl: 'ws://127.0.0.1:9/socket', fetch: harness.fetch, pointer: document.body },
    onState: (state) => states.push(state),
  });
  stream.start();
  await vi.waitUntil(() => stream.recording, PATIENCE);
  document.body.dispatchEvent(
    new PointerEvent('pointermove', { bubbles: true, isPrimary: true, pointerType: 'mouse', clientX: 3, clientY: 5 }),
  );
  await stream.flush();
  await vi.waitUntil(() => server.last === 1, PATIENCE);
  expect([stream.storage, states]).toEqual(['indexeddb', ['on']]);
  await stream.stop({ erase: true });
});
