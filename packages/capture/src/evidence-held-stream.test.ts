import { IDBFactory } from 'fake-indexeddb';
import 'fake-indexeddb/auto';
import 'idb';
import { describe, expect, it } from 'vitest';
import { type HeldStreamOptions, heldStream } from './evidence-held-stream';
import { contentsOf, idOf, STREAM } from './evidence-samples.test-support';
import { evidenceTransport } from './evidence-transport';
import { modelOfStreams } from './model-server.test-support';
import { mortalPage } from './mortal-page.test-support';
import { manualTime } from './test-support';

function setup(change: Partial<HeldStreamOptions> = {}) {
  const time = manualTime();
  const server = modelOfStreams();
  /** Of each opening that was asked for, whether it was to be of the tab's own. */
  const asked: boolean[] = [];
  const told: unknown[] = [];
  const random = (length: number) => new Uint8Array(length);
  const transport = evidenceTransport({
    ...{ url: '/auth/continuous', WebSocket: null, timer: time.timer, random },
    async fetch(input, init) {
      const request = JSON.parse(String(init?.body)) as { own?: boolean };
      asked.push(request.own === true);
      const { status, body } = server.handle(String(input), request);
      return new Response(JSON.stringify(body), { status });
    },
  });
  const held = heldStream({
    ...{ name: 'test', random, timer: time.timer, clock: time.clock, transport, indexedDB: new IDBFactory() },
    onOpened: (everyMs, state) => told.push(['opened', everyMs, state]),
    onOver: (state) => told.push(['over', state]),
    onLost: () => told.push('lost'),
    onState: () => undefined,
    onAnswered: () => undefined,
    onGivenUp: (batches) => told.push(['given up', batches]),
    onError: ({ code }) => told.push(code),
    ...change,
  });
  return { time, server, asked, told, held };
}

const never = new AbortController().signal;
const opened = ['opened', 2_000, 'on'];
const calm = () => new Promise((resolve) => setImmediate(resolve));

describe('heldStream', () => {
  it('is the one of all tabs where the browser keeps something, and fresh for a while', async () => {
    const { held, asked, told, time } = setup();
    expect(held.queue).toBeUndefined();
    expect(await held.open(never)).toBe(true);
    expect([held.queue?.stream, held.alone, held.isOwn, held.isFresh(true)]).toEqual([STREAM, false, false, true]);
    expect([asked, told]).toEqual([[false], [opened]]);
    expect(held.isFresh(false)).toBe(false);
    time.advance(30_000);
    expect(held.isFresh(true)).toBe(false);
  });

  it('is one of its own where the browser keeps nothing', async () => {
    const { held, asked } = setup({ indexedDB: null });
    expect(await held.open(never)).toBe(true);
    expect([STREAM, undefined]).not.toContain(held.queue?.stream);
    expect([asked, held.alone, held.isOwn, held.isFresh(false)]).toEqual([[true], true, true, true]);
  });

  it('is one of its own where the browser does not let it keep what it seemed to', async () => {
    const refusing = {
      open() {
        throw new DOMException('private window', 'SecurityError');
      },
    } as unknown as IDBFactory;
    const { held, asked, told } = setup({ indexedDB: refusing });
    expect(await held.open(never)).toBe(true);
    expect([asked, held.isOwn, held.queue?.storage]).toEqual([[false, true], true, 'memory']);
    // Of each queue that is in memory.
    expect(told).toEqual(['lost', 'ERR_TRANSPORT_STORAGE', 'ERR_TRANSPORT_STORAGE', opened]);
  });

  it('takes what it could not keep any more into a stream of its own', async () => {
    const page = mortalPage(manualTime(), new IDBFactory());
    const { held, asked, told } = setup({ indexedDB: page.indexedDB });
    await held.open(never);
    expect([held.alone, held.isOwn]).toEqual([false, false]);
    page.kill(false);
    await held.queue?.push(contentsOf(7));
    expect([held.alone, held.isOwn]).toEqual([true, false]);
    expect(await held.open(never)).toBe(true);
    // The first of these tells whether the login is still the one that it was recorded in.
    expect(asked).toEqual([false, false, true]);
    expect(held.isOwn).toBe(true);
    expect(idOf((await held.queue?.head())!)).toBe(7);
    expect(told).toEqual([opened, 'lost', 'ERR_TRANSPORT_STORAGE', 'ERR_TRANSPORT_STORAGE', opened]);
  });

  it('takes nothing of one login into the stream of another', async () => {
    const page = mortalPage(manualTime(), new IDBFactory());
    const { held, server, asked, told } = setup({ indexedDB: page.indexedDB });
    await held.open(never);
    page.kill(false);
    await held.queue?.push(contentsOf(7));
    // Meanwhile somebody else has signed in.
    const { handle } = server;
    server.handle = (path, body) => {
      const reply = handle(path, body);
      return reply.status === 200 && 'queueKey' in reply.body && reply.body.stream === STREAM
        ? { status: 200, body: { ...reply.body, stream: 'another'.padEnd(22, 'A') } }
        : reply;
    };
    expect(await held.open(never)).toBe(true);
    expect([asked, held.isOwn]).toEqual([[false, false, true], true]);
    expect(await held.queue?.head()).toBeUndefined();
    expect(told).toContainEqual(['given up', 1]);
  });

  it('asks again for one that another tab erased, not at once', async () => {
    const { held, asked, time } = setup();
    await held.open(never);
    held.drop();
    expect(held.queue).toBeUndefined();
    const opening = held.open(never);
    await calm();
    expect(asked).toEqual([false]);
    time.advance(500);
    expect(await opening).toBe(true);
    expect([asked, held.queue?.stream]).toEqual([[false, false], STREAM]);
  });

  it('tells where the server takes no evidence', async () => {
    const { held, server, told } = setup();
    server.streams.get(STREAM)!.state = 'locked';
    expect(await held.open(never)).toBe(false);
    expect([told, held.queue]).toEqual([[['over', 'locked']], undefined]);
  });

  it('asks for nothing in a tab that takes no part any more', async () => {
    const { held, asked } = setup();
    expect(await held.open(AbortSignal.abort())).toBe(false);
    expect([asked, held.queue]).toEqual([[], undefined]);
  });

  it('is handed over once: what is released is closed by who has it', async () => {
    const { held } = setup();
    await held.open(never);
    const queue = held.release();
    expect([queue?.stream, held.queue, held.release()]).toEqual([STREAM, undefined, undefined]);
    held.close();
    expect(await queue?.push(contentsOf(1))).toBe(1);
    queue?.close();
  });
});
