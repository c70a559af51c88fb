import type { Context } from '../context';
import type { StoreTransaction } from '../store';
import { orUnreadable, type UnreadableOf } from '../unreadable-record';
import { type SessionTemplate, sessionTemplateKind, TEMPLATE_ID } from './session-template';

/** What is known of what a customer's sessions taught, without anything biometric in it. Times are ms since the epoch. */
export interface SessionInspection {
  /** `young`: nothing is compared with it yet. A part that was made with another population than the server's is not compared either. */
  state: 'young' | 'ready';
  /** Sessions that taught it, and on how many days, the latest 64 counted. */
  sessions: number;
  days: number;
  /** What it rests on: windows and keys of typing, windows and actions of the pointer. */
  typing: { windows: number; keys: number } | null;
  pointer: { windows: number; actions: number } | null;
  /** Whether each of those sessions was vouched for by the matrix card. */
  vouched: boolean;
  startedAt: number;
  learnedAt: number;
  /** States that it can be taken back to. */
  earlier: number;
}

export type UnreadableSession = UnreadableOf<SessionInspection>;

/**
 * Looks at what a customer's sessions taught; null where that is nothing. What can not be read is told by its code.
 *
 * @param subject the record subject (`ctx.subjectOf`).
 */
export function inspectSession(ctx: Context, subject: string): Promise<SessionInspection | UnreadableSession | null> {
  return ctx.store.transaction((tx) => orUnreadable(inspect(ctx, tx, subject)));
}

async function inspect(ctx: Context, tx: StoreTransaction, subject: string): Promise<SessionInspection | null> {
  const found = await sessionTemplateKind.get(ctx, tx, subject, TEMPLATE_ID);
  if (found === undefined) {
    return null;
  }
  const { freeText, pointer, sessions, days, vouched, startedAt, learnedAt, earlier } = found.value;
  return {
    state: isReady(ctx, found.value) ? 'ready' : 'young',
    sessions,
    days: days.length,
    typing: freeText && { windows: freeText.windows, keys: freeText.amount },
    pointer: pointer && { windows: pointer.windows, actions: pointer.amount },
    vouched,
    startedAt,
    learnedAt,
    earlier: earlier.length,
  };
}

function isReady({ policy }: Context, { days, freeText, pointer }: SessionTemplate): boolean {
  const { readyDays, readyKeys, readyActions } = policy.continuous;
  return days.length >= readyDays && ((freeText?.amount ?? 0) >= readyKeys || (pointer?.amount ?? 0) >= readyActions);
}
