import type { Context } from './context';
import { endAllSessions } from './list-sessions';
import type { Stored } from './record-kind';
import { liveSession, putSession, type StoredSession, sessionTokens } from './sessions';
import type { StoreTransaction } from './store';
import type { SessionReference, SessionTokens } from './tokens';

/**
 * Two requests that refresh at once, or a reply that got lost, are no theft: within this time the same browser may repeat itself. Longer than a page waits for
 * an answer that a dead server or a dead network never gives, or the repetition would be taken for theft.
 */
export const REFRESH_GRACE_MS = 60_000;

export type RefreshResult =
  | { status: 'refreshed'; session: Stored<StoredSession>; tokens: SessionTokens }
  | { status: 'none' }
  /** An old token came back: the family was ended. */
  | { status: 'reused'; session: Stored<StoredSession> };

/**
 * Rotates the refresh token. The token before the last is accepted for a minute from the same browser and is given the very same successor (the
 * token follows from the generation), so tabs that refresh at once stay signed in and share one token; any other old token is a sign of
 * theft and ends every session of the family.
 */
export async function refreshSession(
  ctx: Context,
  tx: StoreTransaction,
  token: SessionReference & { generation: number },
  browser: string,
): Promise<RefreshResult> {
  const found = await liveSession(ctx, tx, token);
  if (found === undefined) {
    return { status: 'none' };
  }
  const { generation, rotatedAt } = found.value;
  const now = ctx.clock();
  const sameBrowser = found.value.browser === browser;
  if (sameBrowser && token.generation === generation) {
    const session = await putSession(ctx, tx, found, { generation: generation + 1, rotatedAt: now });
    return { status: 'refreshed', session, tokens: await sessionTokens(ctx, session) };
  }
  if (sameBrowser && token.generation === generation - 1 && now - rotatedAt <= REFRESH_GRACE_MS) {
    return { status: 'refreshed', session: found, tokens: await sessionTokens(ctx, found) };
  }
  await endAllSessions(ctx, tx, found.subject, 'refresh-reused', ({ value }) => value.family === found.value.family);
  return { status: 'reused', session: found };
}
