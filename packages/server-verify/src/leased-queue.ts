import { logAfter } from './after-commit';
import type { Context } from './context';
import type { ServerErrorCode } from './error-codes';
import { errorCode, TacitServerError } from './errors';
import { everyPage } from './every-page';
import type { Timer } from './job-runner';
import { putOffRecord } from './put-off';
import type { RecordKind, Stored } from './record-kind';
import { parseRecordReference, recordReference } from './record-reference';
import type { StoreRecord, StoreTransaction } from './store';
import { ifReadable, isOfOneCustomer } from './unreadable-record';

/** Waits after the first, second, third and fourth failure; the fifth leaves the entry to an operator. */
const BACKOFF_MS = [10_000, 60_000, 300_000, 1_800_000] as const;
/** Longer than a delivery may take: after it another server may try. */
const LEASE_MS = 120_000;
const WORKERS = 4;
/** Entries that one claim looks at. */
const CLAIM_PAGE = 2 * WORKERS;
/** Claims of one worker in one round, those that found only entries to put off among them. */
const MOST_CLAIMS = 1_000;
const PAGE = 500;
const MAX_SCANNED = 10_000;

/** What a queue keeps with each entry. */
export interface Attempts {
  failures: number;
  state: 'queued' | 'failed';
  /** Of the last failure. */
  code: string | null;
}

/** What is to be done in the transaction that notes the delivery as done. */
export type Completion = (tx: StoreTransaction) => Promise<void>;

export interface DeliverOptions<T> {
  /** Rejects when the entry was not taken. `id` is the same for every attempt at one entry. */
  deliver: (entry: Stored<T>, id: string) => Promise<Completion | undefined>;
  /** Where an entry goes: for logs. */
  sinkOf: (value: T) => string;
  /**
   * Whether a failure says more of the sink than of the entry. What else goes there is then put off for ten seconds, without counting as a failure, so
   * that a sink that is down does not hold up the others. That something of one customer can not be read says nothing of it.
   */
  sinkRests?: boolean;
  /**
   * After so many ms an entry that is not taken yet is left to itself: the round goes on without it, and its sink gets nothing else until that is over, so that one that
   * hangs does not hold up the others.
   */
  slow?: { timer: Timer; afterMs: number };
  /** Aborted when the server closes: what was cut off is left to the end of its lease. */
  signal?: AbortSignal;
  /** Most entries of one round. Default 100. */
  limit?: number;
}

/** Entries that are delivered off the path of requests, by one server at a time, again and again until they are taken. */
export interface LeasedQueue<T extends Attempts> {
  /** Puts an entry in, inside the transaction that it tells of. Nothing is delivered here. */
  enqueue(ctx: Context, tx: StoreTransaction, entry: { subject: string; value: Omit<T, keyof Attempts> }): Promise<{ id: string }>;
  /**
   * Delivers what is due, four at a time. An entry is leased to one server for two minutes, so that two do not deliver it at once; one that a crash cut
   * off is delivered again, under the same id.
   */
  deliverDue(ctx: Context, options: DeliverOptions<T>): Promise<{ delivered: number; failed: number }>;
  /** Resolves when nothing is under way any more that a round has left to itself. */
  settled(ctx: Context): Promise<void>;
  /** Entries that were given up, over all customers. At most 10,000 entries are looked through. */
  listFailed(ctx: Context, options: { limit: number }): Promise<Stored<T>[]>;
  /** Queues an entry again that was given up; TacitServerError of the code `unknown` where there is none. */
  retry(ctx: Context, id: string): Promise<void>;
}

export interface LeasedQueueOptions<T extends Attempts> {
  records: RecordKind<T>;
  /** What an entry is called in logs. */
  noun: string;
  /** Code of an id that names no entry that was given up. */
  unknown: ServerErrorCode;
  /** How long an entry that was given up is kept, from when it was put in. */
  keptMs: (ctx: Context) => number;
}

export function leasedQueue<T extends Attempts>({ records, noun, unknown, keptMs }: LeasedQueueOptions<T>): LeasedQueue<T> {
  type Claim = Stored<T> | 'put-off' | undefined;

  /**
   * Leases the entry that has waited longest. What can never be opened again, or was kept long enough, is deleted on the way; what may be, where a key is restored, is put
   * off for an hour.
   */
  async function claim(ctx: Context, tx: StoreTransaction, rests: (value: T) => boolean): Promise<Claim> {
    const now = ctx.clock();
    let putOff = false;
    for (const record of await tx.due(records.kind, now, CLAIM_PAGE)) {
      const stored = await openOrPass(ctx, tx, record);
      if (stored === undefined) {
        putOff = true;
        continue;
      }
      if (stored.value.state === 'failed') {
        await records.delete(ctx, tx, record.subject, record.id);
        continue;
      }
      const waits = rests(stored.value);
      const next = { ...stored, due: now + (waits ? BACKOFF_MS[0] : LEASE_MS) };
      if ((await records.put(ctx, tx, { ...next, ifVersion: stored.version })) && !waits) {
        return { ...next, version: stored.version + 1 };
      }
      putOff ||= waits;
    }
    return putOff ? 'put-off' : undefined;
  }

  /** One that can not be read keeps no other from its turn. */
  async function openOrPass(ctx: Context, tx: StoreTransaction, record: StoreRecord): Promise<Stored<T> | undefined> {
    try {
      return await records.open(ctx, tx, record);
    } catch (error) {
      if (!isOfOneCustomer(error)) {
        throw error;
      }
      logAfter(ctx, tx, { level: 'error', event: `${noun}-unreadable`, code: error.code });
      const mayOpenLater = error.code === 'ERR_KEY_WRONG' || error.code === 'ERR_TEMPLATE_VERSION';
      await putOffRecord(ctx, tx, record, mayOpenLater ? keptMs(ctx) : Number.NEGATIVE_INFINITY);
      return undefined;
    }
  }

  async function attempt(
    ctx: Context,
    options: DeliverOptions<T>,
    entry: Stored<T>,
  ): Promise<'delivered' | 'failed' | 'unreadable' | 'cut-off'> {
    const { subject, id } = entry;
    let complete: Completion | undefined;
    try {
      complete = await options.deliver(entry, recordReference(subject, id));
    } catch (error) {
      if (options.signal?.aborted) {
        return 'cut-off';
      }
      await settleFailure(ctx, entry, options.sinkOf(entry.value), errorCode(error));
      return isOfOneCustomer(error) ? 'unreadable' : 'failed';
    }
    await ctx.store.transaction(async (tx) => {
      // The customer may have been erased meanwhile, or another server have had the lease.
      if ((await records.delete(ctx, tx, subject, id)) && complete !== undefined) {
        await complete(tx);
      }
    });
    return 'delivered';
  }

  async function settleFailure(ctx: Context, entry: Stored<T>, sink: string, code: string): Promise<void> {
    const failures = entry.value.failures + 1;
    const wait = BACKOFF_MS[failures - 1];
    const now = ctx.clock();
    ctx.log({ level: wait === undefined ? 'error' : 'warn', event: `${noun}-failed`, sink, code, failures });
    const value: T = { ...entry.value, failures, code, state: wait === undefined ? 'failed' : 'queued' };
    const due = wait === undefined ? entry.at + keptMs(ctx) : now + wait;
    await ctx.store.transaction(async (tx) => {
      // The customer may have been erased meanwhile, and his key with him.
      if ((await tx.get(records.kind, entry.subject, entry.id)) !== undefined) {
        await records.put(ctx, tx, { ...entry, value, due, ifVersion: entry.version });
      }
    });
  }

  /** What rounds have left to itself, by where it goes. */
  const left = new WeakMap<Context, Map<string, Set<Promise<void>>>>();

  function leave(ctx: Context, sink: string, work: Promise<unknown>): void {
    const sinks = left.get(ctx) ?? new Map<string, Set<Promise<void>>>();
    left.set(ctx, sinks);
    const held = sinks.get(sink) ?? new Set<Promise<void>>();
    sinks.set(sink, held);
    const done = work
      .then(
        () => undefined,
        // What could not be noted is delivered again when its lease is over.
        (error: unknown) => ctx.log({ level: 'warn', event: `${noun}-failed`, sink, code: errorCode(error) }),
      )
      .finally(() => {
        held.delete(done);
        if (held.size === 0 && sinks.get(sink) === held) {
          sinks.delete(sink);
        }
      });
    held.add(done);
  }

  async function attemptWithin(ctx: Context, options: DeliverOptions<T>, entry: Stored<T>) {
    const work = attempt(ctx, options, entry);
    const { slow } = options;
    if (slow === undefined) {
      return work;
    }
    let handle: unknown;
    const late = new Promise<'left'>((resolve) => {
      handle = slow.timer.set(() => resolve('left'), slow.afterMs);
    });
    const outcome = await Promise.race([work, late]).finally(() => slow.timer.clear(handle));
    if (outcome === 'left') {
      leave(ctx, options.sinkOf(entry.value), work);
    }
    return outcome;
  }

  return {
    async settled(ctx) {
      await Promise.all([...(left.get(ctx)?.values() ?? [])].flatMap((held) => [...held]));
    },

    async enqueue(ctx, tx, { subject, value }) {
      const id = ctx.newId();
      const at = ctx.clock();
      const attempts: Attempts = { failures: 0, state: 'queued', code: null };
      await records.insert(ctx, tx, { subject, id, value: { ...value, ...attempts } as T, at, due: at });
      return { id: recordReference(subject, id) };
    },

    async deliverDue(ctx, options) {
      const result = { delivered: 0, failed: 0 };
      const resting = new Set<string>();
      const rests = (value: T) => resting.has(options.sinkOf(value)) || left.get(ctx)?.has(options.sinkOf(value)) === true;
      let allowed = options.limit ?? 100;
      async function work(): Promise<void> {
        for (let claims = 0; claims < MOST_CLAIMS && allowed > 0 && options.signal?.aborted !== true; claims++) {
          allowed--;
          const claimed = await ctx.store.transaction((tx) => claim(ctx, tx, rests));
          if (claimed === undefined) {
            return;
          }
          if (claimed === 'put-off') {
            allowed++;
            continue;
          }
          const outcome = await attemptWithin(ctx, options, claimed);
          if (outcome === 'cut-off') {
            return;
          }
          if (outcome === 'left') {
            continue;
          }
          result[outcome === 'delivered' ? 'delivered' : 'failed']++;
          if (outcome === 'failed' && options.sinkRests) {
            resting.add(options.sinkOf(claimed.value));
          }
        }
      }
      // Where one fails the others come to their end first: whoever closes the store waits for what is returned here.
      const ended = await Promise.allSettled(Array.from({ length: WORKERS }, work));
      const failed = ended.find((each) => each.status === 'rejected');
      if (failed !== undefined) {
        throw failed.reason;
      }
      return result;
    },

    async listFailed(ctx, { limit }) {
      const found: Stored<T>[] = [];
      let scanned = 0;
      // Those are kept for days, and so are due last: what waits to be delivered comes behind them.
      const pages = everyPage<StoreRecord & { stored: Stored<T> | undefined }>(PAGE, (options) =>
        ctx.store.transaction(async (tx) => {
          const page = [];
          for (const record of await tx.dueLast(records.kind, options)) {
            // One that can not be read does not hide the others.
            page.push({ ...record, stored: await ifReadable(records.open(ctx, tx, record)) });
          }
          return page;
        }),
      );
      for await (const page of pages) {
        found.push(...page.flatMap(({ stored }) => (stored?.value.state === 'failed' ? [stored] : [])));
        scanned += page.length;
        if (scanned >= MAX_SCANNED || found.length >= limit) {
          break;
        }
      }
      return found.slice(0, limit);
    },

    async retry(ctx, id) {
      const reference = parseRecordReference(id);
      await ctx.store.transaction(async (tx) => {
        const stored = reference && (await records.get(ctx, tx, reference.subject, reference.id));
        if (stored?.value.state !== 'failed') {
          throw new TacitServerError(unknown, { field: 'id' });
        }
        const value: T = { ...stored.value, state: 'queued', failures: 0 };
        await records.put(ctx, tx, { ...stored, value, due: ctx.clock(), ifVersion: stored.version });
      });
    },
  };
}
