import { z } from 'zod';
import { type SettingsDeed, takeConfirmation } from '../confirmations';
import { eraseSubject } from '../erase';
import { errorCode } from '../errors';
import { endAllSessions } from '../list-sessions';
import { doOrPutOff } from '../put-off';
import { defineRecordKind } from '../record-kind';
import type { FlowContext } from './flow-context';
import { referenceOf, withSession } from './sessions';
import type { FlowResult, SessionGrant } from './types';

/** An erasure that was asked for: what is left to do after a crash, or when the host was not there. */
export const erasureKind = defineRecordKind<{ hostSubject: string }>({
  kind: 'erasure',
  sealedWith: 'root',
  parse: (value) => z.object({ hostSubject: z.string() }).parse(value),
});

const DEED: SettingsDeed = 'erase';
const BATCH = 100;
const RETRY_MS = 30_000;

export interface Erase {
  /**
   * Signs the customer out everywhere and erases what Tacit holds at once; the host's `onErase` is called until it comes through.
   *
   * @throws TacitServerError `ERR_CONFIRMATION`
   */
  erase(options: { session: SessionGrant; confirmation: unknown }): Promise<FlowResult<{ status: 'erased' }>>;
}

export function createErase(flow: FlowContext): Erase {
  const { ctx } = flow;
  return {
    async erase({ session, confirmation }) {
      const begun = await withSession<null>(flow, session, { need: 'full', sensitive: true }, async (tx, stored) => {
        const { subject } = stored;
        await takeConfirmation(ctx, tx, confirmation, stored, { purpose: 'settings', binding: DEED });
        const now = ctx.clock();
        const value = { hostSubject: stored.value.hostSubject };
        await erasureKind.put(ctx, tx, { subject: '', id: subject, value, at: now, due: now + RETRY_MS });
        await endAllSessions(ctx, tx, subject, 'erased');
        return { ok: true, body: null };
      });
      if (!begun.ok) {
        return begun;
      }
      await settle(flow, referenceOf(flow, session).subject, session.subject);
      return { ok: true, body: { status: 'erased' }, ended: true };
    },
  };
}

/** Takes up the erasures that are not done; one that can not be read keeps no other from it. */
export async function settleErasures(flow: FlowContext): Promise<void> {
  const { ctx } = flow;
  const due = await ctx.store.transaction((tx) => tx.due(erasureKind.kind, ctx.clock(), BATCH));
  for (const record of due) {
    const { kind, subject, id } = record;
    await doOrPutOff(ctx, { kind, subject, id }, async () => {
      const { value } = await ctx.store.transaction((tx) => erasureKind.open(ctx, tx, record));
      await settle(flow, id, value.hostSubject);
    });
  }
}

async function settle({ ctx, host }: FlowContext, subject: string, hostSubject: string): Promise<void> {
  await eraseSubject(ctx, subject);
  let done = true;
  try {
    await host.onErase?.({ subject: hostSubject });
  } catch (error) {
    done = false;
    ctx.log({ level: 'error', event: 'host-erase-failed', code: errorCode(error) });
  }
  await ctx.store.transaction(async (tx) => {
    const found = await erasureKind.get(ctx, tx, '', subject);
    if (found === undefined) {
      return;
    }
    if (done) {
      await erasureKind.delete(ctx, tx, '', subject);
    } else {
      await erasureKind.put(ctx, tx, { ...found, due: ctx.clock() + RETRY_MS });
    }
  });
}
