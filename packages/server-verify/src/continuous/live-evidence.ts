import type { Context } from '../context';
import { everyPage } from '../every-page';
import type { Stored } from '../record-kind';
import type { StoreRecord, StoreTransaction } from '../store';
import type { SessionReference } from '../tokens';
import { ifReadable } from '../unreadable-record';
import { type ContinuousState, continuousKind } from './continuous-state';
import { reasonsOf } from './judge-group';
import type { EvidenceHistory, LiveEvidence } from './judge-types';
import type { SessionModels } from './session-models';

/** Sessions that are checked, ordered by (subject, id), fewer than `limit` only where there are no more. One that can not be read is left out. */
export async function listLive(
  ctx: Context,
  tx: StoreTransaction,
  models: SessionModels,
  options: { limit: number; after?: SessionReference },
): Promise<LiveEvidence[]> {
  const { limit } = options;
  const live: LiveEvidence[] = [];
  const pages = everyPage<StoreRecord>(limit, ({ after = options.after }) =>
    tx.listKind(continuousKind.kind, { limit, ...(after === undefined ? {} : { after }) }),
  );
  for await (const page of pages) {
    for (const record of page) {
      const stored = await ifReadable(continuousKind.open(ctx, tx, record));
      if (stored !== undefined) {
        live.push(liveOf(ctx, stored, models));
      }
      if (live.length >= limit) {
        return live;
      }
    }
  }
  return live;
}

export async function liveHistory(
  ctx: Context,
  tx: StoreTransaction,
  models: SessionModels,
  { subject, id }: SessionReference,
): Promise<EvidenceHistory | undefined> {
  const stored = await ifReadable(continuousKind.get(ctx, tx, subject, id));
  if (stored === undefined) {
    return undefined;
  }
  const { startedAt, points } = stored.value;
  return {
    ...liveOf(ctx, stored, models),
    points: points.map((point) => {
      const risk = (point % 256) / 255;
      return { at: startedAt + Math.floor(point / 256) * 1_000, risk, confidence: 1 - risk };
    }),
  };
}

function liveOf(ctx: Context, { subject, id, value }: Stored<ContinuousState>, models: SessionModels): LiveEvidence {
  const now = ctx.clock();
  const { confidence, risk, level } = models.trust.at(value.trust, now);
  return {
    subject,
    id,
    since: value.startedAt,
    lastAt: value.lastAt,
    // A level stays until a factor has passed, whatever came since.
    level: value.level === 'low' && level === 'unsettled' ? 'unsettled' : value.level,
    levelSince: value.levelSince,
    confidence,
    risk,
    reasons: reasonsOf(value, models, now),
    counts: value.counts,
    template: value.template,
  };
}
