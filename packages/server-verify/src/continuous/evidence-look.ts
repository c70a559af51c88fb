import type { ParsedEvidenceBatch } from '@tacit-auth/features';
import type { Context } from '../context';
import { recentMap } from '../recent-map';
import { recordReference } from '../record-reference';
import { sessionKind } from '../sessions';
import type { StoreTransaction } from '../store';
import type { SessionReference } from '../tokens';
import { ifReadable } from '../unreadable-record';
import { continuousKind } from './continuous-state';
import { afterSpending, amountsOf, waitFor } from './evidence-budget';
import { refusalOf } from './judge-group';

/** Most sessions that are remembered; the least recently judged gives way, and is looked at once more. */
const MOST_REMEMBERED = 10_000;

interface Given {
  readonly session: SessionReference;
  readonly batch: ParsedEvidenceBatch;
}

/** Remembers, in this process, how far sessions came: what follows on that is worked out while its group gathers. */
export interface EvidenceFollow {
  /** Whether it is the next of a session of which nothing was refused since. */
  isNext(given: Given): boolean;
  /** How the latest of a session came out: the number up to which its stream was answered, or undefined where it was refused. */
  note(given: Given, seq: number | undefined): void;
}

export function evidenceFollow(): EvidenceFollow {
  const last = recentMap<{ stream: string; seq: number }>(MOST_REMEMBERED);

  return {
    isNext({ session, batch }) {
      const known = last.get(keyOf(session));
      return known?.stream === batch.stream && follows(known.seq, batch);
    },
    note({ session, batch: { stream } }, seq) {
      if (seq === undefined) {
        last.delete(keyOf(session));
      } else {
        last.set(keyOf(session), { stream, seq });
      }
    },
  };
}

/**
 * Which batches would take effect as things are, in their order: those alone are worth being worked out before they are judged. Reads only. What can not be read is
 * worth nothing here; it is refused where it is judged.
 */
export async function worthJudging(ctx: Context, items: readonly Given[]): Promise<boolean[]> {
  return ctx.store.transaction(async (tx) => {
    const states = new Map<string, Awaited<ReturnType<typeof stateOf>>>();
    const worth: boolean[] = [];
    for (const { session, batch } of items) {
      const key = keyOf(session);
      if (!states.has(key)) {
        states.set(key, await stateOf(ctx, tx, session));
      }
      const state = states.get(key);
      const last = state?.streams.get(batch.stream);
      const amounts = amountsOf(batch);
      const now = ctx.clock();
      if (state === undefined || last === undefined || !follows(last, batch) || waitFor(state.budget, amounts, ctx.policy, now) > 0) {
        worth.push(false);
        continue;
      }
      worth.push(true);
      state.streams.set(batch.stream, batch.seq);
      state.budget = afterSpending(state.budget, amounts, ctx.policy, now);
    }
    return worth;
  });
}

async function stateOf(ctx: Context, tx: StoreTransaction, { subject, id }: SessionReference) {
  const session = await ifReadable(sessionKind.get(ctx, tx, subject, id));
  if (session === undefined || refusalOf(session) !== undefined || ctx.clock() >= session.value.expiresAt) {
    return undefined;
  }
  const state = (await ifReadable(continuousKind.get(ctx, tx, subject, id)))?.value;
  return state && { streams: new Map(state.streams.map(({ id: stream, last }) => [stream, last])), budget: state.budget };
}

/** Whether a batch is the next after number `last` of its stream; what lies below its floor was given up. */
const follows = (last: number, { seq, floor }: ParsedEvidenceBatch): boolean => Math.max(last, floor) === seq - 1;

const keyOf = ({ subject, id }: SessionReference): string => recordReference(subject, id);
