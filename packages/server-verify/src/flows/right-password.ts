import type { ParsedTypingSample } from '@tacit-auth/features';
import { raiseAlert } from '../alerts';
import { audit } from '../audit-log';
import { owesCode } from '../code-owed';
import { consentOf } from '../consent';
import { customerOf } from '../customers';
import { randomBelow } from '../enrolment-texts';
import { judgeTyping } from '../judge-typing';
import { noticeTime, notify, notifyLate } from '../notices';
import type { PasswordVerdict } from '../password-store';
import { recordSignIn, type SignIn, type SignInReason, wordsPerMinute } from '../sign-ins';
import type { StoreTransaction } from '../store';
import { settleAttempt, type ThrottleKey } from '../throttle';
import { dropQuarantine } from '../typing-learning';
import type { TypingReason, TypingResult } from '../typing-result';
import { type FacePlan, planWithFace } from './face-plan';
import type { FlowContext } from './flow-context';
import { openFullSession, openStepUpSession, supersede } from './open-session';
import { auditRefusal } from './refused-sign-in';
import { failAttempt } from './throttled';
import { type FlowClient, type FlowResult, type LoginOutcome, refuse, type SessionGrant } from './types';

type TypingEffects = Awaited<ReturnType<typeof judgeTyping>>['effects'];

/** What typing says about a sign-in with a right password. */
export interface TypingVerdict {
  decision: 'accept' | 'step-up' | 'reject';
  reason: SignInReason;
}

export interface TypingPlan extends TypingVerdict {
  effects?: TypingEffects;
}

interface RightPassword {
  client: FlowClient;
  keys: readonly ThrottleKey[];
  typing: ParsedTypingSample | null;
  verdict: PasswordVerdict;
  previous?: SessionGrant;
}

type Judgement = { outcome: FlowResult<LoginOutcome>; effects: (tx: StoreTransaction) => Promise<FlowResult<LoginOutcome>> };

/** Goes on after a right password; undefined for a customer who is not active. */
export async function judgeRightPassword(flow: FlowContext, input: RightPassword): Promise<Judgement | undefined> {
  const { ctx, passwords } = flow;
  const { client, keys, typing, verdict, previous } = input;
  const { subject, hostSubject } = verdict.name;
  const customer = await ctx.store.transaction((tx) => customerOf(ctx, tx, subject));
  if (customer?.value.status !== 'active') {
    return undefined;
  }
  const { role } = customer.value;
  const byTyping = await planByTyping(flow, { subject, typing, strict: false });
  const { plan: planned, face }: FacePlan = await planWithFace(flow, subject, byTyping);

  async function effects(tx: StoreTransaction): Promise<FlowResult<LoginOutcome>> {
    if (!(await passwords.holds(tx, verdict))) {
      await failAttempt(flow, tx, keys);
      await auditRefusal(flow, tx, subject, 'credentials');
      return refuse('ERR_CREDENTIALS');
    }
    const settled = await settlePlan(planned, tx);
    // In the transaction that signs in: a lock may have come since typing was judged.
    const owed = await owesCode(tx, subject);
    const plan =
      owed && settled.decision === 'accept' ? { ...settled, decision: 'step-up' as const, reason: 'code-owed' as const } : settled;
    const signIn = signInOf('login', plan, typing);
    if (verdict.rehashed !== undefined) {
      await passwords.save(tx, subject, verdict.rehashed);
    }
    await warnOwner(flow, tx, subject, plan.reason);
    if (plan.decision === 'reject') {
      await failAttempt(flow, tx, keys);
      await auditRefusal(flow, tx, subject, plan.reason);
      await recordSignIn(ctx, tx, subject, signIn);
      // Whoever recorded an entry must not learn that it was recognised.
      return refuse('ERR_CREDENTIALS');
    }
    await supersede(flow, tx, subject, previous);
    const amr = signIn.factors.includes('typing') ? ['pwd', 'typing'] : ['pwd'];
    const id = await recordSignIn(ctx, tx, subject, signIn);
    const who = { subject, hostSubject, role, client, amr, signIns: [id] };
    if (plan.decision === 'accept') {
      await settleAttempt(ctx, tx, keys, { success: true });
      await audit(ctx, tx, { chain: subject, type: 'sign-in', reason: plan.reason });
      return openFullSession(flow, tx, who);
    }
    await audit(ctx, tx, { chain: subject, type: 'step-up-required', reason: plan.reason });
    // The attempt stays counted until the code is right: a password alone must not clear the counters.
    const pending = {
      signIn: id,
      ...(plan.heldSample === undefined ? {} : { heldSample: plan.heldSample }),
      throttle: { user: keys[0]!.value, address: keys[1]!.value },
      expiresAt: ctx.clock() + ctx.policy.session.stepUpMs,
      factors: signIn.factors,
      ...face(owed ? 'code-owed' : plan.reason),
    };
    return openStepUpSession(flow, tx, { ...who, pending });
  }

  return { outcome: refuse('ERR_CREDENTIALS'), effects };
}

/** The record of an attempt with a right password, as it stands after typing was judged. */
export function signInOf(kind: SignIn['kind'], plan: TypingVerdict, typing: ParsedTypingSample | null): SignIn {
  return {
    kind,
    outcome: OUTCOMES[plan.decision],
    factors: plan.decision === 'accept' || TYPED_WELL.includes(plan.reason) ? ['password', 'typing'] : ['password'],
    reason: plan.reason,
    steppedUp: plan.decision === 'step-up',
    wordsPerMinute: plan.reason === 'no-biometrics' ? null : wordsPerMinute(typing),
    confirmed: false,
    disputed: false,
  };
}

/** Typing was accepted, and something else was asked for all the same. */
const TYPED_WELL: readonly SignInReason[] = ['typing-accepted', 'spot-check', 'code-owed'];

const OUTCOMES = { accept: 'signed-in', 'step-up': 'pending', reject: 'refused' } as const;

/** What typing makes of an entry. One accepted login in `policy.typing.codeEveryNth` asks for the code even so. */
export async function planByTyping(
  flow: FlowContext,
  { subject, typing, strict }: { subject: string; typing: ParsedTypingSample | null; strict: boolean },
): Promise<TypingPlan> {
  const { ctx } = flow;
  const consent = await ctx.store.transaction((tx) => consentOf(ctx, tx, subject));
  if (consent?.biometrics !== 'granted') {
    return { decision: 'step-up', reason: 'no-biometrics' };
  }
  if (typing === null) {
    return { decision: 'step-up', reason: 'typing-missing' };
  }
  const { result, effects } = await judgeTyping(ctx, { subject, sample: typing, strict });
  const verdict = verdictOf(result);
  if (verdict.decision === 'accept' && !strict && randomBelow(ctx.random, ctx.policy.typing.codeEveryNth) === 0) {
    return { decision: 'step-up', reason: 'spot-check', effects };
  }
  return { ...verdict, effects };
}

/** Writes what follows from the entry. Another login may have changed the case in between; what is returned is what holds. */
export async function settlePlan(plan: TypingPlan, tx: StoreTransaction): Promise<TypingVerdict & { heldSample?: string }> {
  const { decision, reason, effects } = plan;
  if (effects === undefined) {
    return { decision, reason };
  }
  const { result, heldSample } = await effects(tx, { held: decision === 'step-up' });
  const verdict = verdictOf(result);
  const held = heldSample === undefined ? {} : { heldSample };
  return verdict.decision === 'accept' ? { decision, reason, ...held } : { ...verdict, ...held };
}

function verdictOf(result: TypingResult): TypingVerdict {
  switch (result.decision) {
    case 'accept':
      return { decision: 'accept', reason: 'typing-accepted' };
    case 'reject':
      // Scripts were refused before the template was looked at: what is left is a replay.
      return { decision: 'reject', reason: 'typing-replayed' };
    default:
      return { decision: 'step-up', reason: stepUpReason(result.reasons) };
  }
}

function stepUpReason(reasons: readonly TypingReason[]): SignInReason {
  if (reasons.includes('typing-mismatch')) {
    return 'typing-mismatch';
  }
  return reasons.includes('young-template') ? 'typing-young' : 'typing-insufficient';
}

/**
 * Somebody has the password and is not, or does not look like, the owner: owner and operator are told in the background. A mismatch leads to the same step-up
 * as an accepted entry may, so a notice to nobody is written where there is none, and a job raises the alert: the store's work does not tell them apart.
 */
export async function warnOwner({ ctx }: FlowContext, tx: StoreTransaction, subject: string, reason: SignInReason): Promise<void> {
  if (reason === 'typing-replayed') {
    // Whoever recorded an entry has the password; a mismatch waits for what the code says of it.
    await dropQuarantine(ctx, tx, subject);
    await raiseAlert(ctx, tx, { subject, code: reason });
    await notify(ctx, tx, subject, reason, noticeTime(ctx));
    return;
  }
  const told = reason === 'typing-mismatch' ? subject : ctx.pseudonym('decoy', subject);
  await notifyLate(ctx, tx, told, 'typing-mismatch', noticeTime(ctx));
}
