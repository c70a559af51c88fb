import type { Context } from './context';
import type { Stored } from './record-kind';
import type { StoredSession } from './sessions';
import type { StoreTransaction } from './store';

/** What a change of a session brings besides. The layer of flows says what; without it, nothing. */
export interface SessionEffects {
  /**
   * A full session of a customer has locked, ended or expired. Runs in the transaction of it, and more than once where a locked session ends.
   *
   * @param how `well` where nobody doubted it to the last
   */
  closed(tx: StoreTransaction, session: Stored<StoredSession>, how: 'well' | 'ill'): Promise<void>;
  /** A session is new, or its state or risk has changed. Must write nothing. */
  changed(tx: StoreTransaction, session: Stored<StoredSession>): void;
}

const effects = new WeakMap<Context, SessionEffects>();

export function setSessionEffects(ctx: Context, given: SessionEffects): void {
  effects.set(ctx, given);
}

export async function sessionClosed(
  ctx: Context,
  tx: StoreTransaction,
  session: Stored<StoredSession>,
  how: 'well' | 'ill',
): Promise<void> {
  const { scope, role } = session.value;
  // Nothing else is ever watched, and a sign-in makes the same store calls whatever it waits for.
  if (scope === 'full' && role === 'customer') {
    await effects.get(ctx)?.closed(tx, session, how);
  }
}

export function sessionChanged(ctx: Context, tx: StoreTransaction, session: Stored<StoredSession>): void {
  effects.get(ctx)?.changed(tx, session);
}
