import { z } from 'zod';
import type { Context } from './context';
import { TacitServerError } from './errors';
import { defineRecordKind, type Stored } from './record-kind';
import type { StoredSession } from './sessions';
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
  | 'consent:session-granted'
  | 'consent:session-declined'
  | 'face:enrol'
  | 'face:delete'
  | 'export'
  | 'erase';

export interface Confirmation {
  session: string;
  purpose: ConfirmationPurpose;
  /** The one deed that was confirmed: for `transfer` a digest by the host, for `settings` a {@link SettingsDeed} or a name of the host's own. */
  binding: string;
  /** How often the session had been doubted: a doubt since makes it void. */
  doubts: number;
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
  doubts: z.int().min(0).default(0),
  expiresAt: z.number(),
});

/** Deleted when it is taken, and by a job when it has expired. */
export const confirmationKind = defineRecordKind<Confirmation>({
  kind: 'confirmation',
  sealedWith: 'root',
  parse: (value) => shape.parse(value),
});

export interface ConfirmationTarget {
  purpose: ConfirmationPurpose;
  binding: string;
}

/** Notes that a right matrix code was given for one purpose; the id goes to the browser. */
export async function giveConfirmation(
  ctx: Context,
  tx: StoreTransaction,
  { subject, id: session, value: { doubts } }: Stored<StoredSession>,
  { purpose, binding }: ConfirmationTarget,
): Promise<string> {
  const now = ctx.clock();
  const id = ctx.newId();
  const expiresAt = now + CONFIRMATION_LIFETIME_MS;
  const value: Confirmation = { session, purpose, binding, doubts, expiresAt };
  await confirmationKind.insert(ctx, tx, { subject, id, value, at: now, due: expiresAt });
  return id;
}

const ID = /^[A-Za-z0-9_-]{1,64}$/;

/**
 * Uses a confirmation up, in the transaction of the one deed that it permits: when that fails, the confirmation stays good.
 *
 * @throws TacitServerError `ERR_STEP_UP_NEEDED` in a session that is doubted, whatever is shown; `ERR_CONFIRMATION` for a confirmation that is
 * unknown, used, expired, given before the session was doubted, or for another session, purpose or binding
 */
export async function takeConfirmation(
  ctx: Context,
  tx: StoreTransaction,
  confirmation: unknown,
  { subject, id: session, value: { doubts, codeNeeded } }: Stored<StoredSession>,
  { purpose, binding }: ConfirmationTarget,
): Promise<void> {
  if (codeNeeded) {
    throw new TacitServerError('ERR_STEP_UP_NEEDED');
  }
  const id = typeof confirmation === 'string' && ID.test(confirmation) ? confirmation : undefined;
  const found = id === undefined ? undefined : await confirmationKind.get(ctx, tx, subject, id);
  const right =
    found !== undefined &&
    found.value.session === session &&
    found.value.purpose === purpose &&
    found.value.binding === binding &&
    found.value.doubts === doubts &&
    found.value.expiresAt > ctx.clock();
  if (!right) {
    throw new TacitServerError('ERR_CONFIRMATION', { field: 'confirmation' });
  }
  await confirmationKind.delete(ctx, tx, subject, found.id);
}
