import { issueChallenge } from '../challenges';
import { noticeTime, notifyLate } from '../notices';
import type { Stored } from '../record-kind';
import { createSession, endSession, liveSession, type NewSession, type PendingStepUp, type StoredSession } from '../sessions';
import { updateSignIn } from '../sign-ins';
import type { StoreTransaction } from '../store';
import { settleHeldSample } from '../typing-learning';
import { askForFace } from './ask-for-face';
import type { FlowContext } from './flow-context';
import { asked, sessionView } from './session-view';
import { referenceOf } from './sessions';
import type { FlowClient, FlowResult, LoginOutcome, SessionGrant } from './types';

export const STEP_UP = 'flow-step-up';
export type StepUpPurpose = 'login' | 'transfer' | 'settings' | 'session';

type Opened = Extract<FlowResult<LoginOutcome>, { ok: true }>;
type Who = Pick<NewSession, 'subject' | 'hostSubject' | 'role' | 'signIns'> & {
  client: FlowClient;
  amr: string[];
  previous?: Stored<StoredSession>;
};

/** Challenges of a session are good for that session in that browser only. */
export function sessionBinding(client: FlowClient, session: string): string {
  return `${session}.${client.browser}`;
}

/** A full session, in place of the one before it. */
export async function openFullSession(flow: FlowContext, tx: StoreTransaction, who: Who): Promise<Opened> {
  const { session, tokens } = await createSession(flow.ctx, tx, { ...sessionOf(flow, who), scope: 'full' });
  return { ok: true, body: { status: 'signed-in', session: await sessionView(flow.ctx, tx, session) }, tokens };
}

/** A restricted session that can answer what is asked for, a face or the matrix code, and little else. Its answer is the same whatever caused it. */
export async function openStepUpSession(flow: FlowContext, tx: StoreTransaction, who: Who & { pending: PendingStepUp }): Promise<Opened> {
  const { session, tokens } = await createSession(flow.ctx, tx, { ...sessionOf(flow, who), scope: 'step-up', pending: who.pending });
  const { client, pending } = who;
  const body =
    pending.face === undefined
      ? await askForCode(flow, tx, client, session)
      : await askForFace(flow, session, { binding: sessionBinding(client, session.id) });
  return { ok: true, body, tokens };
}

function sessionOf(flow: FlowContext, { subject, hostSubject, role, client, amr, signIns, previous }: Who): Omit<NewSession, 'scope'> {
  const browser = flow.ctx.pseudonym('browser', client.browser);
  return { subject, hostSubject, role, browser, amr, signIns, ...(previous === undefined ? {} : { previous }) };
}

/** The outcome that asks a session for the matrix code. */
export async function askForCode(
  flow: FlowContext,
  tx: StoreTransaction,
  client: FlowClient,
  session: Stored<StoredSession>,
): Promise<LoginOutcome> {
  const { coordinates } = await asked(flow.ctx, tx, session.subject);
  if (coordinates === undefined) {
    return { status: 'step-up', next: 'card-suspended' };
  }
  const { challenge } = await issueStepUpChallenge(flow, client, session, { purpose: 'login', binding: null });
  return { status: 'step-up', next: 'matrix-code', challenge, coordinates };
}

export function issueStepUpChallenge(
  flow: FlowContext,
  client: FlowClient,
  { subject, id }: Pick<Stored<StoredSession>, 'subject' | 'id'>,
  data: { purpose: StepUpPurpose; binding: string | null },
): Promise<{ challenge: string; expiresAt: number }> {
  return issueChallenge(flow.ctx, { purpose: STEP_UP, subject, binding: sessionBinding(client, id), data });
}

/**
 * Ends what the browser was signed in with before. A step-up that the same customer left open to sign in afresh goes on in the new attempt, which
 * is watched in its place; that of another customer stays, and is reported as abandoned in its time.
 */
export async function supersede(
  flow: FlowContext,
  tx: StoreTransaction,
  subject: string,
  previous: SessionGrant | undefined,
): Promise<void> {
  const { ctx } = flow;
  const stored = previous === undefined ? undefined : await liveSession(ctx, tx, referenceOf(flow, previous));
  if (stored === undefined || (stored.subject !== subject && stored.value.pending !== null)) {
    return;
  }
  await forgetStepUp(flow, tx, stored);
  await endSession(ctx, tx, stored, 'superseded');
}

/**
 * A code that is no longer waited for, because its owner gave the password again: nothing is learned, and nobody is alarmed. But where a face was accepted
 * and typing did not go with it, somebody with a photograph may be trying whose typing does: that is told like a step-up that was abandoned, in the
 * background, and a notice to nobody is written where there is nothing to tell.
 */
export async function forgetStepUp({ ctx }: FlowContext, tx: StoreTransaction, { subject, value }: Stored<StoredSession>): Promise<void> {
  const { pending } = value;
  if (pending === null) {
    return;
  }
  if (pending.heldSample !== undefined) {
    await settleHeldSample(ctx, tx, { subject, heldSample: pending.heldSample, factor: 'none' });
  }
  await updateSignIn(ctx, tx, subject, pending.signIn, () => ({ outcome: 'abandoned' }));
  const told = pending.factors.includes('face') ? subject : ctx.pseudonym('decoy', subject);
  await notifyLate(ctx, tx, told, 'step-up-abandoned', noticeTime(ctx));
}
