import { z } from 'zod';
import type { Context } from './context';
import { TacitServerError } from './errors';
import { activateFace } from './face-template';
import { activateCard } from './matrix-card';
import { defineRecordKind, type Stored } from './record-kind';
import type { StoreTransaction } from './store';
import { activateTyping } from './typing-enrolment';

export type CustomerStatus = 'pending' | 'active';
export type CustomerRole = 'customer' | 'operator';

/** What is kept of a customer beside the factors. An erased customer has no record. */
export interface Customer {
  status: CustomerStatus;
  /** The host's own id. */
  hostSubject: string;
  email: string | null;
  name: string | null;
  /** The host's own fields, plain JSON. */
  profile: unknown;
  role: CustomerRole;
  /** Ids of the `login-name` records that lead to this customer; they belong to nobody in the store, so erasure finds them here. */
  loginNames: string[];
  /** How many faces were deleted: what was begun before a deletion must not bring one back. */
  facesDeleted: number;
  createdAt: number;
}

const shape = z.object({
  status: z.enum(['pending', 'active']),
  hostSubject: z.string(),
  email: z.string().nullable(),
  name: z.string().nullable(),
  profile: z.unknown(),
  role: z.enum(['customer', 'operator']),
  loginNames: z.array(z.string()),
  facesDeleted: z.int().min(0).default(0),
  createdAt: z.number(),
});

export const customerKind = defineRecordKind<Customer>({
  kind: 'customer',
  sealedWith: 'customer',
  parse: (value) => shape.parse(value),
});

const ID = 'customer';

export type NewCustomer = Pick<Customer, 'hostSubject'> & Partial<Omit<Customer, 'hostSubject' | 'createdAt'>>;

/**
 * The customer's record, made together with his data key where there is none. A new one is pending, and erased by the retention job when it was
 * not activated within `policy.registration.lifetimeMs`.
 */
export async function ensureCustomer(
  ctx: Context,
  tx: StoreTransaction,
  given: NewCustomer,
): Promise<{ subject: string; customer: Customer; created: boolean }> {
  const subject = ctx.subjectOf(given.hostSubject);
  await ctx.createDataKey(tx, subject);
  const known = await customerOf(ctx, tx, subject);
  if (known !== undefined) {
    return { subject, customer: known.value, created: false };
  }
  const now = ctx.clock();
  const customer: Customer = {
    status: 'pending',
    email: null,
    name: null,
    profile: null,
    role: 'customer',
    loginNames: [],
    facesDeleted: 0,
    ...given,
    createdAt: now,
  };
  await customerKind.insert(ctx, tx, { subject, id: ID, value: customer, at: now, due: dueOf(ctx, customer) });
  return { subject, customer, created: true };
}

function dueOf(ctx: Context, customer: Customer): number | null {
  return customer.status === 'pending' ? customer.createdAt + ctx.policy.registration.lifetimeMs : null;
}

/** @param subject the record subject (`ctx.subjectOf`). Undefined also for a customer who was erased. */
export async function customerOf(ctx: Context, tx: StoreTransaction, subject: string): Promise<Stored<Customer> | undefined> {
  if ((await ctx.dataKey(tx, subject)) === undefined) {
    return undefined;
  }
  return customerKind.get(ctx, tx, subject, ID);
}

/** The same, but `ERR_SUBJECT_UNKNOWN` where there is none. */
export async function requireCustomer(ctx: Context, tx: StoreTransaction, subject: string): Promise<Stored<Customer>> {
  const customer = await customerOf(ctx, tx, subject);
  if (customer === undefined) {
    throw new TacitServerError('ERR_SUBJECT_UNKNOWN', { field: 'subject' });
  }
  return customer;
}

/** @throws TacitServerError `ERR_SUBJECT_UNKNOWN` */
export async function updateCustomer(
  ctx: Context,
  tx: StoreTransaction,
  subject: string,
  change: Partial<Omit<Customer, 'hostSubject' | 'createdAt'>>,
): Promise<Customer> {
  const { value, at } = await requireCustomer(ctx, tx, subject);
  const customer: Customer = { ...value, ...change };
  await customerKind.put(ctx, tx, { subject, id: ID, value: customer, at, due: dueOf(ctx, customer) });
  return customer;
}

export interface Activation {
  status: 'activated' | 'already-active';
  /** Whether a pending typing enrolment took effect. */
  typing: boolean;
  /** Whether a pending face took effect. */
  face: boolean;
  /** Whether a pending matrix card took effect. */
  card: boolean;
}

/**
 * Makes a pending customer and everything pending of his effective. Calling it again changes nothing.
 *
 * @param options.late also after the pending lifetime: for a registration whose commit by the host is on record and which a crash delayed.
 * @throws TacitServerError `ERR_SUBJECT_UNKNOWN`, also for a pending customer whose time has run out
 */
export async function activate(ctx: Context, tx: StoreTransaction, subject: string, options: { late?: boolean } = {}): Promise<Activation> {
  const { value, due } = await requireCustomer(ctx, tx, subject);
  if (!options.late && due !== null && due <= ctx.clock()) {
    throw new TacitServerError('ERR_SUBJECT_UNKNOWN', {
      field: 'subject',
      message: 'The enrolment was not activated in time: enrol again.',
    });
  }
  const typing = await activateTyping(ctx, tx, subject, options);
  const face = await activateFace(ctx, tx, subject, options);
  const card = await activateCard(ctx, tx, subject, options);
  if (value.status === 'pending') {
    await updateCustomer(ctx, tx, subject, { status: 'active' });
  }
  return { status: value.status === 'pending' || typing || face || card ? 'activated' : 'already-active', typing, face, card };
}
