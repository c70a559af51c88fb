import type { DataKey, SealContext } from '@tacit-auth/crypto';
import type { Context } from './context';
import { isTacitServerError, TacitServerError } from './errors';
import { createRecordCache } from './record-cache';
import type { ListOptions, NewRecord, StoreRecord, StoreTransaction } from './store';
import { assertKind } from './store-checks';

/** A record with its body opened and parsed. */
export interface Stored<T> {
  readonly subject: string;
  readonly id: string;
  readonly value: T;
  readonly at: number;
  readonly due: number | null;
  readonly version: number;
}

export interface NewStored<T> {
  readonly subject: string;
  readonly id: string;
  readonly value: T;
  readonly at: number;
  readonly due: number | null;
}

export interface RecordKindOptions<T> {
  kind: string;
  /** `root`: under the root key. `customer`: under the subject's own key, lost when that is erased. `nothing`: plain JSON, nothing personal in it. */
  sealedWith: 'root' | 'customer' | 'nothing';
  /** From JSON to the value; throws for another shape. */
  parse: (value: unknown) => T;
  /** How a value becomes bytes and what `parse` is given, where JSON would take too many. Default: JSON. */
  bytes?: { encode(value: T): Uint8Array; decode(bytes: Uint8Array): unknown };
  /**
   * So many opened records are held by `get`, for a kind that is read far more often than it changes. The record is still read each time, and opened anew where a byte
   * of it is another. Only under the root key: that of a customer may be erased. Values must never be changed in place.
   */
  hold?: number;
}

/**
 * The one door between typed values and stored bytes. A body is JSON, sealed and bound to its subject, kind and id.
 *
 * All verbs throw TacitServerError `ERR_DATA_KEY_ERASED` when the customer's key is gone, `ERR_RECORD_CORRUPT` for bytes that do not open or parse.
 */
export interface RecordKind<T> {
  readonly kind: string;
  get(ctx: Context, tx: StoreTransaction, subject: string, id: string): Promise<Stored<T> | undefined>;
  /** Opens a record of this kind that was read already. */
  open(ctx: Context, tx: StoreTransaction, record: StoreRecord): Promise<Stored<T>>;
  /** The record as `put` would write it, for a caller that keeps in mind what its bytes hold. */
  close(ctx: Context, tx: StoreTransaction, record: NewStored<T>): Promise<NewRecord>;
  list(ctx: Context, tx: StoreTransaction, subject: string, options: ListOptions): Promise<Stored<T>[]>;
  due(ctx: Context, tx: StoreTransaction, now: number, limit: number): Promise<Stored<T>[]>;
  insert(ctx: Context, tx: StoreTransaction, record: NewStored<T>): Promise<boolean>;
  put(ctx: Context, tx: StoreTransaction, record: NewStored<T> & { ifVersion?: number }): Promise<boolean>;
  delete(ctx: Context, tx: StoreTransaction, subject: string, id: string): Promise<boolean>;
  count(tx: StoreTransaction, subject: string): Promise<number>;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });
const json = {
  encode: (value: unknown): Uint8Array => encoder.encode(JSON.stringify(value)),
  decode: (bytes: Uint8Array): unknown => JSON.parse(decoder.decode(bytes)),
};

export function defineRecordKind<T>(options: RecordKindOptions<T>): RecordKind<T> {
  const { kind, sealedWith, parse, bytes = json, hold = 0 } = options;
  assertKind(kind);
  if (hold > 0 && sealedWith !== 'root') {
    throw new TypeError('hold is for records under the root key');
  }
  const held = hold > 0 ? createRecordCache<T>({ most: hold, compared: Number.POSITIVE_INFINITY }) : undefined;

  async function keyFor(ctx: Context, tx: StoreTransaction, subject: string): Promise<DataKey> {
    if (sealedWith === 'root') {
      return ctx.rootKey();
    }
    const key = await ctx.dataKey(tx, subject);
    // A key that is held may be wiped by an erasure that goes on at the same time.
    if (key === undefined || key.destroyed) {
      throw new TacitServerError('ERR_DATA_KEY_ERASED', { field: kind });
    }
    return key;
  }

  async function body(ctx: Context, tx: StoreTransaction, record: NewStored<T>): Promise<Uint8Array> {
    const plaintext = bytes.encode(record.value);
    if (sealedWith === 'nothing') {
      return plaintext;
    }
    const key = await keyFor(ctx, tx, record.subject);
    return ctx.sealer.seal({ key, context: recordContext(kind, record.subject, record.id), plaintext });
  }

  async function close(ctx: Context, tx: StoreTransaction, record: NewStored<T>): Promise<NewRecord> {
    const { subject, id, at, due } = record;
    return { kind, subject, id, body: await body(ctx, tx, record), at, due };
  }

  async function open(ctx: Context, tx: StoreTransaction, record: StoreRecord): Promise<Stored<T>> {
    const { subject, id, at, due, version } = record;
    const key = sealedWith === 'nothing' ? undefined : await keyFor(ctx, tx, subject);
    try {
      const plaintext =
        key === undefined ? record.body : ctx.sealer.open({ key, context: recordContext(kind, subject, id), sealed: record.body });
      return { subject, id, value: parse(bytes.decode(plaintext)), at, due, version };
    } catch (error) {
      if (isTacitServerError(error)) {
        throw error;
      }
      // The cause is left out: a parser's message may repeat what the record holds.
      throw new TacitServerError('ERR_RECORD_CORRUPT', { field: kind });
    }
  }

  async function openAll(ctx: Context, tx: StoreTransaction, records: StoreRecord[]): Promise<Stored<T>[]> {
    const opened: Stored<T>[] = [];
    for (const record of records) {
      opened.push(await open(ctx, tx, record));
    }
    return opened;
  }

  return {
    kind,
    async get(ctx, tx, subject, id) {
      const record = await tx.get(kind, subject, id);
      if (held === undefined) {
        return record && open(ctx, tx, record);
      }
      const place = `${subject}/${id}`;
      if (record === undefined) {
        held.forget(ctx, place);
        return undefined;
      }
      // Refused as ever where the keys are not there.
      ctx.rootKey();
      const known = held.get(ctx, place, record.body);
      if (known !== undefined) {
        const { at, due, version } = record;
        return { subject, id, value: known, at, due, version };
      }
      const opened = await open(ctx, tx, record);
      held.set(ctx, place, record.body, opened.value);
      return opened;
    },
    open,
    close,
    list: async (ctx, tx, subject, listOptions) => openAll(ctx, tx, await tx.list(kind, subject, listOptions)),
    due: async (ctx, tx, now, limit) => openAll(ctx, tx, await tx.due(kind, now, limit)),
    insert: async (ctx, tx, record) => tx.insert(await close(ctx, tx, record)),
    put: async (ctx, tx, record) =>
      tx.put(await close(ctx, tx, record), record.ifVersion === undefined ? {} : { ifVersion: record.ifVersion }),
    delete: async (_ctx, tx, subject, id) => tx.delete(kind, subject, id),
    count: (tx, subject) => tx.count(kind, subject),
  };
}

/** Subjects and ids have no slash, so no two records share a context. */
function recordContext(kind: string, subject: string, id: string): SealContext {
  return { subject: `${subject}/${id}`, purpose: `record/${kind}` };
}
