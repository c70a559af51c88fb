import { TacitServerError } from '../errors';
import type { Timer } from '../jobs';

export type Outcome<Answer> = { readonly answer: Answer } | { readonly error: unknown };

export interface EvidenceGroupsOptions<Item, Answer> {
  /** Judges a group, in the order given, and gives an outcome of each. Of two groups the second is begun when the first is done. */
  run(items: readonly Item[]): Promise<ReadonlyArray<Outcome<Answer>>>;
  /** Called with what was taken, before it is judged: nothing is worked out of what is refused. */
  taken?(item: Item): void;
  /** What comes within this time is one group, of at most so many; within twice this time where the group before was large. */
  groupMs: number;
  mostGrouped: number;
  /** Most that wait for their outcome; more are refused. */
  mostWaiting: number;
  timer: Timer;
}

export interface EvidenceGroups<Item, Answer> {
  /** @throws TacitServerError `ERR_STORE_BUSY` where too many wait, `ERR_CLOSED`; and what its outcome was */
  add(item: Item): Promise<Answer>;
  /** Takes nothing more, and waits for what was taken. */
  close(): Promise<void>;
}

interface Waiting<Item, Answer> {
  readonly item: Item;
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

/**
 * A group of so many says that much comes. The next one gathers for twice as long, while this one is judged and written: a durable write holds up the whole process,
 * however little is in it, so half as many writes leave more time for everything else.
 */
const LARGE = 8;

/** Gathers what comes at about the same time, so that it shares the cost of being written durably. */
export function createEvidenceGroups<Item, Answer>(options: EvidenceGroupsOptions<Item, Answer>): EvidenceGroups<Item, Answer> {
  const { run, taken, groupMs, mostGrouped, mostWaiting, timer } = options;
  let queue: Waiting<Item, Answer>[] = [];
  let waiting = 0;
  let handle: { readonly of: unknown } | undefined;
  let ripe = false;
  let working: Promise<void> | undefined;
  let wasLarge = false;
  let closed = false;

  /** What waits is a group when the first of it has waited long enough, or when there is enough of it. */
  function gather(): void {
    ripe ||= closed || queue.length >= mostGrouped;
    if (!ripe && queue.length > 0) {
      handle ??= { of: timer.set(ripen, wasLarge ? 2 * groupMs : groupMs) };
    }
    begin();
  }

  function ripen(): void {
    handle = undefined;
    ripe = queue.length > 0;
    begin();
  }

  function begin(): void {
    if (working !== undefined || !ripe || queue.length === 0) {
      return;
    }
    if (handle !== undefined) {
      timer.clear(handle.of);
      handle = undefined;
    }
    ripe = false;
    const group = queue.slice(0, mostGrouped);
    queue = queue.slice(mostGrouped);
    wasLarge = group.length >= LARGE;
    working = judge(group).finally(() => {
      working = undefined;
      gather();
    });
    if (queue.length > 0) {
      gather();
    }
  }

  async function judge(group: readonly Waiting<Item, Answer>[]): Promise<void> {
    let outcomes: ReadonlyArray<Outcome<Answer>> = [];
    try {
      outcomes = await run(group.map(({ item }) => item));
    } catch (error) {
      outcomes = group.map(() => ({ error }));
    }
    waiting -= group.length;
    group.forEach(({ resolve, reject }, i) => {
      const outcome = outcomes[i];
      if (outcome === undefined) {
        reject(new TacitServerError('ERR_INTERNAL'));
      } else if ('error' in outcome) {
        reject(outcome.error);
      } else {
        resolve(outcome.answer);
      }
    });
  }

  return {
    add(item) {
      if (closed) {
        return Promise.reject(new TacitServerError('ERR_CLOSED'));
      }
      if (waiting >= mostWaiting) {
        return Promise.reject(new TacitServerError('ERR_STORE_BUSY', { retryAfter: 1 }));
      }
      waiting++;
      taken?.(item);
      return new Promise((resolve, reject) => {
        queue.push({ item, resolve, reject });
        gather();
      });
    },
    async close() {
      closed = true;
      gather();
      while (working !== undefined) {
        await working;
      }
    },
  };
}
