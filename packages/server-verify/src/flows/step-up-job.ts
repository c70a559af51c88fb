import { doOrPutOff } from '../put-off';
import { endSession, liveSession, putSession, sessionKind, settleExpired } from '../sessions';
import { failStepUp } from './failed-step-up';
import type { FlowContext } from './flow-context';

const BATCH = 100;

/**
 * Reports the step-ups that were not answered in time, locks the sessions that have idled, and deletes those that have expired. One that can not be read keeps no other from
 * it, and goes when it must have expired.
 */
export async function settleSessions(flow: FlowContext): Promise<void> {
  const { ctx } = flow;
  for (;;) {
    const due = await ctx.store.transaction((tx) => tx.due(sessionKind.kind, ctx.clock(), BATCH));
    for (const { kind, subject, id } of due) {
      const record = { kind, subject, id, keptMs: ctx.policy.session.absoluteMs };
      await doOrPutOff(ctx, record, () => settle(flow, subject, id));
    }
    if (due.length < BATCH) {
      return;
    }
  }
}

function settle(flow: FlowContext, subject: string, id: string): Promise<void> {
  const { ctx } = flow;
  return ctx.store.transaction(async (tx) => {
    const found = await sessionKind.get(ctx, tx, subject, id);
    const now = ctx.clock();
    // Another server may have been here, or the customer.
    if (found === undefined || found.due === null || found.due > now) {
      return;
    }
    let session = found;
    if (session.value.pending !== null && session.value.pending.expiresAt <= now) {
      await failStepUp(flow, tx, session, 'abandoned');
      session = await putSession(ctx, tx, session, { pending: null });
    }
    if (session.value.expiresAt <= now) {
      await settleExpired(ctx, tx, session);
      await sessionKind.delete(ctx, tx, subject, id);
    } else if (session.value.scope === 'step-up') {
      await endSession(ctx, tx, session, 'abandoned');
    } else if (session.value.state === 'open' && (await liveSession(ctx, tx, session))?.due === session.due) {
      // Not idle by the policy of today: it is looked at again when it is.
      await putSession(ctx, tx, session, {});
    }
  });
}
