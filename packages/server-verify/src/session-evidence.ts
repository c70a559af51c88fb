import { afterCommit, tellChange } from './after-commit';
import type { Context } from './context';
import { forgetSessionTemplate } from './continuous/session-template';
import { recordReference } from './record-reference';
import type { StoreTransaction } from './store';

/** Sessions that are being checked: the id is the session's own. */
export const CHECKED_SESSION = 'continuous';
/** Kinds that hold what was seen of a customer in his sessions. */
const KINDS = [CHECKED_SESSION, 'session-template', 'session-summary', 'evidence-seen', 'text-history'];
const PAGE = 200;

/** Deletes what sessions taught, and what those under way are about to, whose pages are told. Returns how many records there were. */
export async function eraseSessionEvidence(ctx: Context, tx: StoreTransaction, subject: string): Promise<number> {
  let erased = 0;
  afterCommit(tx, () => forgetSessionTemplate(ctx, subject));
  for (const kind of KINDS) {
    for (;;) {
      const page = await tx.list(kind, subject, { limit: PAGE });
      for (const { id } of page) {
        await tx.delete(kind, subject, id);
        if (kind === CHECKED_SESSION) {
          tellChange(ctx, tx, 'session', recordReference(subject, id));
        }
        erased++;
      }
      if (page.length < PAGE) {
        break;
      }
    }
  }
  return erased;
}
