import { confirmationKind } from '../confirmations';
import type { Context } from '../context';
import { signInKind } from '../sign-ins';
import { collectionKind } from './lost-card';
import { resetKind } from './reset';

const BATCH = 500;
/** What the flows write that is of no use once it is due; the rest is the verifier's own, and its retention deletes it. */
const KINDS = [signInKind.kind, confirmationKind.kind, resetKind.kind, collectionKind.kind];

/** Deletes what has outlived its purpose. */
export async function deleteExpired(ctx: Context): Promise<void> {
  for (const kind of KINDS) {
    let found: number;
    do {
      found = await ctx.store.transaction(async (tx) => {
        const due = await tx.due(kind, ctx.clock(), BATCH);
        for (const { subject, id } of due) {
          await tx.delete(kind, subject, id);
        }
        return due.length;
      });
    } while (found === BATCH);
  }
}
