import type { CoarseState, EvidenceAnswer, EvidenceBatch, EvidenceOpening, TypingSample } from '@tacit-auth/features';
import type { EvidenceContents } from './evidence-contents';
import type { ManualTime } from './test-support';
import type { Timer } from './timer';

// For tests only: a server that keeps the contract, a network that does not keep its own, and pages that die.

/** Numbers from 0 to below 1, the same for the same seed (mulberry32). */
export function seededChance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export const STREAM = 'AAAAAAAAAAAAAAAAAAAAAA';
export const QUEUE_KEY = 'QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE';

/** A window of two keys that tells batches apart. */
export function windowOf(id: number): TypingSample {
  const keys: TypingSample['keys'] = [
    ['11', 0, 900],
    ['12', id, null],
  ];
  return { version: 1, mode: 'window', field: 'free-text', keys, flags: {}, clockStep: 1, device: 'keyboard' };
}

export function contentsOf(id: number): EvidenceContents {
  return { typing: [windowOf(id)], pointer: [] };
}

export function idOf({ typing }: Pick<EvidenceBatch, 'typing'>): number {
  return typing[0]?.keys[1]?.[1] ?? Number.NaN;
}

export function openingOf(change: Partial<EvidenceOpening> = {}): EvidenceOpening {
  return { version: 1, stream: STREAM, queueKey: QUEUE_KEY, next: 1, state: 'on', everyMs: 2_000, ...change };
}

/** What a request comes to: an answer, or a refusal with its status. */
export type ServerReply =
  | { status: 200; body: EvidenceOpening | EvidenceAnswer }
  | { status: number; body: { error: { code: string; message: string; expected?: number } } };

/** Keeps the rule of the contract, and notes what took effect. What it keeps outlives its restarts. */
export interface ModelServer {
  /** Ids of the batches that took effect, in order. */
  readonly effects: number[];
  /** Numbers under which two different batches came. */
  readonly collisions: number[];
  state: CoarseState;
  last: number;
  handle(path: string, body: unknown): ServerReply;
}

export function modelServer(): ModelServer {
  const seen = new Map<number, string>();
  const server: ModelServer = {
    effects: [],
    collisions: [],
    state: 'on',
    last: 0,
    handle(path, body) {
      if (path.endsWith('/open')) {
        return { status: 200, body: openingOf({ next: server.last + 1, state: server.state }) };
      }
      const batch = body as EvidenceBatch;
      const { seq, floor, stream, typing, pointer } = batch;
      const contents = JSON.stringify([typing, pointer]);
      if ((seen.get(seq) ?? contents) !== contents) {
        server.collisions.push(seq);
      }
      seen.set(seq, contents);
      if (stream !== STREAM) {
        return { status: 409, body: { error: { code: 'ERR_EVIDENCE_UNKNOWN', message: 'no such stream' } } };
      }
      if (seq > server.last) {
        if (Math.max(server.last, floor) !== seq - 1) {
          return { status: 409, body: { error: { code: 'ERR_EVIDENCE_GAP', message: 'a batch is missing', expected: server.last + 1 } } };
        }
        server.last = seq;
        server.effects.push(idOf(batch));
      }
      return { status: 200, body: { version: 1, stream, seq: server.last, state: server.state } };
    },
  };
  return server;
}

/** The same for many streams: one that the tabs share, and those of tabs that share none. */
export function modelOfStreams(): { handle: ModelServer['handle']; streams: Map<string, ModelServer>; effects(): number } {
  const streams = new Map([[STREAM, modelServer()]]);
  return {
    streams,
    effects: () => [...streams.values()].reduce((sum, { effects }) => sum + effects.length, 0),
    handle(path, body) {
      const { own, stream = STREAM } = body as { own?: boolean; stream?: string };
      if (path.endsWith('/open')) {
        const id = own ? String(streams.size).padStart(22, 'B') : STREAM;
        const server = streams.get(id) ?? modelServer();
        streams.set(id, server);
        return { status: 200, body: { ...server.handle(path, body).body, stream: id } as EvidenceOpening };
      }
      const server = streams.get(stream);
      // Each is a server that knows its own stream by the same name.
      const reply = (server ?? modelServer()).handle(path, { ...(body as EvidenceBatch), stream: server ? STREAM : '' });
      return reply.status === 200 ? { status: 200, body: { ...reply.body, stream } as EvidenceAnswer } : reply;
    },
  };
}

/** Timers, databases, requests and sockets of one page: after `kill()` nothing of the page happens any more, wherever it was. */
export interface MortalPage {
  readonly timer: Timer;
  readonly indexedDB: IDBFactory;
  readonly crypto: Pick<Crypto, 'subtle'>;
  readonly alive: boolean;
  /** Whether databases or ciphers, which do not know the test's time, are at work. */
  readonly busy: boolean;
  /** @param aborting whether transactions under way are undone; else they are done. */
  kill(aborting: boolean): void;
  /** The promise, as long as the page lives. */
  while<Value>(promise: Promise<Value>): Promise<Value>;
}

export function mortalPage(time: Pick<ManualTime, 'timer'>, factory: IDBFactory): MortalPage {
  let alive = true;
  const handles = new Set<unknown>();
  const databases = new Set<IDBDatabase>();
  const transactions = new Set<IDBTransaction>();
  let working = 0;
  const counted =
    <Given extends unknown[], Result>(work: (...given: Given) => Promise<Result>) =>
    (...given: Given): Promise<Result> => {
      working++;
      return work(...given).finally(() => {
        working--;
      });
    };
  const { subtle } = globalThis.crypto;
  return {
    get alive() {
      return alive;
    },
    get busy() {
      return working > 0 || transactions.size > 0;
    },
    crypto: {
      subtle: {
        importKey: counted(subtle.importKey.bind(subtle) as (...given: unknown[]) => Promise<CryptoKey>),
        encrypt: counted(subtle.encrypt.bind(subtle)),
        decrypt: counted(subtle.decrypt.bind(subtle)),
      } as unknown as SubtleCrypto,
    },
    timer: {
      set(callback, ms) {
        const handle = time.timer.set(() => {
          handles.delete(handle);
          callback();
        }, ms);
        alive ? handles.add(handle) : time.timer.clear(handle);
        return handle;
      },
      clear(handle) {
        handles.delete(handle);
        time.timer.clear(handle);
      },
    },
    indexedDB: new Proxy(factory, {
      get(target, name) {
        if (name !== 'open') {
          return Reflect.get(target, name).bind(target);
        }
        return (...given: Parameters<IDBFactory['open']>) => {
          if (!alive) {
            throw new DOMException('the page is gone', 'InvalidStateError');
          }
          const request = target.open(...given);
          working++;
          request.addEventListener('error', () => working--);
          request.addEventListener('success', () => {
            working--;
            const database = request.result;
            databases.add(database);
            if (!alive) {
              database.close();
            }
            const begin = database.transaction.bind(database);
            database.transaction = (...names: Parameters<IDBDatabase['transaction']>) => {
              const transaction = begin(...names);
              transactions.add(transaction);
              const over = () => transactions.delete(transaction);
              transaction.addEventListener('complete', over);
              transaction.addEventListener('abort', over);
              return transaction;
            };
          });
          return request;
        };
      },
    }),
    kill(aborting) {
      alive = false;
      for (const handle of handles) {
        time.timer.clear(handle);
      }
      for (const transaction of aborting ? transactions : []) {
        transaction.abort();
      }
      for (const database of databases) {
        database.close();
      }
    },
    while: (promise) =>
      new Promise((resolve, reject) => {
        promise.then(
          (value) => alive && resolve(value),
          (error) => alive && reject(error),
        );
      }),
  };
}

export interface NetworkOptions {
  time: ManualTime;
  chance: () => number;
  server: ModelServer;
  /** Share of messages that do not arrive, and of those that arrive twice. */
  dropped: number;
  twice: number;
  /** Longest time on the way, in ms. */
  longest?: number;
}

/** Carries requests late, not at all, twice, and in another order; a request that was sent arrives though its page is gone. */
export interface Network {
  /** No request reaches the server. */
  down: boolean;
  /** Answers that a gateway gives in its place. */
  busy: { status: number; retryAfter: number } | undefined;
  /** Sockets that are open, or about to be. */
  readonly sockets: number;
  readonly requests: { at: number; path: string; keepalive: boolean }[];
  /** Closes every socket. */
  restart(): void;
  fetchOf(page: MortalPage): typeof globalThis.fetch;
  socketOf(page: MortalPage): typeof globalThis.WebSocket;
}

export function network({ time, chance, server, dropped, twice, longest = 4_000 }: NetworkOptions): Network {
  const sockets = new Set<{ fail(code: number): void }>();
  const delay = () => 5 + Math.floor(chance() ** 4 * longest);
  const later = (work: () => void, ms = delay()) => void time.timer.set(work, ms);
  const lost = () => chance() < dropped;

  const net: Network = {
    down: false,
    busy: undefined,
    requests: [],
    get sockets() {
      return sockets.size;
    },
    restart() {
      for (const socket of [...sockets]) {
        socket.fail(1_006);
      }
    },
    fetchOf: (page) => (input, init) =>
      new Promise((resolve, reject) => {
        const path = String(input);
        const answer = (response: Response) => page.alive && resolve(response);
        init?.signal?.addEventListener('abort', () => page.alive && reject(new DOMException('aborted', 'AbortError')));
        if (!page.alive) {
          return;
        }
        net.requests.push({ at: time.now, path, keepalive: init?.keepalive === true });
        const arrive = () => {
          if (net.down) {
            return later(() => page.alive && reject(new TypeError('refused')));
          }
          if (net.busy) {
            const { status, retryAfter } = net.busy;
            return later(() => answer(new Response('busy', { status, headers: { 'retry-after': String(retryAfter) } })));
          }
          const { status, body } = server.handle(path, JSON.parse(String(init?.body)));
          return lost() ? undefined : later(() => answer(new Response(JSON.stringify(body), { status })));
        };
        if (!lost()) {
          later(arrive);
        }
        if (chance() < twice) {
          later(arrive, delay() * 4);
        }
      }),
    socketOf(page) {
      return class {
        readyState = 0;
        onopen: (() => void) | null = null;
        onclose: ((event: { code: number; reason: string }) => void) | null = null;
        onmessage: ((event: { data: string }) => void) | null = null;
        /** A connection keeps the order, each way. */
        private clear = { there: 0, back: 0 };

        constructor() {
          if (!page.alive) {
            return;
          }
          sockets.add(this);
          later(() => (net.down || net.busy || (dropped > 0 && chance() < 0.2) ? this.fail(1_006) : this.open()));
        }

        private open(): void {
          if (this.readyState === 0 && page.alive) {
            this.readyState = 1;
            this.onopen?.();
          }
        }

        fail(code: number): void {
          if (this.readyState < 3) {
            this.readyState = 3;
            sockets.delete(this);
            if (page.alive) {
              this.onclose?.({ code, reason: '' });
            }
          }
        }

        private inOrder(way: 'there' | 'back', work: () => void): void {
          this.clear[way] = Math.max(this.clear[way], time.now + delay());
          later(work, this.clear[way] - time.now);
        }

        send(text: string): void {
          if (!page.alive) {
            return;
          }
          const batch = JSON.parse(text) as EvidenceBatch;
          const breaks = chance() < dropped;
          this.inOrder('there', () => {
            if (net.down) {
              return this.fail(1_006);
            }
            // What was on its way arrives, also from a page that is gone.
            const { status, body } = server.handle('/batch', batch);
            const message = status === 200 ? { type: 'answer', ...body } : { type: 'refused', seq: batch.seq, ...body };
            if (breaks) {
              return chance() < 0.5 ? this.fail(1_006) : undefined;
            }
            return this.inOrder('back', () => this.readyState === 1 && page.alive && this.onmessage?.({ data: JSON.stringify(message) }));
          });
        }

        close(): void {
          this.readyState = 3;
          sockets.delete(this);
        }
      } as unknown as typeof globalThis.WebSocket;
    },
  };
  return net;
}

/** Locks of one name, as a browser gives them to its tabs. */
export function fakeLocks(): LockManager & { release(page: MortalPage): void; of(page: MortalPage): LockManager } {
  interface Wish {
    page: MortalPage | undefined;
    grant(): Promise<unknown>;
    refuse(): void;
  }
  const wishes: Wish[] = [];
  let holder: Wish | undefined;

  function next(): void {
    if (holder) {
      return;
    }
    holder = wishes.shift();
    const mine = holder;
    void mine?.grant().finally(() => {
      if (holder === mine) {
        holder = undefined;
        next();
      }
    });
  }

  function requestOf(page: MortalPage | undefined) {
    return (_name: string, options: LockOptions, work: () => Promise<unknown>) =>
      new Promise<unknown>((resolve, reject) => {
        if (page && !page.alive) {
          return;
        }
        const abort = () => reject(new DOMException('aborted', 'AbortError'));
        const wish: Wish = {
          page,
          grant() {
            options.signal?.removeEventListener('abort', onAbort);
            const working = Promise.resolve().then(work);
            working.then(resolve, reject);
            // What holds it and is gone lets go by `release` alone.
            return working.catch(() => undefined);
          },
          refuse: abort,
        };
        const onAbort = () => {
          wishes.splice(wishes.indexOf(wish), 1);
          abort();
        };
        if (options.signal?.aborted) {
          abort();
          return;
        }
        options.signal?.addEventListener('abort', onAbort);
        if (options.steal) {
          holder?.refuse();
          holder = undefined;
          wishes.unshift(wish);
        } else {
          wishes.push(wish);
        }
        next();
      });
  }

  const manager = (page?: MortalPage) =>
    ({ request: requestOf(page), query: () => Promise.reject(new Error('not here')) }) as unknown as LockManager;
  return {
    ...manager(),
    of: manager,
    release(page) {
      for (const wish of wishes.filter((one) => one.page === page)) {
        wishes.splice(wishes.indexOf(wish), 1);
      }
      if (holder?.page === page) {
        holder = undefined;
        next();
      }
    },
  };
}

/** Channels that deliver a copy to all others of the name, after what is under way. */
export function fakeChannels(): { of(page: MortalPage): typeof globalThis.BroadcastChannel } {
  const open = new Set<{ name: string; onmessage: ((event: { data: unknown }) => void) | null }>();
  return {
    of: (page) =>
      class {
        onmessage: ((event: { data: unknown }) => void) | null = null;
        constructor(readonly name: string) {
          open.add(this);
        }
        postMessage(data: unknown): void {
          for (const other of page.alive ? open : []) {
            if (other !== this && other.name === this.name) {
              queueMicrotask(() => open.has(other) && other.onmessage?.({ data: structuredClone(data) }));
            }
          }
        }
        close(): void {
          open.delete(this);
        }
      } as unknown as typeof globalThis.BroadcastChannel,
  };
}

/** What the test's time does not know (databases, ciphers) has come to rest, or `rounds` of the event loop have passed. */
export async function settled(pages: () => readonly MortalPage[], rounds = 5_000): Promise<void> {
  // Of Node alone: pages have none.
  const { setImmediate } = globalThis as unknown as { setImmediate(work: () => void): void };
  for (let round = 0, quiet = 0; round < rounds && quiet < 4; round++) {
    await new Promise<void>((resolve) => setImmediate(resolve));
    quiet = pages().some(({ busy }) => busy) ? 0 : quiet + 1;
  }
}
