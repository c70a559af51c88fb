import { z } from 'zod';
import type { Context } from './context';
import { defineRecordKind } from './record-kind';
import type { StoreTransaction } from './store';

/**
 * That somebody else may be signed in as a customer, or have been: neither typing nor a face opens a session of his, in whatever browser, until password and code
 * of the card were right together. It outlives the session, so that signing out, and in again, leads nowhere. Not sealed under the customer's key: it is read at
 * every sign-in.
 */
export const codeOwedKind = defineRecordKind<Record<never, never>>({
  kind: 'code-owed',
  sealedWith: 'root',
  parse: (value) => z.object({}).parse(value),
});

const ID = 'code';

export async function oweCode(ctx: Context, tx: StoreTransaction, subject: string): Promise<void> {
  await codeOwedKind.put(ctx, tx, { subject, id: ID, value: {}, at: ctx.clock(), due: null });
}

export async function owesCode(tx: StoreTransaction, subject: string): Promise<boolean> {
  return (await tx.get(codeOwedKind.kind, subject, ID)) !== undefined;
}

/** Password and code of the card were right together. */
export async function codePaid(tx: StoreTransaction, subject: string): Promise<void> {
  await tx.delete(codeOwedKind.kind, subject, ID);
}
