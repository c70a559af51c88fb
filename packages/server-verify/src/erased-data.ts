import type { Context } from './context';
import { defineRecordKind } from './record-kind';
import type { StoreTransaction } from './store';

/** Says that something was deleted whose bytes may still lie in the store's files. */
const scrubRequests = defineRecordKind<null>({ kind: 'scrub', sealedWith: 'nothing', parse: () => null });

/** Asks for a scrub in the transaction that deletes, so that a crash after it can not make it forgotten. */
export async function requestScrub(ctx: Context, tx: StoreTransaction): Promise<void> {
  const now = ctx.clock();
  await scrubRequests.insert(ctx, tx, { subject: '', id: ctx.newId(), value: null, at: now, due: now });
}

/** Scrubs the store if that was asked for; whether it was. */
export async function scrubErasedData(ctx: Context): Promise<boolean> {
  const asked = await ctx.store.transaction((tx) => scrubRequests.due(ctx, tx, ctx.clock(), 1_000));
  if (asked.length === 0) {
    return false;
  }
  await ctx.store.scrub();
  await ctx.store.transaction(async (tx) => {
    for (const { id } of asked) {
      await scrubRequests.delete(ctx, tx, '', id);
    }
  });
  return true;
}
