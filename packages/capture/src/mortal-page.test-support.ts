import type { ManualTime } from './test-support';
import type { Timer } from './timer';

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

/** What the test's time does not know (databases, ciphers) has come to rest, or `rounds` of the event loop have passed. */
export async function settled(pages: () => readonly MortalPage[], rounds = 5_000): Promise<void> {
  // Of Node alone: pages have none.
  const { setImmediate } = globalThis as unknown as { setImmediate(work: () => void): void };
  for (let round = 0, quiet = 0; round < rounds && quiet < 4; round++) {
    await new Promise<void>((resolve) => setImmediate(resolve));
    quiet = pages().some(({ busy }) => busy) ? 0 : quiet + 1;
  }
}
