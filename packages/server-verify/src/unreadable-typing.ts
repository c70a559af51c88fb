import type { Context } from './context';
import { isTacitServerError, type TacitServerError } from './errors';
import type { StoreTransaction } from './store';
import { typingTemplateKind } from './typing-template';

/** Whether a template or history can not be read: it is damaged, or a later version wrote it. */
export function isUnreadable(error: unknown): error is TacitServerError {
  return isTacitServerError(error, 'ERR_RECORD_CORRUPT') || isTacitServerError(error, 'ERR_TEMPLATE_VERSION');
}

/** What was read; undefined, as where there is none, for what can not be read. */
export async function ifReadable<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (!isUnreadable(error)) {
      throw error;
    }
    return undefined;
  }
}

/** Has a damaged template made anew by the job, and logs it by its code. One of a later version stays as it is, for the servers that can read it. */
export async function noteUnreadable(
  ctx: Context,
  tx: StoreTransaction,
  subject: string,
  { code, field }: TacitServerError,
): Promise<void> {
  ctx.log({ level: 'error', event: 'typing-unreadable', code });
  if (code !== 'ERR_RECORD_CORRUPT' || field !== typingTemplateKind.kind) {
    return;
  }
  const record = await tx.get(typingTemplateKind.kind, subject, 'current');
  if (record !== undefined && record.due === null) {
    const { version, ...unopened } = record;
    await tx.put({ ...unopened, due: ctx.clock() }, { ifVersion: version });
  }
}
