import { forceCloseDatabase, IDBFactory } from 'fake-indexeddb';
import 'fake-indexeddb/auto';
import 'idb';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type EvidenceQueue, type EvidenceQueueOptions, evidenceQueue } from './evidence-queue';
import { contentsOf, idOf, QUEUE_KEY, STREAM, windowOf } from './evidence-samples.test-support';
import { manualTime } from './test-support';

const OTHER = 'BBBBBBBBBBBBBBBBBBBBBB';

function setup(change: Partial<EvidenceQueueOptions> = {}) {
  const factory = change.indexedDB ?? new IDBFactory();
  const errors: string[] = [];
  let givenUp = 0;
  const time = manualTime();
  const open = (more: Partial<EvidenceQueueOptions> = {}) =>
    evidenceQueue({
      ...{ stream: STREAM, key: QUEUE_KEY, next: 1, indexedDB: factory, timer: time.timer },
      onError: ({ code, cause }) => errors.push(`${code} ${(cause as Error).name}`),
      onGivenUp(batches) {
        givenUp += batches;
      },
      ...change,
      ...more,
    });
  return { factory, errors, time, open, queue: open(), givenUp: () => givenUp };
}

async function pushed(queue: EvidenceQueue, ...ids: number[]): Promise<number[]> {
  return Promise.all(ids.map((id) => queue.push(contentsOf(id))));
}

/** Takes everything out, as [number, floor, id]. */
async function drained(queue: EvidenceQueue): Promise<[seq: number, floor: number, id: number][]> {
  const all: [number, number, number][] = [];
  for (;;) {
    const batch = await queue.head();
    if (!batch) {
      return all;
    }
    all.push([batch.seq, batch.floor, idOf(batch)]);
    await queue.done(batch.seq);
  }
}

function request<Result>(of: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    of.onsuccess = () => resolve(of.result);
    of.onerror = () => reject(of.error);
  });
}

/** Every record of every store. */
async function records(factory: IDBFactory, name = 'tacit-evidence'): Promise<Record<string, unknown[]>> {
  const database = await request(factory.open(name));
  const all: Record<string, unknown[]> = {};
  for (const store of database.objectStoreNames) {
    all[store] = await request(database.transaction(store).objectStore(store).getAll());
  }
  database.close();
  return all;
}

afterEach(() => vi.restoreAllMocks());

describe('evidenceQueue', () => {
  it('numbers batches as they come in, and hands them out in order with the floor before them', async () => {
    const { queue } = setup();
    expect(await pushed(queue, 11, 12, 13)).toEqual([1, 2, 3]);
    expect(queue.storage).toBe('indexeddb');
    expect(await queue.head()).toEqual({ version: 1, stream: STREAM, seq: 1, floor: 0, ...contentsOf(11) });
    expect(await queue.head()).toMatchObject({ seq: 1 });
    expect(await drained(queue)).toEqual([
      [1, 0, 11],
      [2, 1, 12],
      [3, 2, 13],
    ]);
    expect(await pushed(queue, 14)).toEqual([4]);
  });

  it('outlives the page, and gives no number twice', async () => {
    const { queue, open } = setup();
    await pushed(queue, 11, 12);
    queue.close();
    const next = open();
    const [seq] = await pushed(next, 13);
    // The number that the first page had set aside may have been sent by it while it was put away.
    expect(seq).toBe(4);
    expect(await drained(next)).toEqual([
      [1, 0, 11],
      [2, 1, 12],
      [4, 3, 13],
    ]);
  });

  it('drops what the server has according to its opening, and numbers above what it has from elsewhere', async () => {
    const { queue, open } = setup();
    await pushed(queue, 11, 12, 13);
    queue.close();
    const next = open({ next: 3 });
    expect(await next.head()).toMatchObject({ seq: 3, floor: 2 });
    next.close();
    const lost = setup().open({ next: 40 });
    // Batches of the store that was lost may still be on their way: 64 numbers are left for them.
    expect(await pushed(lost, 14)).toEqual([104]);
  });

  it('shares its numbers among tabs, and what they queue', async () => {
    const { queue, open } = setup();
    const second = open();
    const seqs = (await Promise.all([pushed(queue, 11, 12, 13), pushed(second, 21, 22, 23)])).flat();
    expect(new Set(seqs).size).toBe(6);
    const all = await drained(second);
    expect(all.map(([, , id]) => id).sort()).toEqual([11, 12, 13, 21, 22, 23]);
    expect(all.map(([seq]) => seq)).toEqual(seqs.toSorted((a, b) => a - b));
    expect(await queue.head()).toBeUndefined();
  });

  it('does not queue below what was handed out: the server was told that nothing comes there', async () => {
    const { queue, open } = setup();
    await queue.head();
    const second = open();
    await pushed(second, 21);
    const { seq } = (await second.head())!;
    const [late] = await pushed(queue, 11);
    expect(late).toBeGreaterThan(seq);
  });

  it('erases what is of another stream', async () => {
    const { queue, open, factory } = setup();
    await pushed(queue, 11, 12);
    const next = open({ stream: OTHER });
    expect(await next.head()).toBeUndefined();
    expect((await records(factory)).batches).toEqual([]);
    await expect(queue.push(contentsOf(13))).rejects.toMatchObject({ code: 'ERR_TRANSPORT_STREAM' });
    await expect(queue.head()).rejects.toMatchObject({ code: 'ERR_TRANSPORT_STREAM' });
    await pushed(next, 21);
    expect(await drained(next)).toEqual([[1, 0, 21]]);
  });

  it('takes part again once the same stream is opened again', async () => {
    const { queue, open } = setup();
    await pushed(queue, 11);
    await open({ stream: OTHER }).head();
    await expect(queue.head()).rejects.toThrow();
    await queue.rebase(2);
    const [seq] = await pushed(queue, 12);
    expect(seq).toBeGreaterThan(1);
    expect(await drained(queue)).toEqual([[seq, seq! - 1, 12]]);
  });
});

describe('what the browser keeps', () => {
  it('is sealed: nothing that was recorded, nor the key, is in the database', async () => {
    const { queue, factory } = setup();
    await queue.push({ typing: [{ ...windowOf(12_345_678), field: 'marker-of-a-field' }], pointer: [] });
    const { batches, streams } = await records(factory);
    expect(batches).toHaveLength(1);
    const bytes = (batches as { sealed: ArrayBuffer; nonce: Uint8Array }[]).flatMap(({ sealed, nonce }) => [
      Buffer.from(sealed).toString('latin1'),
      Buffer.from(nonce).toString('latin1'),
    ]);
    const text = `${bytes.join()} ${JSON.stringify([batches, streams])}`;
    expect(bytes[0]!.length).toBeGreaterThan(100);
    for (const marker of ['marker-of-a-field', '12345678', 'typing', 'keyboard', QUEUE_KEY, atob(QUEUE_KEY)]) {
      expect(text).not.toContain(marker);
    }
  });

  it('has a nonce of its own each time, and a key that no script gets back', async () => {
    const importKey = vi.spyOn(crypto.subtle, 'importKey');
    const { queue, factory } = setup();
    await pushed(queue, 11, 11, 11);
    const nonces = ((await records(factory)).batches as { nonce: Uint8Array }[]).map(({ nonce }) => nonce.join());
    expect(new Set(nonces).size).toBe(3);
    expect(importKey.mock.calls.map(([format, , algorithm, extractable]) => [format, algorithm, extractable])).toEqual([
      ['raw', 'AES-GCM', false],
    ]);
  });

  it('is bound to its number and its stream: what was moved, changed or sealed by another key is given up', async () => {
    const { queue, factory, open, givenUp } = setup();
    await pushed(queue, 11, 12, 13);
    queue.close();
    const database = await request(factory.open('tacit-evidence'));
    const store = database.transaction('batches', 'readwrite').objectStore('batches');
    const [first, second, third] = (await request(store.getAll())) as { seq: number; sealed: ArrayBuffer }[];
    store.put({ ...second, seq: first!.seq });
    new Uint8Array(second!.sealed)[3]! ^= 1;
    await request(store.put(second));
    database.close();
    const next = open();
    expect(await drained(next)).toEqual([[third!.seq, third!.seq - 1, 13]]);
    expect(givenUp()).toBe(2);
    await pushed(next, 14);
    next.close();
    const stranger = open({ key: `${'B'.repeat(42)}A` });
    expect(await drained(stranger)).toEqual([]);
    expect(givenUp()).toBe(3);
  });

  it('is bounded in number: the oldest go, and the floor is above them', async () => {
    const { queue, givenUp } = setup({ limits: { maxBatches: 3 } });
    await pushed(queue, 11, 12, 13, 14, 15);
    expect(givenUp()).toBe(2);
    expect(await drained(queue)).toEqual([
      [3, 2, 13],
      [4, 3, 14],
      [5, 4, 15],
    ]);
  });

  it('is bounded in bytes', async () => {
    const { queue, givenUp, factory } = setup({ limits: { maxBytes: 1_024 } });
    await pushed(queue, ...Array.from({ length: 30 }, (_, index) => index));
    const { batches } = await records(factory);
    const bytes = (batches as { sealed: ArrayBuffer; nonce: Uint8Array }[]).reduce(
      (sum, { sealed, nonce }) => sum + sealed.byteLength + nonce.byteLength,
      0,
    );
    expect(bytes).toBeLessThanOrEqual(1_024);
    expect(bytes).toBeGreaterThan(700);
    expect(batches!.length + givenUp()).toBe(30);
  });

  it('is gone after erase(), the database too', async () => {
    const { queue, factory } = setup();
    await pushed(queue, 11, 12);
    const second = evidenceQueue({ stream: STREAM, key: QUEUE_KEY, next: 1, indexedDB: factory });
    await second.head();
    await queue.erase();
    expect(await factory.databases()).toEqual([]);
    await expect(queue.push(contentsOf(13))).rejects.toMatchObject({ code: 'ERR_TRANSPORT_STREAM' });
    // The other tab finds it gone.
    await expect(second.push(contentsOf(21))).rejects.toMatchObject({ code: 'ERR_TRANSPORT_STREAM' });
    expect(await records(factory)).toEqual({ batches: [], streams: [] });
  });

  it('of another stream stays where only the own one is erased', async () => {
    const { queue, factory, open } = setup();
    await pushed(queue, 11);
    const next = open({ stream: OTHER });
    await pushed(next, 21);
    await queue.erase({ own: true });
    expect((await records(factory)).batches).toHaveLength(1);
    await next.erase({ own: true });
    expect(await records(factory)).toEqual({ batches: [], streams: [] });
  });
});

describe('a claimed number', () => {
  it('is the next one, at once, and with the floor that is known', async () => {
    const { queue } = setup();
    expect(queue.claim()).toBeUndefined();
    await pushed(queue, 11);
    expect(await queue.head()).toMatchObject({ seq: 1 });
    const claimed = queue.claim()!;
    expect(claimed).toEqual({ seq: 2, floor: 0 });
    expect(queue.claim()).toBeUndefined();
    expect(await Promise.all([queue.push(contentsOf(13)), queue.push(contentsOf(12), claimed)])).toEqual([3, 2]);
    expect((await drained(queue)).map(([seq, , id]) => [seq, id])).toEqual([
      [1, 11],
      [2, 12],
      [3, 13],
    ]);
    expect(queue.claim()).toEqual({ seq: 5, floor: 4 });
  });

  it('is never given to another batch, though its own was never queued', async () => {
    const { queue, open } = setup();
    await queue.head();
    const { seq } = queue.claim()!;
    queue.close();
    expect((await pushed(open(), 12))[0]).toBeGreaterThan(seq);
  });

  it('is none that another tab has passed, also where nothing is left of what passed it', async () => {
    const { queue, open } = setup();
    await pushed(queue, 11);
    const second = open();
    await pushed(second, 21, 22);
    const last = (await drained(second)).at(-1)![0];
    expect(await queue.head()).toBeUndefined();
    const claimed = queue.claim()!;
    expect([claimed.seq > last, claimed.floor]).toEqual([true, claimed.seq - 1]);
    await queue.push(contentsOf(12), claimed);
    expect((await drained(queue)).map(([seq, , id]) => [seq, id])).toEqual([[claimed.seq, 12]]);
  });

  it('can not be had while another batch is on its way to one', async () => {
    const { queue } = setup();
    await queue.head();
    const pushing = queue.push(contentsOf(11));
    await Promise.resolve();
    await Promise.resolve();
    expect(queue.claim()).toBeUndefined();
    await pushing;
    expect(queue.claim()).toMatchObject({ seq: 2 });
  });

  it('in memory is the next one too', async () => {
    const { queue } = setup({ indexedDB: null });
    const [first = 0] = await pushed(queue, 11);
    const claimed = queue.claim()!;
    expect(claimed).toEqual({ seq: first + 1, floor: 0 });
    expect(await Promise.all([queue.push(contentsOf(13)), queue.push(contentsOf(12), claimed)])).toEqual([first + 2, first + 1]);
    expect((await drained(queue)).map(([, , id]) => id)).toEqual([11, 12, 13]);
  });
});

describe('a batch that could not be kept', () => {
  it('is not kept in part, so that it does not count twice', async () => {
    const { queue, open, factory } = setup();
    await pushed(queue, 11);
    const put = IDBObjectStore.prototype.put;
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, ...given) {
      if ('next' in given[0]) {
        throw new DOMException('no', 'UnknownError');
      }
      return put.apply(this, given);
    });
    await pushed(queue, 12);
    vi.restoreAllMocks();
    expect(queue.storage).toBe('memory');
    expect((await records(factory)).batches).toHaveLength(1);
    expect((await drained(open())).map(([, , id]) => id)).toEqual([11]);
  });
});

describe('what is taken out for another stream', () => {
  it('is what was never sent: of a batch whose number was claimed, or that was handed out, nobody knows', async () => {
    const { queue, givenUp } = setup();
    await queue.head();
    const claimed = queue.claim()!;
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
      throw new DOMException('no', 'UnknownError');
    });
    await queue.push(contentsOf(11), claimed);
    await pushed(queue, 12, 13);
    expect(queue.storage).toBe('memory');
    expect(queue.withdraw().map(idOf)).toEqual([12, 13]);
    expect(givenUp()).toBe(1);
    await pushed(queue, 14, 15);
    expect(idOf((await queue.head())!)).toBe(14);
    expect(queue.withdraw().map(idOf)).toEqual([15]);
    expect(givenUp()).toBe(2);
  });
});

describe('where the browser keeps nothing', () => {
  const failing = (name: string): IDBFactory =>
    ({
      open() {
        throw new DOMException('not here', name);
      },
    }) as unknown as IDBFactory;

  it.each([
    ['there is no indexedDB', { indexedDB: null }, 'TypeError'],
    ['there is no crypto.subtle', { crypto: null }, 'TypeError'],
    ['the database is forbidden', { indexedDB: failing('SecurityError') }, 'SecurityError'],
  ])('because %s, the queue is in memory, and that is told once', async (_, change, name) => {
    const { queue, errors, givenUp } = setup(change);
    const [first = 0, second] = await pushed(queue, 11, 12);
    expect(second).toBe(first + 1);
    expect(await drained(queue)).toEqual([
      [first, first - 1, 11],
      [first + 1, first, 12],
    ]);
    expect(queue.storage).toBe('memory');
    expect(errors).toEqual([`ERR_TRANSPORT_STORAGE ${name}`]);
    expect(givenUp()).toBe(0);
  });

  it('because it never answers, the queue is in memory after 5 s', async () => {
    const factory = { open: () => new IDBOpenDBRequest() } as unknown as IDBFactory;
    const { queue, errors, time } = setup({ indexedDB: factory });
    const pushing = pushed(queue, 11);
    await vi.waitUntil(() => time.pending > 0);
    time.advance(5_000);
    expect(await pushing).toHaveLength(1);
    expect(queue.storage).toBe('memory');
    expect(errors).toHaveLength(1);
    expect(time.pending).toBe(0);
  });

  it('because it is full, the oldest half goes first; then the queue goes on in memory, behind what is kept', async () => {
    const { queue, errors, givenUp } = setup();
    await pushed(queue, 11, 12, 13, 14);
    const put = IDBObjectStore.prototype.put;
    let refusals = 1;
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, ...given) {
      if ('sealed' in given[0] && refusals-- > 0) {
        throw new DOMException('full', 'QuotaExceededError');
      }
      return put.apply(this, given);
    });
    expect(await pushed(queue, 15)).toEqual([5]);
    expect([givenUp(), errors]).toEqual([2, []]);
    refusals = Number.POSITIVE_INFINITY;
    const [seq] = await pushed(queue, 16);
    expect(errors).toEqual(['ERR_TRANSPORT_STORAGE QuotaExceededError']);
    expect((await drained(queue)).map(([number, , id]) => [number, id])).toEqual([
      [5, 15],
      [seq, 16],
    ]);
    expect(seq).toBeGreaterThan(60);
  });

  it('numbers begin above those that the server may have from before', async () => {
    const { queue, open } = setup({ indexedDB: null, next: 40, random: (length) => new Uint8Array(length) });
    expect(await pushed(queue, 11)).toEqual([104]);
    // Another page without a store leaves out others, lest one number mean two batches.
    expect(await pushed(open({ random: () => Uint8Array.of(1, 2) }), 12)).toEqual([104 + 513]);
    await queue.rebase(200);
    // Never sent: it gets a number that the server has not passed.
    expect(await queue.head()).toMatchObject({ seq: 264, floor: 263 });
    await queue.rebase(300);
    // Sent, and passed: it has taken effect, or another has in its place.
    expect(await queue.head()).toBeUndefined();
  });

  it('is bounded as well, and empty after erase()', async () => {
    const { queue, givenUp } = setup({ indexedDB: null, limits: { maxBatches: 2 } });
    await pushed(queue, 11, 12, 13);
    expect(givenUp()).toBe(1);
    expect(idOf((await queue.head())!)).toBe(12);
    await queue.erase();
    await expect(queue.push(contentsOf(14))).rejects.toMatchObject({ code: 'ERR_TRANSPORT_STREAM' });
  });

  it('erases what an earlier page could keep', async () => {
    const { queue, factory, open } = setup();
    await pushed(queue, 11);
    queue.close();
    const second = open({ crypto: null });
    await pushed(second, 12);
    expect(second.storage).toBe('memory');
    await second.erase();
    expect(await factory.databases()).toEqual([]);
  });

  it('a database that the browser closes is opened again', async () => {
    const factory = new IDBFactory();
    const databases: IDBDatabase[] = [];
    const watched = new Proxy(factory, {
      get(target, name) {
        const value = Reflect.get(target, name);
        return name !== 'open'
          ? value.bind(target)
          : (...given: Parameters<IDBFactory['open']>) => {
              const opening = target.open(...given);
              opening.addEventListener('success', () => databases.push(opening.result));
              return opening;
            };
      },
    });
    const { queue, errors } = setup({ indexedDB: watched });
    await pushed(queue, 11);
    forceCloseDatabase(databases[0] as unknown as typeof IDBDatabase);
    expect(await pushed(queue, 12)).toEqual([2]);
    expect(databases).toHaveLength(2);
    expect((await drained(queue)).map(([, , id]) => id)).toEqual([11, 12]);
    expect(errors).toEqual([]);
  });
});

describe('arguments', () => {
  it.each([
    ['options', null, TypeError],
    ['stream', { stream: 7 }, TypeError],
    ['stream', { stream: 'short' }, RangeError],
    ['stream', { stream: `${STREAM.slice(1)}+` }, RangeError],
    ['key', { key: `${QUEUE_KEY}=` }, RangeError],
    ['next', { next: 0 }, RangeError],
    ['next', { next: '1' }, TypeError],
    ['name', { name: 'a b' }, RangeError],
    ['limits', { limits: 7 }, TypeError],
    ['limits.maxBytes', { limits: { maxBytes: 10 } }, RangeError],
    ['limits.maxBatches', { limits: { maxBatches: 0 } }, RangeError],
    ['onError', { onError: 7 }, TypeError],
    ['onGivenUp', { onGivenUp: 7 }, TypeError],
    ['random', { random: 7 }, TypeError],
    ['timer', { timer: 7 }, TypeError],
  ])('refuses a wrong %s', (name, change, kind) => {
    const options = change === null ? null : { stream: STREAM, key: QUEUE_KEY, next: 1, ...change };
    const call = () => Reflect.apply(evidenceQueue, undefined, [options]);
    expect(call).toThrow(kind);
    expect(call).toThrow(name);
  });

  it('refuses what no batch can hold, at once', () => {
    const { queue } = setup({ indexedDB: null });
    const push = (contents: unknown) => () => Reflect.apply(queue.push, queue, [contents]);
    expect(push(null)).toThrow(TypeError);
    expect(push({ typing: [] })).toThrow('contents.pointer');
    expect(push({ typing: Array(17).fill(windowOf(1)), pointer: [] })).toThrow(RangeError);
    const long = { ...windowOf(1), field: 'f'.repeat(131_000) };
    expect(push({ typing: [long], pointer: [] })).toThrow(/bytes/);
  });

  it('refuses a source of randomness that gives too little', async () => {
    const { queue, errors } = setup({ random: () => new Uint8Array(4) });
    await pushed(queue, 11);
    expect(queue.storage).toBe('memory');
    expect(errors).toEqual(['ERR_TRANSPORT_STORAGE RangeError']);
  });
});
