import type { Context } from './context';
import type { Stored } from './record-kind';
import { type EndReason, endSession, type StoredSession, sessionKind } from './sessions';
import type { StoreTransaction } from './store';

const PAGE = 200;

/** The live sessions of a customer. */
export async function listSessions(ctx: Context, tx: StoreTransaction, subject: string): Promise<Stored<StoredSession>[]> {
  const now = ctx.clock();
  const live: Stored<StoredSession>[] = [];
  let page = await sessionKind.list(ctx, tx, subject, { limit: PAGE });
  for (;;) {
    live.push(...page.filter(({ value }) => value.state !== 'ended' && value.expiresAt > now));
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) {
      return live;
    }
    page = await sessionKind.list(ctx, tx, subject, { limit: PAGE, after: { at: last.at, id: last.id } });
  }
}

/** Ends every live session of a customer; the ended ones are returned as they were. */
export async function endAllSessions(
  ctx: Context,
  tx: StoreTransaction,
  subject: string,
  reason: EndReason,
  which: (session: Stored<StoredSession>) => boolean = () => true,
): Promise<Stored<StoredSession>[]> {
  const sessions = (await listSessions(ctx, tx, subject)).filter(which);
  for (const session of sessions) {
    await endSession(ctx, tx, session, reason);
  }
  return sessions;
}
