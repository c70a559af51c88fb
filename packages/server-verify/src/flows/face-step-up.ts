import type { ParsedFaceSample } from '@tacit-auth/features';
import { audit } from '../audit-log';
import { readChallenge } from '../challenges';
import { owesCode } from '../code-owed';
import type { Context } from '../context';
import { faceActionsOf } from '../face-challenge';
import { contextEvidence } from '../face-context';
import { fusesToAccept } from '../face-fusion';
import { noteUncarried, readFaceHistory } from '../face-history';
import { judgeFaceLook, retryReasonOf } from '../face-look';
import type { FaceResult, FaceRetryReason } from '../face-result';
import { quarantineHeld, typingEvidence } from '../face-typing';
import { judgeFace } from '../judge-face';
import { judgeOnce } from '../judge-once';
import { noticeTime, notify } from '../notices';
import type { Stored } from '../record-kind';
import { liveSession, type PendingStepUp, putSession, type StoredSession } from '../sessions';
import { updateSignIn } from '../sign-ins';
import type { StoreTransaction } from '../store';
import { settleAttempt } from '../throttle';
import { askForFace, FACE_STEP_UP } from './ask-for-face';
import type { FlowContext } from './flow-context';
import { askForCode, openFullSession, sessionBinding } from './open-session';
import { referenceOf, withSession } from './sessions';
import { throttleKeys } from './step-up';
import { type FlowClient, type FlowResult, type LoginOutcome, type Refused, refuse, type SessionGrant } from './types';

interface InSession {
  client: FlowClient;
  session: SessionGrant;
}

export interface FaceStepUpFlow {
  /** Asks for the face again, with other actions, after a page was loaded anew; counts as a try. After the last one: for the matrix code. */
  start(options: InSession): Promise<FlowResult<LoginOutcome>>;
  /**
   * Judges one look into the camera. The face signs in where typing was accepted, or has no verdict yet and face, typing so far and
   * context together reach the threshold. Anything else asks for the matrix code, with the same answer whatever the cause; a look that can not be judged
   * is asked for again.
   *
   * @throws TacitServerError `ERR_CHALLENGE_*`
   */
  submit(options: InSession & { challenge: string; sample: ParsedFaceSample }): Promise<FlowResult<LoginOutcome>>;
  /** Takes the matrix code instead, at any time. The face is not asked for again in this sign-in. */
  useCode(options: InSession): Promise<FlowResult<LoginOutcome>>;
}

/** A sign-in that waits for a face. */
type Waiting = { pending: PendingStepUp; face: NonNullable<PendingStepUp['face']> };

export function createFaceStepUp(flow: FlowContext): FaceStepUpFlow {
  const { ctx } = flow;
  return {
    start: ({ client, session }) =>
      withSession(flow, session, { need: 'open' }, async (tx, stored) => {
        const waiting = waitingOf(ctx, stored.value);
        return 'ok' in waiting ? waiting : { ok: true, body: await askAgain(flow, tx, client, stored, waiting) };
      }),

    async submit({ client, session, challenge, sample }) {
      const reference = referenceOf(flow, session);
      const { subject, id } = reference;
      const checked = await readChallenge(ctx, challenge, {
        purpose: FACE_STEP_UP,
        subject,
        binding: sessionBinding(client, id),
        replayable: true,
      });
      const { number } = checked.data as { number: number };
      const { outcome } = await judgeOnce<FlowResult<LoginOutcome>>(ctx, {
        challenge: checked,
        body: { sample },
        ...(client.idempotencyKey === undefined ? {} : { idempotencyKey: client.idempotencyKey }),
        async judge() {
          const look = judgeFaceLook({ sample, actions: faceActionsOf(checked) });
          return {
            outcome: refuse('ERR_SESSION_SCOPE'),
            effects: async (tx): Promise<FlowResult<LoginOutcome>> => {
              const stored = await liveSession(ctx, tx, reference);
              if (stored === undefined) {
                return refuse('ERR_SESSION_NONE', {}, true);
              }
              const waiting = waitingOf(ctx, stored.value);
              if ('ok' in waiting) {
                return waiting;
              }
              if (number !== waiting.face.issued) {
                // Another one was asked for since: whoever has them all must not choose.
                return refuse('ERR_CHALLENGE_USED', { field: 'challenge' });
              }
              // Read for whatever comes of it, so that the time tells nothing.
              const typing = await typingEvidence(ctx, tx, { subject, heldSample: waiting.pending.heldSample });
              const { context } = await readFaceHistory(ctx, tx, subject);
              const result = await judgeFace(ctx, tx, { subject, sample, look });
              if (result.decision === 'retry') {
                await auditFace(ctx, tx, subject, result);
                return { ok: true, body: await askAgain(flow, tx, client, stored, waiting, retryReasonOf(result.reasons)) };
              }
              const evidence = contextEvidence(ctx, context, { browser: stored.value.browser, address: client.address });
              const owed = await owesCode(tx, subject);
              const carries =
                !owed &&
                result.decision === 'accept' &&
                (waiting.face.typing === 'accepted' ||
                  (waiting.face.typing === 'young' && fusesToAccept(ctx, { face: result, typing: typing?.score, context: evidence })));
              return carries ? signIn(flow, tx, client, stored, waiting) : goOnWithCode(flow, tx, client, stored, waiting, result);
            },
          };
        },
      });
      return outcome;
    },

    useCode: ({ client, session }) =>
      withSession(flow, session, { need: 'open' }, async (tx, stored) => {
        const waiting = waitingOf(ctx, stored.value);
        if ('ok' in waiting) {
          return waiting;
        }
        const closed = await closeFace(ctx, tx, stored, waiting);
        await audit(ctx, tx, { chain: stored.subject, type: 'step-up-required', reason: 'code-preferred' });
        return { ok: true, body: await askForCode(flow, tx, client, closed) };
      }),
  };
}

/** A session that waits for a face, or why not. One that has lapsed is as good as reported. */
function waitingOf(ctx: Context, { scope, pending }: StoredSession): Waiting | Refused {
  const face = pending?.face;
  return scope !== 'step-up' || pending === null || face === undefined || pending.expiresAt <= ctx.clock()
    ? refuse('ERR_SESSION_SCOPE')
    : { pending, face };
}

async function askAgain(
  flow: FlowContext,
  tx: StoreTransaction,
  client: FlowClient,
  stored: Stored<StoredSession>,
  waiting: Waiting,
  retry?: FaceRetryReason,
): Promise<LoginOutcome> {
  const { ctx } = flow;
  const { pending, face } = waiting;
  if (face.issued >= ctx.policy.face.triesPerChallenge) {
    const closed = await closeFace(ctx, tx, stored, waiting);
    await audit(ctx, tx, { chain: stored.subject, type: 'step-up-required', reason: 'too-many-tries' });
    return askForCode(flow, tx, client, closed);
  }
  const next: PendingStepUp = { ...pending, face: { ...face, issued: face.issued + 1 } };
  const session = await putSession(ctx, tx, stored, { pending: next });
  return askForFace(flow, session, { binding: sessionBinding(client, session.id), retry });
}

function closeFace(
  ctx: Context,
  tx: StoreTransaction,
  stored: Stored<StoredSession>,
  { pending }: Waiting,
  factors = pending.factors,
): Promise<Stored<StoredSession>> {
  return putSession(ctx, tx, stored, { pending: { ...pending, face: undefined, factors } });
}

async function signIn(
  flow: FlowContext,
  tx: StoreTransaction,
  client: FlowClient,
  stored: Stored<StoredSession>,
  { pending, face }: Waiting,
): Promise<FlowResult<LoginOutcome>> {
  const { ctx } = flow;
  const { subject, value } = stored;
  // A face can be shown by whoever has a picture of it: it lets nothing be learned, so the entry waits for a code.
  await quarantineHeld(ctx, tx, { subject, heldSample: pending.heldSample });
  const reason = face.typing === 'accepted' ? 'typing-accepted' : 'face-accepted';
  const factors = [...pending.factors, 'face'];
  await updateSignIn(ctx, tx, subject, pending.signIn, () => ({ outcome: 'signed-in', factors, reason, steppedUp: false }));
  await settleAttempt(ctx, tx, throttleKeys(pending.throttle), { success: true });
  await audit(ctx, tx, { chain: subject, type: 'sign-in', reason });
  const { hostSubject, role, amr, signIns } = value;
  return openFullSession(flow, tx, { subject, hostSubject, role, client, amr: [...amr, 'face'], signIns, previous: stored });
}

const ALARMS = { 'face-mismatch': 'face-mismatch', replayed: 'face-replayed' } as const;

/** What the owner is told of; nothing where nobody else's face or recording was shown. */
function alarmOf({ decision, reasons }: FaceResult): 'face-mismatch' | 'face-replayed' | 'face-not-live' | undefined {
  const [reason] = reasons;
  if (reason === 'face-mismatch' || reason === 'replayed') {
    return ALARMS[reason];
  }
  return decision === 'reject' ? 'face-not-live' : undefined;
}

/**
 * The same answer, the same store calls in the same order whether the face was the customer's and typing was not, or the face was not, or it was none: the
 * owner's notice is written each time, and to a subject that is nobody's where there is nothing to tell. A job does the rest.
 */
async function goOnWithCode(
  flow: FlowContext,
  tx: StoreTransaction,
  client: FlowClient,
  stored: Stored<StoredSession>,
  waiting: Waiting,
  result: FaceResult,
): Promise<FlowResult<LoginOutcome>> {
  const { ctx } = flow;
  const { subject } = stored;
  const { pending } = waiting;
  const alarm = alarmOf(result);
  await auditFace(ctx, tx, subject, result);
  await noteUncarried(ctx, tx, subject, { accepted: result.decision === 'accept' });
  await updateSignIn(ctx, tx, subject, pending.signIn, () => (alarm === undefined ? {} : { reason: alarm }));
  await notify(ctx, tx, alarm === undefined ? ctx.pseudonym('decoy', subject) : subject, alarm ?? 'face-mismatch', noticeTime(ctx));
  const factors = result.decision === 'accept' ? [...pending.factors, 'face'] : pending.factors;
  const closed = await closeFace(ctx, tx, stored, waiting, factors);
  return { ok: true, body: await askForCode(flow, tx, client, closed) };
}

function auditFace(ctx: Context, tx: StoreTransaction, subject: string, { decision, reasons }: FaceResult): Promise<void> {
  return audit(ctx, tx, { chain: subject, type: 'face-judged', reason: reasons[0] ?? 'matched', detail: { decision } });
}
