import { wakeJob } from './after-commit';
import { alertDeliveries } from './alert-deliveries';
import { type AlertMessage, type AlertSink, handOver } from './alert-sinks';
import { readAlert } from './alerts';
import type { Context } from './context';
import { customerOf } from './customers';
import { TacitServerError } from './errors';
import type { Timer } from './job-runner';
import { enqueueMail } from './outbox';
import type { StoreTransaction } from './store';

/** After this a sink is left to itself: the others do not wait for it. */
const SLOW_MS = 2_000;

export interface DeliverAlertsOptions {
  timer: Timer;
  /** Aborted when the server closes. */
  signal: AbortSignal;
  /** Most deliveries of one round. Default 100. */
  limit?: number;
}

/**
 * Hands alerts that are due to their sinks. One for a sink that this server does not know is tried again later, as one that failed: another server may
 * know it. One whose alert is no more is dropped.
 */
export async function deliverAlerts(
  ctx: Context,
  sinks: readonly AlertSink[],
  { timer, signal, limit = 100 }: DeliverAlertsOptions,
): Promise<{ delivered: number; failed: number }> {
  const byName = new Map(sinks.map((sink) => [sink.name, sink]));
  return alertDeliveries.deliverDue(ctx, {
    limit,
    signal,
    sinkRests: true,
    slow: { timer, afterMs: SLOW_MS },
    sinkOf: ({ sink }) => sink,
    async deliver({ subject, value }) {
      const sink = byName.get(value.sink);
      if (sink === undefined) {
        throw new TacitServerError('ERR_ALERT_SINK_UNKNOWN');
      }
      const message = await ctx.store.transaction((tx) => messageOf(ctx, tx, subject, value.alert));
      if (message === undefined) {
        return undefined;
      }
      const mails = await handOver(sink, message, { timer, signal });
      return async (tx) => {
        for (const mail of mails) {
          await enqueueMail(ctx, tx, { ...mail, subject });
          wakeJob(ctx, tx, 'mail');
        }
      };
    },
  });
}

/** Resolves when no sink is at work any more that a round did not wait for. */
export const alertsSettled = (ctx: Context): Promise<void> => alertDeliveries.settled(ctx);

async function messageOf(ctx: Context, tx: StoreTransaction, subject: string, id: string): Promise<AlertMessage | undefined> {
  const customer = await customerOf(ctx, tx, subject);
  const alert = customer && (await readAlert(ctx, tx, subject, id));
  if (customer === undefined || alert === undefined) {
    return undefined;
  }
  const { code, at, detail } = alert;
  return Object.freeze({ version: 1, id: alert.id, code, at, customer: customer.value.hostSubject, detail: Object.freeze({ ...detail }) });
}
