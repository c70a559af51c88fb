import { type FailedAlertDelivery, listFailedAlertDeliveries, retryAlertDelivery } from './alert-deliveries';
import { ALERT_JOB, type AlertCode, acknowledgeAlert, listAlerts } from './alerts';
import { assertObject, assertOneOf, assertText } from './arguments';
import { audit, OPERATORS } from './audit-log';
import { limitOf } from './bounded-page';
import type { Context } from './context';
import { customerOf } from './customers';
import { TacitServerError } from './errors';
import { type CreatedPerson, createPerson, type NewPerson } from './flows/create-person';
import type { FlowContext } from './flows/flow-context';
import { reissueCard } from './flows/lost-card';
import { referenceOf } from './flows/sessions';
import type { BiometricsState, SessionGrant } from './flows/types';
import { findLoginName, loginNameId, normaliseIdentifier } from './login-names';
import { createOperatorLooks } from './operator-looks';
import { createLiveOperators, type LiveOperators } from './operators-live';
import { createOversight, type OversightOperators } from './operators-oversight';
import { type FailedMail, listFailedMail, retryMail } from './outbox';
import { parseRecordReference } from './record-reference';
import { liveSession } from './sessions';
import type { StoreTransaction } from './store';
import { clearThrottle } from './throttle';
import { ifReadable } from './unreadable-record';

/** Entries that one call lists. */
const MOST_LISTED = 500;

/** An alert as an operator sees it. */
export interface OperatorAlert {
  id: string;
  /** The customer's id with the host; null once he was erased. */
  subject: string | null;
  name: string | null;
  /** Tells customers of one name apart. */
  email: string | null;
  code: AlertCode;
  detail: Record<string, string | number | boolean>;
  /** Ms since the epoch. */
  at: number;
  acknowledged: { at: number; by: string } | null;
  /** When a right code of the customer's card answered it; it is not open then. */
  settled: { at: number; by: 'matrix-code' } | null;
}

export type { CreatedPerson, NewPerson } from './flows/create-person';

type AsOperator = { session: SessionGrant };

/**
 * What operators do. All but those that create people take the session of an operator, which is looked up on every call.
 *
 * @throws TacitServerError `ERR_ROLE` for any other session, and for a locked or ended one
 */
export interface Operators extends LiveOperators, OversightOperators {
  /**
   * For the host's own set-up: an operator with password and matrix card, without biometrics. The card is returned once.
   *
   * A call that was cut off may be repeated: with the same identifier and person, within `policy.registration.lifetimeMs` and before the first
   * sign-in, it goes on with the same subject. Its card takes the place of any earlier one. Where it is not repeated, and had not come through, it is
   * undone when that time is over: `host.onDiscard` is called, and the name is free again.
   *
   * @throws TacitServerError `ERR_FIELD_INVALID` for an identifier that somebody else has or that can not be one, `ERR_PASSWORD_WEAK`,
   * `ERR_REGISTRATION_ENDED` where it took too long; what `host.onRegister` throws, and then it is undone
   */
  createOperator(options: NewPerson): Promise<CreatedPerson>;
  /**
   * For customers who come over from elsewhere or sign up at a desk: active at once, with password and matrix card. With biometrics granted,
   * the customer can enrol his typing himself. May be repeated as `createOperator`.
   *
   * @throws as `createOperator`
   */
  createCustomer(options: NewPerson & { profile: unknown; biometrics: BiometricsState; consentVersion: string }): Promise<CreatedPerson>;
  /**
   * The newest first.
   *
   * @param options.limit 1-500. Default 100
   */
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
  /** @param options.limit 1-500. Default 100 */
  failedMail(options: AsOperator & { limit?: number }): Promise<FailedMail[]>;
  /** @throws TacitServerError `ERR_MAIL_UNKNOWN` */
  retryMail(options: AsOperator & { id: string }): Promise<void>;
  /**
   * Alerts that a sink did not take, after the last try.
   *
   * @param options.limit 1-500. Default 100
   */
  failedAlertDeliveries(options: AsOperator & { limit?: number }): Promise<FailedAlertDelivery[]>;
  /** @throws TacitServerError `ERR_ALERT_DELIVERY_UNKNOWN` */
  retryAlertDelivery(options: AsOperator & { id: string }): Promise<void>;
}

export function createOperators(flow: FlowContext): Operators {
  const { ctx } = flow;

  const looks = createOperatorLooks(ctx);

  async function asOperator<T>({ session }: AsOperator, work: (tx: StoreTransaction, operator: string) => Promise<T>): Promise<T> {
    return ctx.store.transaction(async (tx) => {
      const stored = await liveSession(ctx, tx, referenceOf(flow, session));
      if (stored?.value.role !== 'operator' || stored.value.scope !== 'full' || stored.value.state !== 'open') {
        throw new TacitServerError('ERR_ROLE');
      }
      return work(tx, stored.value.hostSubject);
    });
  }

  return {
    ...createLiveOperators(flow, asOperator, looks),
    ...createOversight(flow, asOperator, looks),

    createOperator: (options) =>
      createPerson(flow, options, {
        role: 'operator',
        profile: { name: options.name },
        biometrics: 'declined',
        consentVersion: 'operator',
      }),

    async createCustomer(options) {
      assertObject(options, 'options');
      const { biometrics, consentVersion } = options;
      assertOneOf(biometrics, 'biometrics', ['granted', 'declined']);
      assertText(consentVersion, 'consentVersion', 1, 64);
      return createPerson(flow, options, { role: 'customer', profile: flow.parseProfile(options.profile), biometrics, consentVersion });
    },

    listAlerts: (options) =>
      asOperator(options, async (tx) => {
        const alerts = await listAlerts(ctx, tx, { open: options.open ?? false, limit: limitOf(options.limit, 100, MOST_LISTED) });
        return Promise.all(alerts.map((alert) => named(ctx, tx, alert)));
      }),

    acknowledgeAlert: (options) =>
      asOperator(options, async (tx, operator) => {
        const alert = await acknowledgeAlert(ctx, tx, { id: options.id, by: operator });
        await audit(ctx, tx, {
          chain: OPERATORS,
          type: 'alert-acknowledged',
          detail: { operator, subject: alert.subject, code: alert.code },
        });
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
        const identifier = normaliseIdentifier(options.identifier);
        await clearThrottle(ctx, tx, [{ kind: 'user', value: loginNameId(ctx, identifier) }]);
        const whose = await ifReadable(findLoginName(ctx, tx, identifier));
        const detail = whose?.known ? { operator, subject: whose.subject } : { operator };
        await audit(ctx, tx, { chain: OPERATORS, type: 'throttled', reason: 'lifted', detail });
      }),

    async failedMail(options) {
      await asOperator(options, async () => undefined);
      return listFailedMail(ctx, { limit: limitOf(options.limit, 100, MOST_LISTED) });
    },

    async retryMail(options) {
      await asOperator(options, async (tx, operator) => {
        const customer = parseRecordReference(options.id)?.subject ?? '';
        await audit(ctx, tx, { chain: OPERATORS, type: 'mail-retried', detail: { operator, subject: customer } });
      });
      await retryMail(ctx, options.id);
    },

    async failedAlertDeliveries(options) {
      await asOperator(options, async () => undefined);
      return listFailedAlertDeliveries(ctx, { limit: limitOf(options.limit, 100, MOST_LISTED) });
    },

    async retryAlertDelivery(options) {
      await asOperator(options, async (tx, operator) => {
        const customer = parseRecordReference(options.id)?.subject ?? '';
        await audit(ctx, tx, { chain: OPERATORS, type: 'alert-delivery-retried', detail: { operator, subject: customer } });
      });
      await retryAlertDelivery(ctx, options.id);
      ctx.wakeJob(ALERT_JOB);
    },
  };
}

async function named(
  ctx: Context,
  tx: StoreTransaction,
  { id, subject, code, detail, at, acknowledged, settled }: Awaited<ReturnType<typeof acknowledgeAlert>>,
): Promise<OperatorAlert> {
  const customer = await ifReadable(customerOf(ctx, tx, subject));
  const { hostSubject = null, name = null, email = null } = customer?.value ?? {};
  return { id, subject: hostSubject, name, email, code, detail, at, acknowledged, settled };
}
