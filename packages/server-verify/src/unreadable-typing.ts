import { logAfter } from './after-commit';
import type { Context } from './context';
import type { TacitServerError } from './errors';
import type { StoreTransaction } from './store';
import { typingTemplateKind } from './typing-template';

/** Has a damaged template made anew by the job, and logs it by its code. One of a later version stays as it is, for the servers that can read it. */
export async function noteUnreadable(
  ctx: Context,
  tx: StoreTransaction,
  subject: string,
  { code, field }: TacitServerError,
): Promise<void> {
  logAfter(ctx, tx, { level: 'error', event: 'typing-unreadable', code });
  if (code !== 'ERR_RECORD_CORRUPT' || field !== typingTemplateKind.kind) {
    return;
  }
  const record = await tx.get(typingTemplateKind.kind, subject, 'current');
  if (record !== undefined && record.due === null) {
    const { version, ...unopened } = record;
    await tx.put({ ...unopened, due: ctx.clock() }, { ifVersion: version });
  }
}
