import { constantTimeEqual } from '@tacit-auth/crypto';
import { audit, OPERATORS } from '../audit-log';
import { readChallenge } from '../challenges';
import { activate, customerOf, requireCustomer, updateCustomer } from '../customers';
import { emailCodeMatches } from '../email-codes';
import { forgetErased } from '../erase';
import { requestScrub } from '../erased-data';
import { errorCode } from '../errors';
import { noteVerifiedSignIn } from '../face-history';
import { loginNameId, normaliseIdentifier, takeLoginName } from '../login-names';
import { judgeMatrixCode } from '../matrix-card';
import type { Stored } from '../record-kind';
import { recordSignIn } from '../sign-ins';
import type { StoreTransaction } from '../store';
import { clearThrottle, type ThrottleKey } from '../throttle';
import type { FlowContext } from './flow-context';
import { openFullSession } from './open-session';
import { REGISTRATION_ID, type Registration, registrationKind } from './registration-record';
import { type FlowClient, type FlowResult, type LoginOutcome, refuse } from './types';

export const REGISTER_CONFIRM = 'flow-register-confirm';
/** First wait of the job before it takes up a registration that a request may still be at. */
const ROLL_FORWARD_AFTER_MS = 10_000;

export interface RegisterConfirm {
  /**
   * Both codes right: the sign-in name is taken and the registration is `confirming`; then the host commits; then everything takes effect in one
   * transaction. The same answer may be repeated until it has an outcome.
   */
  confirm(options: { client: FlowClient; registration: string; emailCode: string; code: string }): Promise<FlowResult<LoginOutcome>>;
}

type Step = { next: 'answer'; result: FlowResult<LoginOutcome> } | { next: 'commit'; hostSubject: string };
type Pending = Stored<Registration>;

export function createRegisterConfirm(flow: FlowContext): RegisterConfirm {
  const { ctx } = flow;
  return {
    async confirm({ client, registration, emailCode, code }) {
      const { subject = '' } = await readChallenge(ctx, registration, { purpose: REGISTER_CONFIRM, binding: client.browser });
      const answer = ctx.pseudonym('registration-answer', `${subject}:${emailCode}:${code}`);
      const step = await ctx.store.transaction(async (tx): Promise<Step> => {
        const found = await registrationKind.get(ctx, tx, subject, REGISTRATION_ID);
        if (found === undefined || found.value.expiresAt <= ctx.clock()) {
          return { next: 'answer', result: refuse('ERR_REGISTRATION_ENDED') };
        }
        return found.value.state === 'pending'
          ? judge(flow, tx, found, { emailCode, code, answer })
          : repeat(flow, tx, found, answer, client);
      });
      if (step.next === 'answer') {
        if (!step.result.ok && step.result.error.code === 'ERR_REGISTRATION_ENDED') {
          forgetErased(ctx, subject);
        }
        return step.result;
      }
      if (!(await commitAtHost(flow, subject, step.hostSubject))) {
        return refuse('ERR_HOST', { retryAfter: 5 });
      }
      return ctx.store.transaction(async (tx) => {
        const found = await registrationKind.get(ctx, tx, subject, REGISTRATION_ID);
        return found === undefined ? refuse('ERR_REGISTRATION_ENDED') : completeRegistration(flow, tx, found, client);
      });
    },
  };
}

/** The code of the mail first: a right code of the card moves its cells, and the browser still shows the old ones. */
async function judge(
  flow: FlowContext,
  tx: StoreTransaction,
  found: Pending,
  { emailCode, code, answer }: { emailCode: string; code: string; answer: string },
): Promise<Step> {
  const { ctx } = flow;
  const { subject, value, at, due } = found;
  const rightMail = emailCodeMatches(ctx, subject, emailCode, value.emailCode) && !value.decoy;
  const right = rightMail && (await judgeMatrixCode(ctx, tx, { subject, code, card: 'pending' })).matched;
  if (!right) {
    const tries = value.tries + 1;
    const left = ctx.policy.registration.codeTries - tries;
    if (left > 0) {
      await registrationKind.put(ctx, tx, { subject, id: REGISTRATION_ID, value: { ...value, tries }, at, due });
      return { next: 'answer', result: refuse('ERR_CODE_WRONG', { left }) };
    }
    await discardRegistration(flow, tx, found);
    return { next: 'answer', result: refuse('ERR_REGISTRATION_ENDED') };
  }
  const name = { subject, hostSubject: value.hostSubject };
  if (!(await takeLoginName(ctx, tx, value.identifier, name))) {
    // Somebody confirmed the same name first.
    await discardRegistration(flow, tx, found);
    return { next: 'answer', result: refuse('ERR_REGISTRATION_ENDED') };
  }
  await updateCustomer(ctx, tx, subject, { loginNames: [loginNameId(ctx, value.identifier)] });
  const now = ctx.clock();
  const expiresAt = now + ctx.policy.registration.lifetimeMs;
  const confirming: Registration = { ...value, state: 'confirming', answer, expiresAt };
  await registrationKind.put(ctx, tx, { subject, id: REGISTRATION_ID, value: confirming, at, due: now + ROLL_FORWARD_AFTER_MS });
  return { next: 'commit', hostSubject: value.hostSubject };
}

/** The right answer once more, after a crash or a lost reply. Any other answer is wrong. */
async function repeat(flow: FlowContext, tx: StoreTransaction, found: Pending, answer: string, client: FlowClient): Promise<Step> {
  const { value } = found;
  const encoder = new TextEncoder();
  const same = value.answer !== null && constantTimeEqual(encoder.encode(value.answer), encoder.encode(answer));
  if (!same || value.browser !== flow.ctx.pseudonym('browser', client.browser)) {
    return { next: 'answer', result: refuse('ERR_CODE_WRONG', { left: 0 }) };
  }
  if (value.state === 'confirming') {
    return { next: 'commit', hostSubject: value.hostSubject };
  }
  return { next: 'answer', result: await completeRegistration(flow, tx, found, client) };
}

/** The host's part. Its error is logged by code only; the registration stays `confirming` and is tried again. */
export async function commitAtHost({ ctx, host }: FlowContext, subject: string, hostSubject: string): Promise<boolean> {
  const customer = await ctx.store.transaction((tx) => customerOf(ctx, tx, subject));
  if (customer === undefined) {
    return false;
  }
  try {
    await host.onRegister?.({ subject: hostSubject, profile: customer.value.profile, role: customer.value.role });
    return true;
  } catch (error) {
    ctx.log({ level: 'error', event: 'host-register-failed', code: errorCode(error) });
    return false;
  }
}

/** Activates, once, and opens the first session for a client, once. A job has no client: the session then waits for the answer's repetition. */
export async function completeRegistration(
  flow: FlowContext,
  tx: StoreTransaction,
  found: Pending,
  client: FlowClient | null,
): Promise<FlowResult<LoginOutcome>> {
  const { ctx, passwords } = flow;
  const { subject, value, at } = found;
  // Its job may be telling the host at this moment that it will not be completed.
  if (value.state === 'confirming' && value.expiresAt <= ctx.clock()) {
    return refuse('ERR_REGISTRATION_ENDED');
  }
  const { value: customer } = await requireCustomer(ctx, tx, subject);
  if (value.state !== 'done') {
    await activate(ctx, tx, subject, { late: true });
    await passwords.save(tx, subject, value.passwordHash);
    await clearThrottle(ctx, tx, registrationThrottle(customer.email ?? '', value.identifier));
    await audit(ctx, tx, { chain: subject, type: 'registered' });
  }
  let outcome = value.outcome;
  if (outcome === null && client !== null) {
    const factors = ['password', 'email-code', 'matrix-code'];
    const signIn = { kind: 'registration', outcome: 'signed-in', reason: 'registration', steppedUp: false, wordsPerMinute: null } as const;
    const id = await recordSignIn(ctx, tx, subject, { ...signIn, factors, confirmed: true, disputed: false });
    const { hostSubject } = value;
    await noteVerifiedSignIn(ctx, tx, subject, { browser: ctx.pseudonym('browser', client.browser), address: client.address });
    const amr = ['pwd', 'email', 'matrix'];
    outcome = await openFullSession(flow, tx, { subject, hostSubject, role: customer.role, client, amr, signIns: [id] });
  }
  // What is no longer needed goes at once; the rest is kept for a repetition of the answer.
  const done: Registration = { ...value, state: 'done', passwordHash: '', emailCode: '', outcome };
  const due = outcome === null ? value.expiresAt : ctx.clock() + ctx.policy.challenge.outcomeMs;
  await registrationKind.put(ctx, tx, { subject, id: REGISTRATION_ID, value: done, at, due });
  return outcome ?? refuse('ERR_REGISTRATION_ENDED');
}

/** Deletes everything that a registration has written: nothing of it is left, not even a chain. */
export async function discardRegistration({ ctx }: FlowContext, tx: StoreTransaction, { subject, value }: Pending): Promise<void> {
  if (value.state === 'confirming') {
    await tx.delete('login-name', '', loginNameId(ctx, value.identifier));
  }
  await tx.deleteSubject(subject);
  await requestScrub(ctx, tx);
  await audit(ctx, tx, { chain: OPERATORS, type: 'registration-discarded', detail: { subject } });
}

/** Mails to one address, and about one name. Counted like a client's address, so that a stranger delays a registration for a day at most. */
export function registrationThrottle(email: string, identifier: string): ThrottleKey[] {
  return [...new Set([normaliseIdentifier(email), identifier])].map((value) => ({ kind: 'address', value: `register:${value}` }));
}
