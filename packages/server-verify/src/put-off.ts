import type { Context } from './context';
import type { StoreRecord, StoreTransaction } from './store';
import { isOfOneCustomer } from './unreadable-record';

/** When it is looked at again: a server of a later version, or a restored key, may be able to read it. */
export const RETRY_MS = 3_600_000;

/** One record that a job finds due. */
export interface DueRecord {
  readonly kind: string;
  readonly subject: string;
  readonly id: string;
  /** How long after its time it is of no use to anybody, whether or not it can be read, in ms: then it is deleted. Default: never. */
  readonly keptMs?: number;
}

/**
 * Does what is due with one record, in transactions of its own. Where it, or what belongs to it, can not be read, that is logged by its code and it is put off for an hour: what is
 * due behind it must not wait for ever.
 */
export async function doOrPutOff(ctx: Context, record: DueRecord, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!isOfOneCustomer(error)) {
      throw error;
    }
    ctx.log({ level: 'error', event: 'record-unreadable', kind: record.kind, code: error.code });
    await putOff(ctx, record);
  }
}

async function putOff(ctx: Context, { kind, subject, id, keptMs = Number.POSITIVE_INFINITY }: DueRecord): Promise<void> {
  await ctx.store.transaction(async (tx) => {
    const record = await tx.get(kind, subject, id);
    // Another server may have been able to.
    if (record !== undefined && record.due !== null && record.due <= ctx.clock()) {
      await putOffRecord(ctx, tx, record, keptMs);
    }
  });
}

/** Puts a record off, unopened, for an hour; deletes it where it was kept for `keptMs`. */
export async function putOffRecord(ctx: Context, tx: StoreTransaction, { version, ...record }: StoreRecord, keptMs: number): Promise<void> {
  const now = ctx.clock();
  if (now - record.at >= keptMs) {
    await tx.delete(record.kind, record.subject, record.id);
  } else {
    await tx.put({ ...record, due: now + RETRY_MS }, { ifVersion: version });
  }
}
