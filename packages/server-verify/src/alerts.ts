import type { Context } from './context';
import { TacitServerError } from './errors';
import { defineRecordKind, type Stored } from './record-kind';
import { parseRecordReference, recordReference } from './record-reference';
import type { StoreTransaction } from './store';

/** What an operator or the owner of the account should see. */
export const ALERT_CODES = [
  'typing-mismatch',
  'typing-automated',
  'typing-replayed',
  'face-mismatch',
  'face-not-live',
  'face-replayed',
  'step-up-failed',
  'step-up-abandoned',
  'reauthentication-failed',
  'throttle-cap',
  'card-suspended',
  'card-lost',
  'session-reuse',
  'password-changed',
  'password-reset',
  'sign-in-disputed',
] as const;

export type AlertCode = (typeof ALERT_CODES)[number];

export interface Alert {
  /** Names the alert among all customers'. */
  id: string;
  /** The customer's pseudonym. */
  subject: string;
  code: AlertCode;
  detail: Record<string, string | number | boolean>;
  at: number;
  acknowledged: { at: number; by: string } | null;
}

interface AlertValue {
  code: AlertCode;
  detail: Record<string, string | number | boolean>;
  acknowledged: { at: number; by: string } | null;
}

const PAGE = 500;
/** Alerts that one list looks through. */
const MAX_SCANNED = 10_000;

const alerts = defineRecordKind<AlertValue>({ kind: 'alert', sealedWith: 'customer', parse: (value) => value as AlertValue });

/** Raises an alert inside the transaction of its cause; the id names it. `detail` holds codes and coarse figures, nothing biometric. */
export async function raiseAlert(
  ctx: Context,
  tx: StoreTransaction,
  { subject, code, detail = {} }: { subject: string; code: AlertCode; detail?: Record<string, string | number | boolean> },
): Promise<{ id: string }> {
  const id = ctx.newId();
  const at = ctx.clock();
  await alerts.insert(ctx, tx, { subject, id, value: { code, detail, acknowledged: null }, at, due: at + ctx.policy.retention.alertsMs });
  return { id: recordReference(subject, id) };
}

/** Alerts of one customer, or of all, the newest first. `open` leaves out what was acknowledged. At most 10,000 alerts are looked through. */
export async function listAlerts(
  ctx: Context,
  tx: StoreTransaction,
  { subject, open = false, limit }: { subject?: string; open?: boolean; limit: number },
): Promise<Alert[]> {
  const found: Alert[] = [];
  for await (const stored of subject === undefined ? ofAll(ctx, tx) : ofOne(ctx, tx, subject)) {
    if (!open || stored.value.acknowledged === null) {
      found.push(toAlert(stored));
    }
  }
  return found.sort((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1)).slice(0, limit);
}

/**
 * Marks an alert as seen. One that was acknowledged before keeps its first mark.
 *
 * @throws TacitServerError `ERR_NOT_FOUND`
 */
export async function acknowledgeAlert(ctx: Context, tx: StoreTransaction, { id, by }: { id: string; by: string }): Promise<Alert> {
  const reference = parseRecordReference(id);
  const stored = reference && (await alerts.get(ctx, tx, reference.subject, reference.id));
  if (stored === undefined) {
    throw new TacitServerError('ERR_NOT_FOUND', { field: 'alert' });
  }
  if (stored.value.acknowledged !== null) {
    return toAlert(stored);
  }
  const value: AlertValue = { ...stored.value, acknowledged: { at: ctx.clock(), by } };
  await alerts.put(ctx, tx, { ...stored, value, ifVersion: stored.version });
  return toAlert({ ...stored, value });
}

async function* ofOne(ctx: Context, tx: StoreTransaction, subject: string): AsyncGenerator<Stored<AlertValue>> {
  let after: { at: number; id: string } | undefined;
  for (let scanned = 0; scanned < MAX_SCANNED; scanned += PAGE) {
    const page: Stored<AlertValue>[] = await alerts.list(ctx, tx, subject, { limit: PAGE, ...(after === undefined ? {} : { after }) });
    yield* page;
    after = page.at(-1);
    if (page.length < PAGE) {
      return;
    }
  }
}

async function* ofAll(ctx: Context, tx: StoreTransaction): AsyncGenerator<Stored<AlertValue>> {
  let after: { subject: string; id: string } | undefined;
  for (let scanned = 0; scanned < MAX_SCANNED; scanned += PAGE) {
    const page: Stored<AlertValue>[] = await alerts.listKind(ctx, tx, { limit: PAGE, ...(after === undefined ? {} : { after }) });
    yield* page;
    after = page.at(-1);
    if (page.length < PAGE) {
      return;
    }
  }
}

function toAlert({ subject, id, at, value }: Stored<AlertValue>): Alert {
  return { id: recordReference(subject, id), subject, at, ...value };
}
