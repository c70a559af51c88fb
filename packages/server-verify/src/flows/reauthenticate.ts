import type { ParsedTypingSample } from '@tacit-auth/features';
import { raiseAlert } from '../alerts';
import { audit } from '../audit-log';
import { issueChallenge, readChallenge } from '../challenges';
import { owesCode } from '../code-owed';
import { judgeOnce } from '../judge-once';
import { noticeTime, notify, sessionCounter } from '../notices';
import type { PasswordVerdict } from '../password-store';
import type { Stored } from '../record-kind';
import { endSession, liveSession, mayGrow, putSession, type StoredSession } from '../sessions';
import { recordSignIn } from '../sign-ins';
import type { StoreTransaction } from '../store';
import { settleAttempt, type ThrottleKey } from '../throttle';
import { isAutomated } from './automation';
import { failStepUp } from './failed-step-up';
import type { FlowContext } from './flow-context';
import { askForCode, forgetStepUp, openFullSession, sessionBinding } from './open-session';
import { planByTyping, settlePlan, signInOf, type TypingPlan, warnOwner } from './right-password';
import { referenceOf, withSession } from './sessions';
import { failAttempt, reserveOrRefuse } from './throttled';
import { type FlowClient, type FlowResult, type LoginOutcome, type Refused, refuse, type SessionGrant } from './types';

const PURPOSE = 'flow-reauthenticate';

export interface ReauthenticateFlow {
  /** For a locked session. */
  start(options: { client: FlowClient; session: SessionGrant }): Promise<FlowResult<{ challenge: string }>>;
  /**
   * Password and strict typing open a new full session in place of the locked one. Strict typing that does not match, or that can not be judged,
   * asks for the matrix code, and the session stays locked until then; so does any typing where the session was locked because it did not look like the
   * customer. Three failures of any kind end the session.
   */
  submit(options: {
    client: FlowClient;
    session: SessionGrant;
    challenge: string;
    password: string;
    typing: ParsedTypingSample | null;
  }): Promise<FlowResult<LoginOutcome>>;
}

/** In-session checks of a password are counted apart from those at the door, so that a stranger's guesses there lock nobody out here. */
export function sessionThrottleKeys(subject: string, client: FlowClient): ThrottleKey[] {
  return [sessionThrottle(subject), { kind: 'address', value: client.address }];
}

/** The customer's counter of these. It has no end of its own at its cap, so another factor clears it. */
export function sessionThrottle(subject: string): ThrottleKey {
  return { kind: 'user', value: sessionCounter(subject) };
}

export function createReauthenticate(flow: FlowContext): ReauthenticateFlow {
  const { ctx, passwords } = flow;
  return {
    start: ({ client, session }) =>
      withSession(flow, session, { need: 'any' }, async (_tx, stored) => {
        if (stored.value.state !== 'locked') {
          return refuse('ERR_SESSION_SCOPE');
        }
        const { challenge } = await issueChallenge(ctx, {
          purpose: PURPOSE,
          subject: stored.subject,
          binding: sessionBinding(client, stored.id),
        });
        return { ok: true, body: { challenge } };
      }),

    async submit({ client, session, challenge, password, typing }) {
      const reference = referenceOf(flow, session);
      const { subject, id } = reference;
      const checked = await readChallenge(ctx, challenge, {
        purpose: PURPOSE,
        subject,
        binding: sessionBinding(client, id),
        replayable: true,
      });
      const keys = sessionThrottleKeys(subject, client);
      const { outcome } = await judgeOnce<FlowResult<LoginOutcome>>(ctx, {
        challenge: checked,
        body: { password, typing },
        ...(client.idempotencyKey === undefined ? {} : { idempotencyKey: client.idempotencyKey }),
        reserve: (tx) => reserveOrRefuse(flow, tx, keys),
        async judge() {
          const verdict = await passwords.checkSubject({ subject, hostSubject: session.subject, password });
          const automated = typing !== null && isAutomated(typing);
          const plan = verdict.matched && !automated ? await planByTyping(flow, { subject, typing, strict: true }) : undefined;
          return {
            outcome: refuse('ERR_CREDENTIALS'),
            effects: async (tx): Promise<FlowResult<LoginOutcome>> => {
              const stored = await liveSession(ctx, tx, reference);
              if (stored === undefined) {
                return refuse('ERR_SESSION_ENDED', {}, true);
              }
              if (stored.value.state !== 'locked') {
                return refuse('ERR_SESSION_SCOPE');
              }
              if (plan === undefined) {
                if (verdict.matched) {
                  await notify(ctx, tx, subject, 'typing-automated', noticeTime(ctx));
                }
                await failAttempt(flow, tx, keys);
                return failed(flow, tx, stored, refuse(automated ? 'ERR_TYPING_AUTOMATED' : 'ERR_CREDENTIALS'));
              }
              return passed(flow, tx, { client, keys, stored, plan, verdict, typing });
            },
          };
        },
      });
      return outcome;
    },
  };
}

interface Passed {
  client: FlowClient;
  keys: readonly ThrottleKey[];
  stored: Stored<StoredSession>;
  plan: TypingPlan;
  verdict: PasswordVerdict;
  typing: ParsedTypingSample | null;
}

async function passed(flow: FlowContext, tx: StoreTransaction, input: Passed): Promise<FlowResult<LoginOutcome>> {
  const { ctx, passwords } = flow;
  const { client, keys, verdict, typing } = input;
  const { subject, value } = input.stored;
  // A code that was asked for and not given is a failure like a wrong one: nobody may try strict typing until it happens to match.
  if (value.pending !== null && value.reauthFailures + 1 >= ctx.policy.session.reauthFailures) {
    return failed(flow, tx, input.stored, refuse('ERR_CREDENTIALS'));
  }
  // What was locked because it did not look like the customer is not opened by looking like him.
  const owed = value.lockedFor === 'risk' || (await owesCode(tx, subject, { but: value.family }));
  const plan = await settlePlan(withCode(input.plan, owed, mayGrow(value)), tx);
  // A code that an earlier password was waiting for is no longer waited for.
  const stored = await dropPending(flow, tx, input.stored);
  const { hostSubject, role, signIns } = stored.value;
  if (verdict.rehashed !== undefined) {
    await passwords.save(tx, subject, verdict.rehashed);
  }
  const id = await recordSignIn(ctx, tx, subject, signInOf('reauthentication', plan, typing));
  if (plan.decision === 'reject') {
    await warnOwner(flow, tx, subject, plan.reason);
    return failed(flow, tx, stored, refuse('ERR_CREDENTIALS'));
  }
  if (plan.decision === 'accept') {
    await settleAttempt(ctx, tx, keys, { success: true });
    await audit(ctx, tx, { chain: subject, type: 'reauthenticated', reason: plan.reason });
    return openFullSession(flow, tx, {
      subject,
      hostSubject,
      role,
      client,
      // What was shown now: an earlier code says nothing of who came back, nor of what his session may teach.
      amr: ['pwd', 'typing'],
      signIns: [...signIns, id],
      previous: stored,
    });
  }
  // Strict typing misses many an entry of the owner: he is told only when no right code follows.
  await audit(ctx, tx, { chain: subject, type: 'step-up-required', reason: plan.reason });
  const waiting = await putSession(ctx, tx, stored, {
    pending: {
      signIn: id,
      ...(plan.heldSample === undefined ? {} : { heldSample: plan.heldSample }),
      throttle: { user: keys[0]!.value, address: keys[1]!.value },
      expiresAt: ctx.clock() + ctx.policy.session.stepUpMs,
      factors: ['password'],
    },
  });
  return { ok: true, body: await askForCode(flow, tx, client, waiting) };
}

/** The same, but an accepted entry waits for the code where one is owed, and, as in a spot check, where the session may not grow out of typing any more. */
function withCode(plan: TypingPlan, owed: boolean, grows: boolean): TypingPlan {
  return plan.decision !== 'accept' || (grows && !owed)
    ? plan
    : { ...plan, decision: 'step-up', reason: owed ? 'code-owed' : 'spot-check' };
}

async function dropPending(flow: FlowContext, tx: StoreTransaction, stored: Stored<StoredSession>): Promise<Stored<StoredSession>> {
  if (stored.value.pending === null) {
    return stored;
  }
  await forgetStepUp(flow, tx, stored);
  return putSession(flow.ctx, tx, stored, { pending: null, reauthFailures: stored.value.reauthFailures + 1 });
}

/** Counts a failure; the last one ends the session. */
async function failed(flow: FlowContext, tx: StoreTransaction, stored: Stored<StoredSession>, refusal: Refused): Promise<Refused> {
  const { ctx } = flow;
  const { subject, value } = stored;
  const reauthFailures = value.reauthFailures + 1;
  const left = ctx.policy.session.reauthFailures - reauthFailures;
  await audit(ctx, tx, { chain: subject, type: 'reauthentication-failed' });
  if (left <= 0) {
    if (value.pending !== null) {
      await failStepUp(flow, tx, stored, 'failed');
    }
    await endSession(ctx, tx, stored, 'reauthentication-failed');
    await raiseAlert(ctx, tx, { subject, code: 'reauthentication-failed' });
    return refuse('ERR_SESSION_ENDED', {}, true);
  }
  await putSession(ctx, tx, stored, { reauthFailures });
  return { ok: false, error: { ...refusal.error, left } };
}
