import { tellChange, wakeJob } from './after-commit';
import { queueAlert } from './alert-deliveries';
import type { Context } from './context';
import { TacitServerError } from './errors';
import { everyPage } from './every-page';
import { defineRecordKind, type Stored } from './record-kind';
import { parseRecordReference, recordReference } from './record-reference';
import type { StoreRecord, StoreTransaction } from './store';
import { ifReadable } from './unreadable-record';

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
  'session-doubt',
  'session-taken-over',
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
  /** When a right code of the customer's card answered it. Such an alert is not open any more. */
  settled: { at: number; by: 'matrix-code' } | null;
}

interface AlertValue {
  code: AlertCode;
  detail: Record<string, string | number | boolean>;
  acknowledged: { at: number; by: string } | null;
  /** Absent in alerts of an earlier version. */
  settled?: { at: number; by: 'matrix-code' } | undefined;
}

const PAGE = 500;
/** Alerts that one list looks through. */
const MAX_SCANNED = 10_000;

const alerts = defineRecordKind<AlertValue>({ kind: 'alert', sealedWith: 'customer', parse: (value) => value as AlertValue });

/** The job that hands alerts to the sinks. */
export const ALERT_JOB = 'alerts';

/**
 * Raises an alert inside the transaction of its cause, and queues it for every sink there is; the id names it. `detail` holds codes and coarse figures,
 * nothing biometric.
 */
export async function raiseAlert(
  ctx: Context,
  tx: StoreTransaction,
  { subject, code, detail = {} }: { subject: string; code: AlertCode; detail?: Record<string, string | number | boolean> },
): Promise<{ id: string }> {
  const id = ctx.newId();
  const at = ctx.clock();
  await alerts.insert(ctx, tx, { subject, id, value: { code, detail, acknowledged: null }, at, due: at + ctx.policy.retention.alertsMs });
  tellChange(ctx, tx, 'alert', recordReference(subject, id));
  if (ctx.alertSinks.length > 0) {
    await queueAlert(ctx, tx, { subject, alert: id });
    wakeJob(ctx, tx, ALERT_JOB);
  }
  return { id: recordReference(subject, id) };
}

/** One alert of a customer; undefined where there is none, or none any more. */
export async function readAlert(ctx: Context, tx: StoreTransaction, subject: string, id: string): Promise<Alert | undefined> {
  const stored = await alerts.get(ctx, tx, subject, id);
  return stored && toAlert(stored);
}

/** Alerts of one customer, or of all, the newest first. `open` leaves out what was acknowledged. The newest 10,000 are looked through. */
export async function listAlerts(
  ctx: Context,
  tx: StoreTransaction,
  { subject, open = false, limit }: { subject?: string; open?: boolean; limit: number },
): Promise<Alert[]> {
  const found: Alert[] = [];
  for await (const stored of subject === undefined ? ofAll(ctx, tx) : ofOne(ctx, tx, subject)) {
    if (!open || (stored.value.acknowledged === null && stored.value.settled === undefined)) {
      const alert = toAlert(stored);
      found.splice(found.findLastIndex((other) => newestFirst(other, alert) < 0) + 1, 0, alert);
      found.splice(limit);
    }
    const oldest = found[limit - 1];
    if (oldest !== undefined && oldest.at >= (subject === undefined ? latestBehind(ctx, stored) : stored.at)) {
      break;
    }
  }
  return found;
}

const newestFirst = (a: Alert, b: Alert): number => b.at - a.at || (a.id < b.id ? 1 : -1);

/** When an alert that is due no later than this one arose at the latest. One of a policy by which alerts were kept longer is due after newer ones. */
function latestBehind(ctx: Context, { at, due }: Stored<AlertValue>): number {
  return Math.max(at, (due ?? at) - ctx.policy.retention.alertsMs);
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
  tellChange(ctx, tx, 'alert', id);
  return toAlert({ ...stored, value });
}

/** Notes that a right code answered what an alert told of. One that is gone, or settled, is left as it is. */
export async function settleAlert(ctx: Context, tx: StoreTransaction, id: string): Promise<void> {
  const reference = parseRecordReference(id);
  const stored = reference && (await alerts.get(ctx, tx, reference.subject, reference.id));
  if (stored === undefined || stored.value.settled !== undefined) {
    return;
  }
  await alerts.put(ctx, tx, { ...stored, value: { ...stored.value, settled: { at: ctx.clock(), by: 'matrix-code' } } });
  tellChange(ctx, tx, 'alert', id);
}

function ofOne(ctx: Context, tx: StoreTransaction, subject: string): AsyncGenerator<Stored<AlertValue>> {
  return readable(ctx, tx, (options) => tx.list(alerts.kind, subject, options));
}

/** Under one policy all are kept equally long, so what is due last arose last. */
function ofAll(ctx: Context, tx: StoreTransaction): AsyncGenerator<Stored<AlertValue>> {
  return readable(ctx, tx, (options) => tx.dueLast(alerts.kind, options));
}

/** One that can not be read does not hide the others. */
async function* readable(
  ctx: Context,
  tx: StoreTransaction,
  read: Parameters<typeof everyPage<StoreRecord>>[1],
): AsyncGenerator<Stored<AlertValue>> {
  let scanned = 0;
  for await (const page of everyPage(PAGE, read)) {
    for (const record of page) {
      const stored = await ifReadable(alerts.open(ctx, tx, record));
      if (stored !== undefined) {
        yield stored;
      }
    }
    scanned += page.length;
    if (scanned >= MAX_SCANNED) {
      return;
    }
  }
}

function toAlert({ subject, id, at, value }: Stored<AlertValue>): Alert {
  return { id: recordReference(subject, id), subject, at, ...value, settled: value.settled ?? null };
}
