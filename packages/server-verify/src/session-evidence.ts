import { afterCommit, tellChange } from './after-commit';
import type { Context } from './context';
import { forgetSessionTemplate } from './continuous/session-template';
import { recordReference } from './record-reference';
import type { StoreTransaction } from './store';

/** Kinds that hold what was seen of a customer in his sessions. */
export const SESSION_EVIDENCE_KINDS = ['continuous', 'session-template', 'session-summary', 'text-history'] as const;
const PAGE = 200;

/** Deletes what sessions taught, and what those under way are about to, whose pages are told. Returns how many records there were. */
export async function eraseSessionEvidence(ctx: Context, tx: StoreTransaction, subject: string): Promise<number> {
  let erased = 0;
  afterCommit(tx, () => forgetSessionTemplate(ctx, subject));
  for (const kind of SESSION_EVIDENCE_KINDS) {
    for (;;) {
      const page = await tx.list(kind, subject, { limit: PAGE });
      for (const { id } of page) {
        await tx.delete(kind, subject, id);
        tellChange(ctx, tx, 'session', recordReference(subject, id));
        erased++;
      }
      if (page.length < PAGE) {
        break;
      }
    }
  }
  return erased;
}
