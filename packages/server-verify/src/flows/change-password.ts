import type { ParsedTypingSample } from '@tacit-auth/features';
import { raiseAlert } from '../alerts';
import { audit } from '../audit-log';
import { issueChallenge, readChallenge } from '../challenges';
import { codePaid } from '../code-owed';
import { requireCustomer } from '../customers';
import type { EnrolmentText } from '../enrolment-texts';
import { judgeOnce } from '../judge-once';
import { noticeTime, notify } from '../notices';
import type { Stored } from '../record-kind';
import { liveSession, type StoredSession } from '../sessions';
import type { StoreTransaction } from '../store';
import { settleAttempt } from '../throttle';
import { noteCardUse } from './card-use';
import { assertEntries, assertEntriesByConsent, assertPassword, assertTexts, type TypedText } from './enrolment-input';
import type { FlowContext } from './flow-context';
import { refuseWrongCode } from './matrix-answer';
import { enrolEntries, replacePassword } from './new-password';
import { openFullSession, sessionBinding } from './open-session';
import { sessionThrottleKeys } from './reauthenticate';
import { type SecurityView, securityView } from './security-view';
import { refusalFor } from './session-need';
import { asked, biometricsOf, grantOf } from './session-view';
import { referenceOf, withSession } from './sessions';
import { failAttempt, reserveOrRefuse } from './throttled';
import { type FlowClient, type FlowResult, type LoginOutcome, refuse, type SessionGrant } from './types';

const CHANGE = 'flow-change-password';
const ENROL = 'flow-enrol-typing';

export interface CodeAsked {
  challenge: string;
  coordinates: string[];
  /** How often to type the password; 0 where biometrics are declined. */
  passwordEntries: number;
}

export interface PasswordFlow {
  start(options: { client: FlowClient; session: SessionGrant }): Promise<FlowResult<CodeAsked>>;
  /**
   * Current password, new password with its entries, and matrix code. The new password's template takes the place of the old one; every
   * other session ends, and this one is replaced.
   *
   * @throws TacitServerError `ERR_PASSWORD_WEAK`, `ERR_ENROLMENT_QUALITY`, `ERR_FIELD_INVALID`, `ERR_BIOMETRICS_DECLINED`, `ERR_CHALLENGE_*`
   */
  submit(options: {
    client: FlowClient;
    session: SessionGrant;
    challenge: string;
    current: string;
    password: string;
    entries: readonly ParsedTypingSample[];
    code: string;
  }): Promise<FlowResult<LoginOutcome>>;
  enrolStart(options: { client: FlowClient; session: SessionGrant }): Promise<FlowResult<CodeAsked & { texts: EnrolmentText[] }>>;
  /** Typing of the password in force enrolled anew, or for the first time. The texts may be left out. */
  enrol(options: {
    client: FlowClient;
    session: SessionGrant;
    challenge: string;
    password: string;
    entries: readonly ParsedTypingSample[];
    texts?: readonly TypedText[];
    code: string;
  }): Promise<FlowResult<SecurityView>>;
}

interface Submit<Body> {
  client: FlowClient;
  session: SessionGrant;
  purpose: typeof CHANGE | typeof ENROL;
  challenge: string;
  body: unknown;
  /** The password in force. */
  current: string;
  code: string;
  /** Looks at the rest before the challenge is used up. */
  check: (data: unknown) => Promise<void>;
  /** Runs outside the transaction. */
  prepare?: () => Promise<string>;
  apply: (tx: StoreTransaction, stored: Stored<StoredSession>, prepared: string) => Promise<FlowResult<Body>>;
}

export function createPasswordFlow(flow: FlowContext): PasswordFlow {
  const { ctx, passwords } = flow;

  function start<More extends object>(
    purpose: typeof CHANGE | typeof ENROL,
    { client, session }: { client: FlowClient; session: SessionGrant },
    more: (consented: boolean) => More,
  ): Promise<FlowResult<CodeAsked & More>> {
    return withSession(flow, session, { need: 'full', sensitive: true }, async (tx, stored) => {
      const { subject, id } = stored;
      const consented = (await biometricsOf(ctx, tx, subject)) === 'granted';
      if (purpose === ENROL && !consented) {
        return refuse('ERR_CONSENT_MISSING');
      }
      const { coordinates } = await asked(ctx, tx, subject);
      if (coordinates === undefined) {
        return refuse('ERR_CARD_SUSPENDED');
      }
      const data = more(consented);
      const lifetimeMs = ctx.policy.registration.lifetimeMs;
      const { challenge } = await issueChallenge(ctx, { purpose, subject, binding: sessionBinding(client, id), lifetimeMs, data });
      const passwordEntries = consented ? ctx.policy.registration.passwordEntries : 0;
      return { ok: true, body: { challenge, coordinates, passwordEntries, ...data } };
    });
  }

  async function submit<Body>(input: Submit<Body>): Promise<FlowResult<Body>> {
    const { client, session, purpose, current, code } = input;
    const reference = referenceOf(flow, session);
    const { subject, id } = reference;
    const binding = sessionBinding(client, id);
    const challenge = await readChallenge(ctx, input.challenge, { purpose, subject, binding, replayable: true });
    await input.check(challenge.data);
    const keys = sessionThrottleKeys(subject, client);
    const { outcome } = await judgeOnce<FlowResult<Body>>(ctx, {
      challenge,
      body: input.body,
      ...(client.idempotencyKey === undefined ? {} : { idempotencyKey: client.idempotencyKey }),
      reserve: (tx) => reserveOrRefuse(flow, tx, keys),
      async judge() {
        const { matched } = await passwords.checkSubject({ subject, hostSubject: session.subject, password: current });
        const prepared = matched ? ((await input.prepare?.()) ?? '') : '';
        return {
          outcome: refuse('ERR_CREDENTIALS', { field: purpose === CHANGE ? 'current' : 'password' }),
          effects: async (tx): Promise<FlowResult<Body> | undefined> => {
            const stored = await liveSession(ctx, tx, reference);
            if (stored === undefined) {
              return refuse('ERR_SESSION_NONE');
            }
            const error = refusalFor({ need: 'full', sensitive: true }, grantOf(stored));
            if (error !== undefined) {
              return { ok: false, error };
            }
            if (!matched) {
              await failAttempt(flow, tx, keys);
              await audit(ctx, tx, { chain: subject, type: 'reauthentication-failed', reason: purpose });
              return undefined;
            }
            const wrong = await refuseWrongCode(flow, tx, { subject, code });
            if (wrong !== undefined) {
              return wrong;
            }
            const noted = await noteCardUse(flow, tx, stored);
            await settleAttempt(ctx, tx, keys, { success: true });
            await codePaid(tx, subject);
            return input.apply(tx, noted, prepared);
          },
        };
      },
    });
    return outcome;
  }

  async function hintsAndConsent(session: SessionGrant): Promise<{ hints: string[]; consented: boolean }> {
    return ctx.store.transaction(async (tx) => {
      const { subject } = referenceOf(flow, session);
      const { email, name } = (await requireCustomer(ctx, tx, subject)).value;
      const hints = [email, name].filter((hint) => hint !== null);
      return { hints, consented: (await biometricsOf(ctx, tx, subject)) === 'granted' };
    });
  }

  return {
    start: (options) => start(CHANGE, options, () => ({})),

    submit: ({ client, session, challenge, current, password, entries, code }) =>
      submit<LoginOutcome>({
        client,
        session,
        purpose: CHANGE,
        challenge,
        body: { current, password, entries, code },
        current,
        code,
        async check() {
          const { hints, consented } = await hintsAndConsent(session);
          assertEntriesByConsent(ctx.policy, consented, entries);
          await assertPassword(ctx.policy, password, hints);
        },
        prepare: () => passwords.hash(password),
        async apply(tx, stored, hash) {
          const { subject, value } = stored;
          await replacePassword(flow, tx, { subject, hash, entries });
          await audit(ctx, tx, { chain: subject, type: 'password-changed' });
          await raiseAlert(ctx, tx, { subject, code: 'password-changed' });
          await notify(ctx, tx, subject, 'password-changed', noticeTime(ctx));
          const { hostSubject, role, signIns } = value;
          return openFullSession(flow, tx, { subject, hostSubject, role, client, amr: ['pwd', 'matrix'], signIns });
        },
      }),

    enrolStart: (options) => start(ENROL, options, () => ({ texts: flow.drawTexts() })),

    enrol: ({ client, session, challenge, password, entries, texts = [], code }) =>
      submit<SecurityView>({
        client,
        session,
        purpose: ENROL,
        challenge,
        body: { password, entries, texts, code },
        current: password,
        code,
        async check(data) {
          assertEntries(ctx.policy, entries);
          if (texts.length > 0) {
            assertTexts((data as { texts: EnrolmentText[] }).texts, texts);
          }
        },
        async apply(tx, stored) {
          const { subject } = stored;
          if ((await biometricsOf(ctx, tx, subject)) !== 'granted') {
            return refuse('ERR_CONSENT_MISSING');
          }
          await enrolEntries(flow, tx, subject, entries, { texts, samePassword: true });
          await audit(ctx, tx, { chain: subject, type: 'typing-enrolled' });
          return { ok: true, body: await securityView(flow, tx, stored) };
        },
      }),
  };
}
