import { z } from 'zod';
import type { Context } from './context';
import { defineRecordKind } from './record-kind';
import type { StoreTransaction } from './store';

/**
 * That somebody else may be signed in as a customer, or have been: neither typing nor a face opens a session of his, in whatever browser, until password and code
 * of the card were right together. It outlives the session, so that signing out, and in again, leads nowhere. Not sealed under the customer's key: it is read at
 * every sign-in.
 *
 * Of a session that is only doubted there is one by the name of its login, which a code in that session pays, too; what grows out of the session has the
 * doubt itself, and is not asked twice.
 */
export const codeOwedKind = defineRecordKind<Record<never, never>>({
  kind: 'code-owed',
  sealedWith: 'root',
  parse: (value) => z.object({}).parse(value),
});

const ID = 'code';
/** Ids of a login (`family`) are random and longer. */
const idOf = (family: string | undefined): string => family ?? ID;
/** Whoever owes one opens no other session without paying all, so there are as many as sessions that were open at once. */
const PAGE = 200;

/** @param family of the doubted session, where no more than that is known */
export async function oweCode(ctx: Context, tx: StoreTransaction, subject: string, family?: string): Promise<void> {
  await codeOwedKind.put(ctx, tx, { subject, id: idOf(family), value: {}, at: ctx.clock(), due: null });
}

/** @param but what the doubt of this login owes does not count */
export async function owesCode(tx: StoreTransaction, subject: string, { but }: { but?: string } = {}): Promise<boolean> {
  const owed = await tx.list(codeOwedKind.kind, subject, { limit: but === undefined ? 1 : 2 });
  return owed.some(({ id }) => id !== but);
}

/** Password and code of the card were right together. */
export async function codePaid(tx: StoreTransaction, subject: string): Promise<void> {
  for (let left = true; left; ) {
    const owed = await tx.list(codeOwedKind.kind, subject, { limit: PAGE });
    for (const { id } of owed) {
      await tx.delete(codeOwedKind.kind, subject, id);
    }
    left = owed.length === PAGE;
  }
}

/** What there was of doubt in a login is over: its customer showed himself in that session. */
export async function doubtPaid(tx: StoreTransaction, subject: string, family: string): Promise<void> {
  await tx.delete(codeOwedKind.kind, subject, family);
}
