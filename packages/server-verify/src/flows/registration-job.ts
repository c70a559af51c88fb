import { forgetErased } from '../erase';
import { errorCode } from '../errors';
import { doOrPutOff } from '../put-off';
import type { Stored } from '../record-kind';
import type { FlowContext } from './flow-context';
import { commitAtHost, completeRegistration, discardRegistration } from './register-confirm';
import { REGISTRATION_ID, type Registration, registrationKind } from './registration-record';

const BATCH = 100;
const RETRY_MS = 30_000;

/**
 * Takes up the registrations that are due: rolls forward what a crash or the host left `confirming`, discards what was not confirmed in time or what
 * the host has refused for too long (it is told so first), and forgets what is done. One that can not be read keeps no other from it.
 */
export async function settleRegistrations(flow: FlowContext): Promise<void> {
  const { ctx } = flow;
  const due = await ctx.store.transaction((tx) => tx.due(registrationKind.kind, ctx.clock(), BATCH));
  for (const record of due) {
    const { kind, subject, id } = record;
    await doOrPutOff(ctx, { kind, subject, id }, async () => {
      await settleRegistration(flow, await ctx.store.transaction((tx) => registrationKind.open(ctx, tx, record)));
    });
  }
}

/** The same for one that is due. */
export async function settleRegistration(flow: FlowContext, { subject, value }: Stored<Registration>): Promise<void> {
  const { ctx } = flow;
  const expired = value.expiresAt <= ctx.clock();
  if (value.state === 'confirming') {
    const settled = expired ? await discardAtHost(flow, value.hostSubject) : await commitAtHost(flow, subject, value.hostSubject);
    if (!settled) {
      await tryLater(flow, subject);
      return;
    }
  }
  const discarded = await ctx.store.transaction(async (tx) => {
    const now = ctx.clock();
    const found = await registrationKind.get(ctx, tx, subject, REGISTRATION_ID);
    // A request may have moved it since.
    if (found === undefined || found.due === null || found.due > now || found.value.state !== value.state) {
      return false;
    }
    if (value.state === 'done') {
      await registrationKind.delete(ctx, tx, subject, REGISTRATION_ID);
      return false;
    }
    if (expired) {
      await discardRegistration(flow, tx, found);
      return true;
    }
    await completeRegistration(flow, tx, found, null);
    return false;
  });
  if (discarded) {
    forgetErased(ctx, subject);
  }
}

/** Tells the host that a registration will not be completed; whether that came through. */
export async function discardAtHost({ ctx, host }: FlowContext, hostSubject: string): Promise<boolean> {
  try {
    await host.onDiscard?.({ subject: hostSubject });
    return true;
  } catch (error) {
    ctx.log({ level: 'error', event: 'host-discard-failed', code: errorCode(error) });
    return false;
  }
}

async function tryLater({ ctx }: FlowContext, subject: string): Promise<void> {
  await ctx.store.transaction(async (tx) => {
    const found = await registrationKind.get(ctx, tx, subject, REGISTRATION_ID);
    if (found?.value.state === 'confirming') {
      await registrationKind.put(ctx, tx, { ...found, due: ctx.clock() + RETRY_MS });
    }
  });
}
