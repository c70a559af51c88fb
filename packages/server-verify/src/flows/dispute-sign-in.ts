import { raiseAlert } from '../alerts';
import { audit } from '../audit-log';
import { oweCode } from '../code-owed';
import { rollBackSessionTemplate } from '../continuous/session-lesson';
import { deleteFace } from '../face-enrolment';
import { faceTemplateKind } from '../face-template';
import { endAllSessions } from '../list-sessions';
import { noticeTime, notify, timeInWords } from '../notices';
import type { Stored } from '../record-kind';
import type { StoredSession } from '../sessions';
import { type SignIn, signInKind, updateSignIn } from '../sign-ins';
import type { StoreTransaction } from '../store';
import { rollBackTyping, type TypingRollBack } from '../typing-roll-back';
import { typingTemplateKind } from '../typing-template';
import { failStepUp } from './failed-step-up';
import type { FlowContext } from './flow-context';
import { type FlowResult, refuse } from './types';

/** What came of a dispute. */
export interface SignInDisputed {
  status: 'disputed';
  /** Whether it was disputed before: then nothing was changed. */
  already: boolean;
  /** Whether the matrix card was used in that sign-in, or in a session that grew out of it: then whoever it was has it, or a copy. */
  byCard: boolean;
  /** What became of what typing had learned. `enrol-again`: too little is left that is surely the customer's; type the password anew. */
  typing: TypingRollBack['template'];
  /** Sessions that were ended: all but the one that disputes. */
  sessionsEnded: number;
}

/**
 * The customer says that a sign-in was not his. All that it could have changed is undone, in the caller's transaction: other sessions end, the
 * template goes back to entries that a code has verified, and to those from before that sign-in where it had a code itself, or
 * where the typing was enrolled since.
 *
 * A sign-in that was disputed before is left as it is.
 */
export async function disputeSignIn(
  flow: FlowContext,
  tx: StoreTransaction,
  session: Stored<StoredSession>,
  id: string,
): Promise<FlowResult<SignInDisputed>> {
  const { ctx } = flow;
  const { subject } = session;
  const signIn = await signInKind.get(ctx, tx, subject, id);
  if (signIn === undefined) {
    return refuse('ERR_NOT_FOUND', { field: 'signIn' });
  }
  const byCard = usedCard(signIn.value);
  if (signIn.value.disputed) {
    return { ok: true, body: { status: 'disputed', already: true, byCard, typing: 'unchanged', sessionsEnded: 0 } };
  }
  const ended = await endAllSessions(ctx, tx, subject, 'sign-in-disputed', (other) => other.id !== session.id);
  for (const other of ended) {
    await failStepUp(flow, tx, other, 'abandoned');
  }
  // Whoever signed in has the password, and typed well enough for it.
  await oweCode(ctx, tx, subject);
  const faceDeleted = await deleteFaceSince(flow, tx, signIn);
  const { template, dropped, unlearned } = await rollBackTyping(ctx, tx, subject, await trusted(tx, signIn));
  // Whoever it was, his sessions may have taught it since; those of a registration's owner did from the beginning.
  const sessions = await rollBackSessionTemplate(ctx, tx, subject, { before: signIn.value.kind === 'registration' ? 0 : signIn.at });
  await updateSignIn(ctx, tx, subject, id, () => ({ disputed: true, confirmed: false }));
  const detail = { byCard, typing: template, dropped, unlearned, sessions, faceDeleted, sessionsEnded: ended.length };
  await audit(ctx, tx, { chain: subject, type: 'sign-in-disputed', reason: signIn.value.reason, detail });
  await raiseAlert(ctx, tx, { subject, code: 'sign-in-disputed', detail: { byCard, typing: template } });
  await notify(ctx, tx, subject, 'sign-in-disputed', {
    time: timeInWords(ctx.clock()),
    signedInAt: timeInWords(signIn.at),
    byCard: byCard ? 'yes' : 'no',
    typing: template,
  });
  return { ok: true, body: { status: 'disputed', already: false, byCard, typing: template, sessionsEnded: ended.length } };
}

/** A face that was enrolled after the sign-in may be of whoever it was. */
async function deleteFaceSince({ ctx }: FlowContext, tx: StoreTransaction, { subject, at, value }: Stored<SignIn>): Promise<boolean> {
  const record = await tx.get(faceTemplateKind.kind, subject, 'current');
  if (record === undefined || (record.at < at && value.kind !== 'registration')) {
    return false;
  }
  await notify(ctx, tx, subject, 'face-deleted', noticeTime(ctx));
  return deleteFace(ctx, tx, subject);
}

/** A registration proves nobody's card but the one that it handed out. */
function usedCard({ kind, factors, cardUsed }: SignIn): boolean {
  return cardUsed === true || (kind !== 'registration' && factors.includes('matrix-code'));
}

/** Up to when verified entries are the customer's. Whatever was enrolled after the sign-in may be of whoever it was. */
async function trusted(tx: StoreTransaction, { subject, at, value }: Stored<SignIn>): Promise<{ before?: number }> {
  if (value.kind === 'registration') {
    // Its entries were typed before it was confirmed.
    return { before: 0 };
  }
  // The time of the record is that of the enrolment, and tells of a template that can not be opened, too.
  const record = await tx.get(typingTemplateKind.kind, subject, 'current');
  return usedCard(value) || (record !== undefined && record.at >= at) ? { before: at } : {};
}
