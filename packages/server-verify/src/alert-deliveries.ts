import { z } from 'zod';
import type { Context } from './context';
import { type Attempts, leasedQueue } from './leased-queue';
import { defineRecordKind } from './record-kind';
import { recordReference } from './record-reference';
import type { StoreTransaction } from './store';

/** One alert on its way to one sink. What it says is read from the alert itself. */
export interface AlertDeliveryRecord extends Attempts {
  sink: string;
  /** Id of the alert, under the same customer. */
  alert: string;
}

/** An alert that a sink did not take, and that is not tried any more. */
export interface FailedAlertDelivery {
  id: string;
  /** The customer's pseudonym. */
  subject: string;
  /** Id of the alert in the operators' list. */
  alert: string;
  sink: string;
  /** When the alert was raised. */
  at: number;
  failures: number;
  /** Of the last failure. */
  code: string | null;
}

const shape = z.object({
  sink: z.string(),
  alert: z.string(),
  failures: z.int().min(0),
  state: z.enum(['queued', 'failed']),
  code: z.string().nullable(),
});

export const alertDeliveries = leasedQueue<AlertDeliveryRecord>({
  records: defineRecordKind<AlertDeliveryRecord>({ kind: 'alert-delivery', sealedWith: 'customer', parse: (value) => shape.parse(value) }),
  noun: 'alert-delivery',
  unknown: 'ERR_ALERT_DELIVERY_UNKNOWN',
  keptMs: (ctx) => ctx.policy.retention.alertsMs,
});

/** Queues an alert for every sink there is, inside the transaction that raises it. */
export async function queueAlert(
  ctx: Context,
  tx: StoreTransaction,
  { subject, alert }: { subject: string; alert: string },
): Promise<void> {
  for (const sink of ctx.alertSinks) {
    await alertDeliveries.enqueue(ctx, tx, { subject, value: { sink, alert } });
  }
}

/** Deliveries that were given up, over all customers. */
export async function listFailedAlertDeliveries(ctx: Context, { limit = 100 }: { limit?: number } = {}): Promise<FailedAlertDelivery[]> {
  const failed = await alertDeliveries.listFailed(ctx, { limit });
  return failed.map(({ subject, id, at, value: { sink, alert, failures, code } }) => ({
    id: recordReference(subject, id),
    subject,
    alert: recordReference(subject, alert),
    sink,
    at,
    failures,
    code,
  }));
}

/** @throws TacitServerError `ERR_ALERT_DELIVERY_UNKNOWN` when there is none of that id, or it was not given up */
export async function retryAlertDelivery(ctx: Context, id: string): Promise<void> {
  await alertDeliveries.retry(ctx, id);
}
