import { logAfter } from './after-commit';
import { AUDIT_KINDS, audit } from './audit-log';
import type { Context } from './context';
import { forgetSessionTemplate } from './continuous/session-template';
import { customerOf } from './customers';
import { requestScrub, scrubErasedData } from './erased-data';
import { isTacitServerError } from './errors';
import { everyPage } from './every-page';
import { eraseOutcomes } from './judge-once';
import { loginNameKind } from './login-names';
import type { StoreRecord, StoreTransaction } from './store';
import { forgetTemplate } from './typing-template';
import { ifReadable, orUnreadable } from './unreadable-record';

const PAGE = 500;

export interface Erasure {
  /** `unknown`: there was nothing to erase. */
  status: 'erased' | 'unknown';
  /** Records deleted. */
  records: number;
}

/**
 * Deletes everything that is held of a customer, his data key first of all, and wipes the store's files. Of him only the audit chain remains;
 * its entries were sealed under that key.
 *
 * @param subject the record subject (`ctx.subjectOf`).
 */
export async function eraseSubject(ctx: Context, subject: string): Promise<Erasure> {
  const erasure = (await eraseRecords(ctx, subject)) ?? (await eraseRecords(ctx, subject, await lookForLoginNames(ctx, subject)));
  // Also where there is nothing else left: a crash may have come in between.
  await eraseOutcomes(ctx, subject);
  if (erasure.status === 'erased') {
    forgetErased(ctx, subject);
    await scrubErasedData(ctx);
  }
  return erasure;
}

/** undefined, and nothing is deleted, where the customer's own record can not be read and `found` does not say which names lead to him. */
function eraseRecords(ctx: Context, subject: string, found: readonly string[]): Promise<Erasure>;
function eraseRecords(ctx: Context, subject: string): Promise<Erasure | undefined>;
function eraseRecords(ctx: Context, subject: string, found?: readonly string[]): Promise<Erasure | undefined> {
  return ctx.store.transaction(async (tx) => {
    const key = await keyOf(ctx, tx, subject);
    if (key === 'none') {
      return { status: 'unknown', records: 0 };
    }
    const loginNames = found ?? (key === 'lost' ? undefined : await loginNamesOf(ctx, tx, subject));
    if (loginNames === undefined) {
      return undefined;
    }
    await noteErasure(ctx, tx, subject, { keyLost: key === 'lost' });
    await requestScrub(ctx, tx);
    return { status: 'erased', records: await deleteEverything(tx, subject, { loginNames }) };
  });
}

/** A chain to which nothing can be appended keeps nobody from being erased: that it is broken shows when it is checked. */
async function noteErasure(ctx: Context, tx: StoreTransaction, subject: string, { keyLost }: { keyLost: boolean }): Promise<void> {
  try {
    await audit(ctx, tx, { chain: subject, type: 'erased', reason: 'requested', keyLost });
  } catch (error) {
    if (!isTacitServerError(error, 'ERR_RECORD_CORRUPT')) {
      throw error;
    }
    logAfter(ctx, tx, { level: 'error', event: 'erasure-not-noted', code: error.code });
  }
}

/** A key that does not open keeps nobody from being erased: to delete needs none. */
async function keyOf(ctx: Context, tx: StoreTransaction, subject: string): Promise<'there' | 'lost' | 'none'> {
  try {
    return (await ctx.dataKey(tx, subject)) === undefined ? 'none' : 'there';
  } catch (error) {
    if (!isTacitServerError(error, 'ERR_KEY_WRONG')) {
      throw error;
    }
    return 'lost';
  }
}

/** undefined where the customer's own record, which has them, can not be read. */
async function loginNamesOf(ctx: Context, tx: StoreTransaction, subject: string): Promise<readonly string[] | undefined> {
  const customer = await orUnreadable(customerOf(ctx, tx, subject));
  if (customer !== undefined && 'state' in customer) {
    return undefined;
  }
  return customer?.value.loginNames ?? [];
}

/** Among the names of all, each page in a transaction of its own: nobody else's registration is to wait behind that. */
async function lookForLoginNames(ctx: Context, subject: string): Promise<readonly string[]> {
  const leading: string[] = [];
  const pages = everyPage<StoreRecord & { leads: boolean }>(PAGE, (options) =>
    ctx.store.transaction(async (tx) => {
      const page = [];
      for (const record of await tx.listKind(loginNameKind.kind, options)) {
        page.push({ ...record, leads: (await ifReadable(loginNameKind.open(ctx, tx, record)))?.value.subject === subject });
      }
      return page;
    }),
  );
  for await (const page of pages) {
    leading.push(...page.filter(({ leads }) => leads).map(({ id }) => id));
  }
  return leading;
}

/** The deletions of an erasure, for a transaction of the caller's; call {@link forgetErased} when it is done. */
export async function deleteEverything(
  tx: StoreTransaction,
  subject: string,
  customer?: { readonly loginNames: readonly string[] },
): Promise<number> {
  let records = 0;
  for (const id of customer?.loginNames ?? []) {
    records += (await tx.delete('login-name', '', id)) ? 1 : 0;
  }
  return records + (await tx.deleteSubject(subject, { keep: AUDIT_KINDS }));
}

/** Wipes from memory what the store no longer has. */
export function forgetErased(ctx: Context, subject: string): void {
  ctx.forgetDataKey(subject);
  forgetTemplate(ctx, subject);
  forgetSessionTemplate(ctx, subject);
}
