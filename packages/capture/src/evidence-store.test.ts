import { IDBFactory } from 'fake-indexeddb';
import 'fake-indexeddb/auto';
import 'idb';
import { afterEach, expect, it, vi } from 'vitest';
import { evidenceQueue } from './evidence-queue';
import { contentsOf, idOf, QUEUE_KEY, STREAM } from './evidence-samples.test-support';
import { manualTime } from './test-support';

const NAME = 'tacit-evidence';

function setup() {
  const factory = new IDBFactory();
  const time = manualTime();
  const errors: string[] = [];
  const givenUp: number[] = [];
  const open = () =>
    evidenceQueue({
      ...{ stream: STREAM, key: QUEUE_KEY, next: 1, indexedDB: factory, timer: time.timer },
      onError: ({ code, cause }) => errors.push(`${code} ${(cause as Error).name}`),
      onGivenUp: (batches) => givenUp.push(batches),
    });
  return { factory, time, errors, givenUp, open, queue: open() };
}

/** A transaction of somebody else that does not end until it is told to: nobody else's begins. */
async function block(factory: IDBFactory): Promise<() => Promise<void>> {
  const database = await new Promise<IDBDatabase>((resolve) => {
    const request = factory.open(NAME);
    request.onsuccess = () => resolve(request.result);
  });
  const transaction = database.transaction(['batches', 'streams'], 'readwrite');
  let isHeld = true;
  const hold = () => {
    if (isHeld) {
      transaction.objectStore('batches').count().onsuccess = hold;
    }
  };
  hold();
  return () =>
    new Promise((resolve) => {
      transaction.oncomplete = () => {
        database.close();
        resolve();
      };
      isHeld = false;
    });
}

/** The queue waits for the database; then the time is over. */
async function late<Result>(time: ReturnType<typeof manualTime>, waiting: Promise<Result>): Promise<Result> {
  await vi.waitUntil(() => time.pending > 0);
  time.advance(4_999);
  expect(await Promise.race([waiting.then(() => 'settled'), new Promise((resolve) => setImmediate(() => resolve('waits')))])).toBe('waits');
  time.advance(1);
  return waiting;
}

afterEach(() => vi.restoreAllMocks());

it('a transaction that never ends is undone after 5 s, and the queue goes on in memory', async () => {
  const { factory, time, errors, givenUp, open, queue } = setup();
  await queue.push(contentsOf(11));
  const release = await block(factory);
  const second = queue.push(contentsOf(12));
  const third = queue.push(contentsOf(13));
  await late(time, second);
  await third;
  expect([queue.storage, errors, givenUp]).toEqual(['memory', ['ERR_TRANSPORT_STORAGE TimeoutError'], []]);
  const head = await queue.head();
  expect([head && idOf(head), time.pending]).toEqual([12, 0]);
  await release();
  // What was put into memory is not in the store as well.
  const later = open();
  const first = await later.head();
  expect(first && idOf(first)).toBe(11);
  await later.done(first!.seq);
  expect(await later.head()).toBeUndefined();
});

it('one that can not be undone any more counts as given up: under two numbers it could count twice', async () => {
  const { factory, time, errors, givenUp, open, queue } = setup();
  await queue.push(contentsOf(11));
  const release = await block(factory);
  vi.spyOn(IDBTransaction.prototype, 'abort').mockImplementation(() => {
    throw new DOMException('it is being committed', 'InvalidStateError');
  });
  await late(time, queue.push(contentsOf(12)));
  expect([queue.storage, errors, givenUp]).toEqual(['memory', ['ERR_TRANSPORT_STORAGE TimeoutError'], [1]]);
  expect(await queue.head()).toBeUndefined();
  await release();
  const later = open();
  const ids: number[] = [];
  for (let batch = await later.head(); batch; batch = await later.head()) {
    ids.push(idOf(batch));
    await later.done(batch.seq);
  }
  expect(ids).toEqual([11, 12]);
});

it.each<[string, (queue: ReturnType<typeof evidenceQueue>) => Promise<unknown>]>([
  ['looking for the oldest', (queue) => queue.head()],
  ['noting an answer', (queue) => queue.done(1)],
  ['going on with a stream', (queue) => queue.rebase(2)],
  ['erasing a stream', (queue) => queue.erase({ own: true })],
  ['erasing everything', (queue) => queue.erase()],
])('%s ends in time, too, and is told', async (_, verb) => {
  const { factory, time, errors, queue } = setup();
  await queue.push(contentsOf(11));
  const release = await block(factory);
  await late(time, verb(queue));
  expect([errors, time.pending]).toEqual([['ERR_TRANSPORT_STORAGE TimeoutError'], 0]);
  await release();
});

it('a page that begins while the database is held goes on in memory as well', async () => {
  const { factory, time, errors, open, queue } = setup();
  await queue.push(contentsOf(11));
  const release = await block(factory);
  const second = open();
  await late(time, second.push(contentsOf(21)));
  expect([second.storage, errors]).toEqual(['memory', ['ERR_TRANSPORT_STORAGE TimeoutError']]);
  await release();
});
