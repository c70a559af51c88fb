import { type AlertCode, acknowledgeAlert, listAlerts } from './alerts';
import { assertObject, assertOneOf, assertText } from './arguments';
import { audit, OPERATORS } from './audit-log';
import { writeConsent } from './consent';
import type { Context } from './context';
import { activate, customerOf, ensureCustomer, updateCustomer } from './customers';
import { TacitServerError } from './errors';
import { assertPassword } from './flows/enrolment-input';
import type { FlowContext } from './flows/flow-context';
import { reissueCard } from './flows/lost-card';
import { referenceOf } from './flows/sessions';
import type { BiometricsState, SessionGrant } from './flows/types';
import { findLoginName, isRegistrable, loginNameId, normaliseIdentifier, takeLoginName } from './login-names';
import { isMailAddress } from './mail-address';
import { issueCard } from './matrix-card';
import type { MatrixCardView } from './matrix-card-view';
import { type FailedMail, listFailedMail, retryMail } from './outbox';
import { parseRecordReference } from './record-reference';
import { liveSession } from './sessions';
import type { StoreTransaction } from './store';
import { clearThrottle } from './throttle';

/** An alert as an operator sees it. */
export interface OperatorAlert {
  id: string;
  /** The customer's id with the host; null once he was erased. */
  subject: string | null;
  name: string | null;
  code: AlertCode;
  detail: Record<string, string | number | boolean>;
  /** Ms since the epoch. */
  at: number;
  acknowledged: { at: number; by: string } | null;
}

export interface NewPerson {
  /** What the person signs in with, such as the e-mail address. */
  identifier: string;
  email: string;
  name: string;
  password: string;
}

export interface CreatedPerson {
  /** The id under which the host knows the person from now on. */
  subject: string;
  card: MatrixCardView;
}

type AsOperator = { session: SessionGrant };

/**
 * What operators do. All but those that create people take the session of an operator, which is looked up on every call.
 *
 * @throws TacitServerError `ERR_ROLE` for any other session, and for a locked or ended one
 */
export interface Operators {
  /**
   * For the host's own set-up: an operator with password and matrix card, without biometrics. The card is returned once.
   *
   * @throws TacitServerError `ERR_FIELD_INVALID` for an identifier that is taken or can not be one, `ERR_PASSWORD_WEAK`
   */
  createOperator(options: NewPerson): Promise<CreatedPerson>;
  /**
   * For customers who come over from elsewhere or sign up at a desk: active at once, with password and matrix card. With biometrics granted,
   * the customer can enrol his typing himself.
   *
   * @throws as `createOperator`, and what `host.onRegister` throws
   */
  createCustomer(options: NewPerson & { profile: unknown; biometrics: BiometricsState; consentVersion: string }): Promise<CreatedPerson>;
  listAlerts(options: AsOperator & { open?: boolean; limit?: number }): Promise<OperatorAlert[]>;
  /** @throws TacitServerError `ERR_NOT_FOUND` */
  acknowledgeAlert(options: AsOperator & { id: string }): Promise<OperatorAlert>;
  /**
   * Has a customer get a new card, by mail. His old one is suspended.
   *
   * @param options.customer his id with the host, or his sign-in name
   * @throws TacitServerError `ERR_SUBJECT_UNKNOWN`
   */
  reissueCard(options: AsOperator & { customer: { subject: string } | { identifier: string } }): Promise<{ status: 'reissued' }>;
  /**
   * Lifts the block of a sign-in name at which too many passwords were guessed, for a person who was recognised otherwise. A reset of the
   * password lifts it, too.
   */
  liftBlock(options: AsOperator & { identifier: string }): Promise<void>;
  failedMail(options: AsOperator & { limit?: number }): Promise<FailedMail[]>;
  /** @throws TacitServerError `ERR_MAIL_UNKNOWN` */
  retryMail(options: AsOperator & { id: string }): Promise<void>;
}

export function createOperators(flow: FlowContext): Operators {
  const { ctx } = flow;

  async function asOperator<T>({ session }: AsOperator, work: (tx: StoreTransaction, operator: string) => Promise<T>): Promise<T> {
    return ctx.store.transaction(async (tx) => {
      const stored = await liveSession(ctx, tx, referenceOf(flow, session));
      if (stored?.value.role !== 'operator' || stored.value.scope !== 'full' || stored.value.state !== 'open') {
        throw new TacitServerError('ERR_ROLE');
      }
      return work(tx, stored.value.hostSubject);
    });
  }

  async function createPerson(
    options: NewPerson,
    {
      role,
      profile,
      biometrics,
      consentVersion,
    }: { role: 'customer' | 'operator'; profile: unknown; biometrics: BiometricsState; consentVersion: string },
  ): Promise<CreatedPerson> {
    assertObject(options, 'options');
    const { identifier, email, name, password } = options;
    assertText(identifier, 'identifier', 3, 128);
    assertText(email, 'email', 3, 254);
    assertText(name, 'name', 1, 100);
    assertText(password, 'password', 1, 128);
    const normalised = normaliseIdentifier(identifier);
    if (!isRegistrable(normalised)) {
      throw new TacitServerError('ERR_FIELD_INVALID', { field: 'identifier' });
    }
    if (!isMailAddress(email)) {
      throw new TacitServerError('ERR_FIELD_INVALID', { field: 'email', message: 'Give one e-mail address.' });
    }
    await assertPassword(ctx.policy, password, [normalised, email, name]);
    const hash = await flow.passwords.hash(password);
    const hostSubject = ctx.newId();
    // The host commits first: an active customer is one that the host knows.
    await flow.host.onRegister?.({ subject: hostSubject, profile, role });
    try {
      return await ctx.store.transaction(async (tx) => {
        const { subject } = await ensureCustomer(ctx, tx, { hostSubject, email, name, profile, role });
        if (!(await takeLoginName(ctx, tx, normalised, { subject, hostSubject }))) {
          throw new TacitServerError('ERR_FIELD_INVALID', { field: 'identifier', message: 'Somebody has this sign-in name already.' });
        }
        await updateCustomer(ctx, tx, subject, { loginNames: [loginNameId(ctx, normalised)] });
        await writeConsent(ctx, tx, { subject, biometrics, version: consentVersion });
        await flow.passwords.save(tx, subject, hash);
        const { card } = await issueCard(ctx, tx, { subject, pending: true });
        await activate(ctx, tx, subject);
        await audit(ctx, tx, { chain: OPERATORS, type: role === 'operator' ? 'operator-created' : 'registered', detail: { subject } });
        return { subject: hostSubject, card };
      });
    } catch (error) {
      await flow.host.onDiscard?.({ subject: hostSubject });
      throw error;
    }
  }

  return {
    createOperator: (options) =>
      createPerson(options, { role: 'operator', profile: { name: options.name }, biometrics: 'declined', consentVersion: 'operator' }),

    async createCustomer(options) {
      assertObject(options, 'options');
      const { biometrics, consentVersion } = options;
      assertOneOf(biometrics, 'biometrics', ['granted', 'declined']);
      assertText(consentVersion, 'consentVersion', 1, 64);
      return createPerson(options, { role: 'customer', profile: flow.parseProfile(options.profile), biometrics, consentVersion });
    },

    listAlerts: (options) =>
      asOperator(options, async (tx) => {
        const alerts = await listAlerts(ctx, tx, { open: options.open ?? false, limit: options.limit ?? 100 });
        return Promise.all(alerts.map((alert) => named(ctx, tx, alert)));
      }),

    acknowledgeAlert: (options) =>
      asOperator(options, async (tx, operator) => {
        const alert = await acknowledgeAlert(ctx, tx, { id: options.id, by: operator });
        await audit(ctx, tx, { chain: OPERATORS, type: 'alert-acknowledged', detail: { operator, code: alert.code } });
        return named(ctx, tx, alert);
      }),

    reissueCard: (options) =>
      asOperator(options, async (tx, operator) => {
        const { customer } = options;
        const subject =
          'subject' in customer
            ? ctx.subjectOf(customer.subject)
            : (await findLoginName(ctx, tx, normaliseIdentifier(customer.identifier))).subject;
        if ((await customerOf(ctx, tx, subject))?.value.status !== 'active') {
          throw new TacitServerError('ERR_SUBJECT_UNKNOWN', { field: 'customer' });
        }
        await reissueCard(flow, tx, subject);
        await audit(ctx, tx, { chain: OPERATORS, type: 'card-issued', detail: { operator, subject } });
        return { status: 'reissued' };
      }),

    liftBlock: (options) =>
      asOperator(options, async (tx, operator) => {
        const value = loginNameId(ctx, normaliseIdentifier(options.identifier));
        await clearThrottle(ctx, tx, [{ kind: 'user', value }]);
        await audit(ctx, tx, { chain: OPERATORS, type: 'throttled', reason: 'lifted', detail: { operator } });
      }),

    async failedMail(options) {
      await asOperator(options, async () => undefined);
      return listFailedMail(ctx, { limit: options.limit ?? 100 });
    },

    async retryMail(options) {
      await asOperator(options, async (tx, operator) => {
        const customer = parseRecordReference(options.id)?.subject ?? '';
        await audit(ctx, tx, { chain: OPERATORS, type: 'mail-retried', detail: { operator, subject: customer } });
      });
      await retryMail(ctx, options.id);
    },
  };
}

async function named(
  ctx: Context,
  tx: StoreTransaction,
  { id, subject, code, detail, at, acknowledged }: Awaited<ReturnType<typeof acknowledgeAlert>>,
): Promise<OperatorAlert> {
  const customer = await customerOf(ctx, tx, subject);
  return { id, subject: customer?.value.hostSubject ?? null, name: customer?.value.name ?? null, code, detail, at, acknowledged };
}
