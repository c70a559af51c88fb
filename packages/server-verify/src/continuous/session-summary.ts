import { z } from 'zod';
import type { Context } from '../context';
import { defineRecordKind } from '../record-kind';
import type { StoreTransaction } from '../store';
import type { ContinuousState } from './continuous-state';
import type { SessionSummary } from './judge-types';

const shape = z.object({
  startedAt: z.number(),
  endedAt: z.number(),
  keys: z.int().min(0),
  actions: z.int().min(0),
  meanConfidence: z.number().min(0).max(1).nullable(),
  leastConfidence: z.number().min(0).max(1).nullable(),
  asked: z.object({ stepUps: z.int().min(0), locks: z.int().min(0), terminated: z.boolean(), confirmed: z.int().min(0) }),
  settled: z.enum(['well', 'ill']),
  taught: z.boolean(),
});
type StoredSummary = z.output<typeof shape>;

/** What is left of a session that was checked. */
export const sessionSummaryKind = defineRecordKind<StoredSummary>({
  kind: 'session-summary',
  sealedWith: 'customer',
  parse: (value) => shape.parse(value),
});

export interface WriteSummary {
  readonly subject: string;
  /** The session's id. */
  readonly id: string;
  readonly state: ContinuousState;
  readonly settled: SessionSummary['settled'];
  readonly taught: boolean;
}

export async function writeSummary(
  ctx: Context,
  tx: StoreTransaction,
  { subject, id, state, settled, taught }: WriteSummary,
): Promise<void> {
  const now = ctx.clock();
  const { counts, confidence, asked, startedAt } = state;
  const isKnown = confidence.of > 0;
  const value: StoredSummary = {
    startedAt,
    endedAt: now,
    keys: counts.keys,
    actions: counts.actions,
    meanConfidence: isKnown ? hundredths(confidence.sum / confidence.of) : null,
    leastConfidence: isKnown ? hundredths(confidence.least) : null,
    asked,
    settled,
    taught,
  };
  await sessionSummaryKind.put(ctx, tx, { subject, id, value, at: now, due: now + ctx.policy.retention.sessionsMs });
}

const hundredths = (number: number): number => Math.min(Math.round(number * 100) / 100, 1);

export async function listSummaries(ctx: Context, tx: StoreTransaction, subject: string, limit: number): Promise<SessionSummary[]> {
  const found = await sessionSummaryKind.list(ctx, tx, subject, { limit });
  return found.map(({ id, value }) => ({ session: id, ...value }));
}
