import { raiseAlert } from '../alerts';
import { assertText } from '../arguments';
import { audit } from '../audit-log';
import { readChallenge } from '../challenges';
import { codePaid } from '../code-owed';
import { type ConfirmationPurpose, giveConfirmation, takeConfirmation } from '../confirmations';
import type { Context } from '../context';
import { TacitServerError } from '../errors';
import { noteVerifiedSignIn } from '../face-history';
import { judgeOnce } from '../judge-once';
import type { Stored } from '../record-kind';
import { endSession, liveSession, putSession, type StoredSession } from '../sessions';
import { updateSignIn } from '../sign-ins';
import type { StoreTransaction } from '../store';
import { clearThrottle, settleAttempt, type ThrottleKey } from '../throttle';
import { settleHeldSample } from '../typing-learning';
import { noteCardUse } from './card-use';
import { failStepUp } from './failed-step-up';
import type { FlowContext } from './flow-context';
import { judgeCode, tellSuspension } from './matrix-answer';
import { issueStepUpChallenge, openFullSession, STEP_UP, type StepUpPurpose, sessionBinding } from './open-session';
import { sessionThrottle } from './reauthenticate';
import { asked } from './session-view';
import { referenceOf, withSession } from './sessions';
import { type FlowClient, type FlowResult, type LoginOutcome, type Refused, refuse, type SessionGrant } from './types';

export type StepUpOutcome = LoginOutcome | { status: 'confirmed'; confirmation: string } | { status: 'trusted' };

export interface StepUpFlow {
  /**
   * Asks for the matrix code: to complete a sign-in or a re-authentication (`login`), to confirm something in a full session, or to show that it is the
   * customer who is at it (`session`), where the checks of the session ask for it. The cells stay the same however often this is called.
   *
   * @param options.binding names the one deed that is confirmed, 1-128 characters: for `transfer` a digest of what is to be done, for `settings` one of
   * `sign-ins/confirm`, `sign-ins/dispute:ID`, `consent:granted`, `consent:declined`, the same with `face-` or `session-` before the decision, `face:enrol`,
   * `face:delete`, `export`, `erase`, or a name of the application's own
   */
  start(options: {
    client: FlowClient;
    session: SessionGrant;
    purpose?: StepUpPurpose;
    binding?: string;
  }): Promise<FlowResult<{ challenge: string; coordinates: string[]; expiresAt: number }>>;
  /**
   * Judges one code. A right one opens a new full session, or gives a confirmation that is good once. In a full session it ends whatever doubts there were
   * of it, for whatever purpose it was asked.
   */
  submit(options: { client: FlowClient; session: SessionGrant; challenge: string; code: string }): Promise<FlowResult<StepUpOutcome>>;
  /**
   * Uses a confirmation up. For the host's own high-risk actions. The session is looked at once more in the same transaction.
   *
   * @throws TacitServerError `ERR_CONFIRMATION`; `ERR_SESSION_NONE`, `ERR_SESSION_LOCKED`, `ERR_STEP_UP_NEEDED` for a session that has ended, locked or
   * been doubted since your route admitted it
   */
  takeConfirmation(options: {
    session: SessionGrant;
    confirmation: unknown;
    purpose: ConfirmationPurpose;
    /** The deed, as at `start`. */
    binding: string;
  }): Promise<void>;
}

type StepUpData = { purpose: 'login' | 'session'; binding: string | null } | { purpose: ConfirmationPurpose; binding: string };

export function createStepUp(flow: FlowContext): StepUpFlow {
  const { ctx } = flow;
  return {
    start: ({ client, session, purpose = 'login', binding = null }) =>
      withSession(flow, session, { need: 'waiting' }, async (tx, stored) => {
        const wrong = misplaced(ctx, stored.value, purpose, binding);
        if (wrong !== undefined) {
          return wrong;
        }
        const { coordinates } = await asked(ctx, tx, stored.subject);
        if (coordinates === undefined) {
          return refuse('ERR_CARD_SUSPENDED');
        }
        const { challenge, expiresAt } = await issueStepUpChallenge(flow, client, stored, { purpose, binding });
        return { ok: true, body: { challenge, coordinates, expiresAt } };
      }),

    async submit({ client, session, challenge, code }) {
      const { subject, id } = referenceOf(flow, session);
      const checked = await readChallenge(ctx, challenge, {
        purpose: STEP_UP,
        subject,
        binding: sessionBinding(client, id),
        replayable: true,
      });
      const data = checked.data as StepUpData;
      const { purpose, binding } = data;
      const { outcome } = await judgeOnce<FlowResult<StepUpOutcome>>(ctx, {
        challenge: checked,
        body: { code },
        ...(client.idempotencyKey === undefined ? {} : { idempotencyKey: client.idempotencyKey }),
        judge: async () => ({
          outcome: refuse('ERR_CODE_WRONG'),
          effects: async (tx): Promise<FlowResult<StepUpOutcome>> => {
            const stored = await liveSession(ctx, tx, { subject, id });
            if (stored === undefined) {
              return refuse('ERR_SESSION_NONE', {}, true);
            }
            const wrong = misplaced(ctx, stored.value, purpose, binding);
            if (wrong !== undefined) {
              return wrong;
            }
            const verdict = await judgeCode(flow, tx, { subject, code });
            if (!verdict.matched) {
              return wrongCode(flow, tx, stored, verdict);
            }
            const noted = await noteCardUse(flow, tx, stored);
            await audit(ctx, tx, { chain: subject, type: purpose === 'login' ? 'step-up-passed' : 'confirmed', reason: purpose });
            switch (data.purpose) {
              case 'login':
                return complete(flow, tx, client, noted);
              case 'session':
                return { ok: true, body: { status: 'trusted' } };
              default:
                return { ok: true, body: { status: 'confirmed', confirmation: await giveConfirmation(ctx, tx, noted, data) } };
            }
          },
        }),
      });
      return outcome;
    },

    async takeConfirmation({ session, confirmation, purpose, binding }) {
      assertText(binding, 'binding', 1, 128);
      const taken = await withSession(flow, session, { need: 'full', sensitive: true }, async (tx, stored) => {
        await takeConfirmation(ctx, tx, confirmation, stored, { purpose, binding });
        return { ok: true, body: null };
      });
      if (!taken.ok) {
        throw new TacitServerError(taken.error.code);
      }
    },
  };
}

/** A sign-in or a re-authentication waits for the code, or a full session confirms something: anything else is out of place. */
function misplaced(ctx: Context, session: StoredSession, purpose: StepUpPurpose, binding: string | null): Refused | undefined {
  if (purpose === 'login') {
    // One that has lapsed is as good as reported.
    const waits = session.pending !== null && session.pending.expiresAt > ctx.clock();
    return !waits ? refuse(session.state === 'locked' ? 'ERR_SESSION_LOCKED' : 'ERR_SESSION_SCOPE') : undefined;
  }
  if (session.scope !== 'full') {
    return refuse('ERR_SESSION_SCOPE');
  }
  if (session.state === 'locked') {
    return refuse('ERR_SESSION_LOCKED');
  }
  return purpose === 'session' || (binding !== null && binding !== '') ? undefined : refuse('ERR_FIELD_INVALID', { field: 'binding' });
}

async function complete(
  flow: FlowContext,
  tx: StoreTransaction,
  client: FlowClient,
  session: Stored<StoredSession>,
): Promise<FlowResult<LoginOutcome>> {
  const { ctx } = flow;
  const { subject, value } = session;
  const { pending, hostSubject, role } = value;
  if (pending === null) {
    return refuse('ERR_SESSION_SCOPE');
  }
  const held = pending.heldSample === undefined ? {} : { heldSample: pending.heldSample };
  await settleHeldSample(ctx, tx, { subject, factor: 'independent', ...held });
  const factors = [...pending.factors, 'matrix-code'];
  await updateSignIn(ctx, tx, subject, pending.signIn, () => ({ outcome: 'signed-in', factors }));
  await settleAttempt(ctx, tx, throttleKeys(pending.throttle), { success: true });
  await clearThrottle(ctx, tx, [sessionThrottle(subject)]);
  await codePaid(tx, subject);
  await noteVerifiedSignIn(ctx, tx, subject, { browser: value.browser, address: client.address });
  await audit(ctx, tx, { chain: subject, type: value.scope === 'full' ? 'reauthenticated' : 'sign-in', reason: 'matrix-code' });
  // A re-authentication stands by itself: password and code. A sign-in is one with what came before its code.
  const amr = value.scope === 'full' ? ['pwd', 'matrix'] : [...new Set([...value.amr, 'matrix'])];
  // The code is a factor of this sign-in, and was noted at those before it.
  return openFullSession(flow, tx, { subject, hostSubject, role, client, amr, signIns: [], previous: session });
}

export function throttleKeys({ user, address }: { user: string; address: string }): ThrottleKey[] {
  return [
    { kind: 'user', value: user },
    { kind: 'address', value: address },
  ];
}

/** A suspended card ends the attempt and is told to the owner; a locked session ends after three failures. */
async function wrongCode(
  flow: FlowContext,
  tx: StoreTransaction,
  session: Stored<StoredSession>,
  verdict: { reason: 'wrong' | 'suspended' | 'none'; left: number; suspendedNow: boolean },
): Promise<Refused> {
  const { ctx } = flow;
  const { subject, value } = session;
  await audit(ctx, tx, { chain: subject, type: 'step-up-failed', reason: verdict.reason });
  const suspended = verdict.reason !== 'wrong' || verdict.left === 0;
  const failures = value.reauthFailures + 1;
  const reauthenticating = value.scope === 'full' && value.pending !== null;
  const ends = reauthenticating && failures >= ctx.policy.session.reauthFailures;
  let current = session;
  if (suspended) {
    await raiseAlert(ctx, tx, { subject, code: 'card-suspended' });
  }
  if (verdict.suspendedNow && value.pending === null) {
    await tellSuspension(flow, tx, subject);
  }
  if ((suspended || ends) && value.pending !== null) {
    await failStepUp(flow, tx, session, 'failed');
    current = await putSession(ctx, tx, session, { pending: null });
  }
  if (ends) {
    await endSession(ctx, tx, current, 'reauthentication-failed');
    return refuse('ERR_SESSION_ENDED', {}, true);
  }
  if (reauthenticating) {
    await putSession(ctx, tx, current, { reauthFailures: failures });
  }
  if (suspended) {
    return refuse('ERR_CARD_SUSPENDED');
  }
  const left = reauthenticating ? Math.min(verdict.left, ctx.policy.session.reauthFailures - failures) : verdict.left;
  return refuse('ERR_CODE_WRONG', { left });
}
