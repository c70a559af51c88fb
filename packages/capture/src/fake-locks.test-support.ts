import type { MortalPage } from './mortal-page.test-support';

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
