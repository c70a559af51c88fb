import type { ParsedTypingSample } from '@tacit-auth/features';
import { z } from 'zod';
import { raiseAlert } from '../alerts';
import { audit } from '../audit-log';
import { issueChallenge, readChallenge } from '../challenges';
import { codePaid } from '../code-owed';
import type { Context } from '../context';
import { customerOf, requireCustomer } from '../customers';
import { createEmailCode, emailCodeDigest, emailCodeMatches } from '../email-codes';
import { judgeOnce } from '../judge-once';
import { findLoginName, loginNameId, normaliseIdentifier } from '../login-names';
import { noticeTime, notify } from '../notices';
import { defineRecordKind, type Stored } from '../record-kind';
import { recordSignIn } from '../sign-ins';
import type { StoreTransaction } from '../store';
import { clearThrottle, type ThrottleKey } from '../throttle';
import { assertEntriesByConsent, assertPassword } from './enrolment-input';
import type { FlowContext } from './flow-context';
import { refuseWrongCode } from './matrix-answer';
import { replacePassword } from './new-password';
import { openFullSession } from './open-session';
import { sessionThrottle } from './reauthenticate';
import { asked, biometricsOf } from './session-view';
import { reserveOrRefuse } from './throttled';
import { type FlowClient, type FlowResult, type LoginOutcome, refuse } from './types';

const START = 'flow-reset';
const FINISH = 'flow-reset-password';

interface Reset {
  hostSubject: string;
  /** The login's throttle counter, which a reset clears. */
  loginName: string;
  emailCode: string;
  tries: number;
  /** Whether the code of the mail was given. */
  verified: boolean;
  expiresAt: number;
}

const shape = z.object({
  hostSubject: z.string(),
  loginName: z.string(),
  emailCode: z.string(),
  tries: z.int(),
  verified: z.boolean(),
  expiresAt: z.number(),
});

/** Under the customer's pseudonym, or under a decoy's. */
export const resetKind = defineRecordKind<Reset>({ kind: 'reset', sealedWith: 'root', parse: (value) => shape.parse(value) });

export interface ResetFlow {
  /** Sends a code by mail, if there is such a customer; the answer is the same if not. */
  start(options: { client: FlowClient; identifier: string }): Promise<FlowResult<{ reset: string; passwordEntries: number }>>;
  /** With the code of the mail: which cells of the matrix card to name, and how often to type the new password (0 without consent). */
  coordinates(options: {
    client: FlowClient;
    reset: string;
    emailCode: string;
  }): Promise<FlowResult<{ challenge: string; coordinates: string[]; passwordEntries: number }>>;
  /** Sets the new password with the matrix code, ends every session, and signs in. */
  submit(options: {
    client: FlowClient;
    challenge: string;
    password: string;
    entries: readonly ParsedTypingSample[];
    code: string;
  }): Promise<FlowResult<LoginOutcome>>;
}

export function createReset(flow: FlowContext): ResetFlow {
  const { ctx, passwords } = flow;
  const { lifetimeMs, codeTries, passwordEntries } = ctx.policy.registration;

  /** The reset that a token of ours names, if it is still open. */
  async function open(tx: StoreTransaction, subject: string, data: unknown): Promise<Stored<Reset> | undefined> {
    const found = await resetKind.get(ctx, tx, subject, (data as { reset: string }).reset);
    return found === undefined || found.value.expiresAt <= ctx.clock() ? undefined : found;
  }

  return {
    async start({ client, identifier }) {
      const normalised = normaliseIdentifier(identifier);
      const loginName = loginNameId(ctx, normalised);
      return ctx.store.transaction(async (tx): Promise<FlowResult<{ reset: string; passwordEntries: number }>> => {
        const refusal = await reserveOrRefuse(flow, tx, resetThrottle(loginName, client));
        if (refusal !== undefined) {
          return refusal.refused;
        }
        const { subject, hostSubject } = await findLoginName(ctx, tx, normalised);
        const now = ctx.clock();
        const id = ctx.newId();
        const code = createEmailCode(ctx);
        const expiresAt = now + lifetimeMs;
        const value: Reset = { hostSubject, loginName, emailCode: emailCodeDigest(ctx, id, code), tries: 0, verified: false, expiresAt };
        await resetKind.insert(ctx, tx, { subject, id, value, at: now, due: expiresAt });
        await notify(ctx, tx, subject, 'reset-code', { code, minutes: Math.round(lifetimeMs / 60_000) });
        const { challenge } = await issueChallenge(ctx, {
          purpose: START,
          subject,
          binding: client.browser,
          lifetimeMs,
          data: { reset: id },
        });
        return { ok: true, body: { reset: challenge, passwordEntries } };
      });
    },

    async coordinates({ client, reset, emailCode }) {
      const { subject = '', data } = await readChallenge(ctx, reset, { purpose: START, binding: client.browser });
      return ctx.store.transaction(
        async (tx): Promise<FlowResult<{ challenge: string; coordinates: string[]; passwordEntries: number }>> => {
          const found = await open(tx, subject, data);
          if (found === undefined) {
            return refuse('ERR_RESET_ENDED');
          }
          const { id, value, at, due } = found;
          // Nothing else is looked at for a wrong code, so that a stand-in for nobody makes the same store calls.
          const right = emailCodeMatches(ctx, id, emailCode, value.emailCode) && (await isActive(ctx, tx, subject));
          if (!right) {
            const tries = value.tries + 1;
            if (tries >= codeTries) {
              await resetKind.delete(ctx, tx, subject, id);
            } else {
              await resetKind.put(ctx, tx, { subject, id, value: { ...value, tries }, at, due });
            }
            return refuse('ERR_CODE_WRONG', { left: codeTries - tries });
          }
          await resetKind.put(ctx, tx, { subject, id, value: { ...value, verified: true }, at, due });
          const { coordinates } = await asked(ctx, tx, subject);
          if (coordinates === undefined) {
            return refuse('ERR_CARD_SUSPENDED');
          }
          const consented = (await biometricsOf(ctx, tx, subject)) === 'granted';
          const left = value.expiresAt - ctx.clock();
          const { challenge } = await issueChallenge(ctx, { purpose: FINISH, subject, binding: client.browser, lifetimeMs: left, data });
          return { ok: true, body: { challenge, coordinates, passwordEntries: consented ? passwordEntries : 0 } };
        },
      );
    },

    async submit({ client, challenge, password, entries, code }) {
      const checked = await readChallenge(ctx, challenge, { purpose: FINISH, binding: client.browser, replayable: true });
      const { subject = '', data } = checked;
      const about = await ctx.store.transaction(async (tx) => {
        const customer = await customerOf(ctx, tx, subject);
        return customer === undefined ? undefined : { ...customer.value, biometrics: await biometricsOf(ctx, tx, subject) };
      });
      if (about === undefined) {
        return refuse('ERR_RESET_ENDED');
      }
      assertEntriesByConsent(ctx.policy, about.biometrics === 'granted', entries);
      await assertPassword(
        ctx.policy,
        password,
        [about.email, about.name].filter((hint) => hint !== null),
      );
      const { outcome } = await judgeOnce<FlowResult<LoginOutcome>>(ctx, {
        challenge: checked,
        body: { password, entries, code },
        ...(client.idempotencyKey === undefined ? {} : { idempotencyKey: client.idempotencyKey }),
        async judge() {
          const hash = await passwords.hash(password);
          return {
            outcome: refuse('ERR_RESET_ENDED'),
            effects: async (tx): Promise<FlowResult<LoginOutcome>> => {
              const found = await open(tx, subject, data);
              if (found?.value.verified !== true) {
                return refuse('ERR_RESET_ENDED');
              }
              const wrong = await refuseWrongCode(flow, tx, { subject, code });
              return wrong ?? finish(flow, tx, { client, found, hash, entries });
            },
          };
        },
      });
      return outcome;
    },
  };
}

async function isActive(ctx: Context, tx: StoreTransaction, subject: string): Promise<boolean> {
  return (await customerOf(ctx, tx, subject))?.value.status === 'active';
}

/** Counted like addresses, so that a stranger's requests delay the owner's for a day at most. */
function resetThrottle(loginName: string, client: FlowClient): ThrottleKey[] {
  return [
    { kind: 'address', value: `reset:${loginName}` },
    { kind: 'address', value: `reset:${client.address}` },
  ];
}

async function finish(
  flow: FlowContext,
  tx: StoreTransaction,
  { client, found, hash, entries }: { client: FlowClient; found: Stored<Reset>; hash: string; entries: readonly ParsedTypingSample[] },
): Promise<FlowResult<LoginOutcome>> {
  const { ctx } = flow;
  const { subject, value } = found;
  const { role } = (await requireCustomer(ctx, tx, subject)).value;
  // Before the entries are enrolled: a dispute of it forgets what was verified from its time on.
  const id = await recordSignIn(ctx, tx, subject, {
    kind: 'reset',
    outcome: 'signed-in',
    factors: ['email-code', 'matrix-code'],
    reason: 'reset',
    steppedUp: false,
    wordsPerMinute: null,
    confirmed: false,
    disputed: false,
  });
  await replacePassword(flow, tx, { subject, hash, entries });
  await resetKind.delete(ctx, tx, subject, found.id);
  // Mail and card are the other factor that lifts a block of guessed passwords.
  await clearThrottle(ctx, tx, [
    { kind: 'user', value: value.loginName },
    sessionThrottle(subject),
    ...resetThrottle(value.loginName, client),
  ]);
  await codePaid(tx, subject);
  await audit(ctx, tx, { chain: subject, type: 'password-reset' });
  await raiseAlert(ctx, tx, { subject, code: 'password-reset' });
  await notify(ctx, tx, subject, 'password-reset', noticeTime(ctx));
  return openFullSession(flow, tx, { subject, hostSubject: value.hostSubject, role, client, amr: ['email', 'matrix'], signIns: [id] });
}
