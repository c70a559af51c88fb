import { z } from 'zod';
import type { Context } from './context';
import { TacitServerError } from './errors';
import { defineRecordKind } from './record-kind';
import type { StoreTransaction } from './store';

/** How long a confirmation by matrix code is good for. */
export const CONFIRMATION_LIFETIME_MS = 120_000;

export type ConfirmationPurpose = 'transfer' | 'settings';

/** What Tacit's own settings are bound by: the deed, with what it is done to where there is a choice. */
export type SettingsDeed =
  | 'sign-ins/confirm'
  | `sign-ins/dispute:${string}`
  | 'consent:granted'
  | 'consent:declined'
  | 'consent:face-granted'
  | 'consent:face-declined'
  | 'face:enrol'
  | 'face:delete'
  | 'export'
  | 'erase';

export interface Confirmation {
  session: string;
  purpose: ConfirmationPurpose;
  /** The one deed that was confirmed: for `transfer` a digest by the host, for `settings` a {@link SettingsDeed} or a name of the host's own. */
  binding: string;
  expiresAt: number;
}

const shape = z.object({
  session: z.string(),
  purpose: z.enum(['transfer', 'settings']),
  // Those of an earlier version had none for settings, and are good for nothing now.
  binding: z
    .string()
    .nullable()
    .transform((value) => value ?? ''),
  expiresAt: z.number(),
});

/** Deleted when it is taken, and by a job when it has expired. */
export const confirmationKind = defineRecordKind<Confirmation>({
  kind: 'confirmation',
  sealedWith: 'root',
  parse: (value) => shape.parse(value),
});

export interface ConfirmationTarget {
  subject: string;
  session: string;
  purpose: ConfirmationPurpose;
  binding: string;
}

/** Notes that a right matrix code was given for one purpose; the id goes to the browser. */
export async function giveConfirmation(ctx: Context, tx: StoreTransaction, target: ConfirmationTarget): Promise<string> {
  const { subject, session, purpose, binding } = target;
  const now = ctx.clock();
  const id = ctx.newId();
  const expiresAt = now + CONFIRMATION_LIFETIME_MS;
  await confirmationKind.insert(ctx, tx, { subject, id, value: { session, purpose, binding, expiresAt }, at: now, due: expiresAt });
  return id;
}

const ID = /^[A-Za-z0-9_-]{1,64}$/;

/**
 * Uses a confirmation up, in the transaction of the one deed that it permits: when that fails, the confirmation stays good.
 *
 * @throws TacitServerError `ERR_CONFIRMATION` for one that is unknown, used, expired, or given for another session, purpose or binding
 */
export async function takeConfirmation(
  ctx: Context,
  tx: StoreTransaction,
  confirmation: unknown,
  target: ConfirmationTarget,
): Promise<void> {
  const id = typeof confirmation === 'string' && ID.test(confirmation) ? confirmation : undefined;
  const found = id === undefined ? undefined : await confirmationKind.get(ctx, tx, target.subject, id);
  const { session, purpose, binding } = target;
  const right =
    found !== undefined &&
    found.value.session === session &&
    found.value.purpose === purpose &&
    found.value.binding === binding &&
    found.value.expiresAt > ctx.clock();
  if (!right) {
    throw new TacitServerError('ERR_CONFIRMATION', { field: 'confirmation' });
  }
  await confirmationKind.delete(ctx, tx, target.subject, found.id);
}
