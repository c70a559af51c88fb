import {
  chooseCoordinates,
  createMatrixCard,
  type DataKey,
  type MatrixCardRecord,
  matrixDigests,
  parseMatrixCardRecord,
  verifyMatrixCode,
} from '@tacit-auth/crypto';
import { z } from 'zod';
import type { Context } from './context';
import { TacitServerError } from './errors';
import { type MatrixCardView, matrixCardView } from './matrix-card-view';
import { defineRecordKind } from './record-kind';
import type { StoreTransaction } from './store';

/** Which of a customer's cards: the one in use, or one that was issued and not yet confirmed. */
export type CardSlot = 'current' | 'pending';

export interface StoredCard {
  status: 'active' | 'suspended';
  record: MatrixCardRecord;
  /** The cells that the next code must name. */
  coordinates: string[];
  wrongInARow: number;
  issuedAt: number;
}

export type Coordinates = { coordinates: string[] } | { suspended: true } | { none: true };

export type MatrixCodeVerdict =
  | { matched: true }
  /** `left`: how many more wrong codes in a row suspend the card. */
  | { matched: false; reason: 'wrong' | 'suspended' | 'none'; left: number };

export interface CardStatus {
  state: 'none' | 'active' | 'suspended';
  issuedAt: number | null;
  wrongInARow: number;
  /** Whether a new card waits to be confirmed. */
  pending: boolean;
}

const shape = z.object({
  status: z.enum(['active', 'suspended']),
  record: z.unknown().transform(parseMatrixCardRecord),
  coordinates: z.array(z.string()),
  wrongInARow: z.int().min(0),
  issuedAt: z.number(),
});

export const matrixCardKind = defineRecordKind<StoredCard>({
  kind: 'matrix-card',
  sealedWith: 'customer',
  parse: (value) => shape.parse(value),
});

async function keyOf(ctx: Context, tx: StoreTransaction, subject: string): Promise<DataKey> {
  const key = await ctx.dataKey(tx, subject);
  if (key === undefined) {
    throw new TacitServerError('ERR_SUBJECT_UNKNOWN', { field: 'subject' });
  }
  return key;
}

/**
 * Draws a card for a customer and keeps only its digests. A pending one waits beside the card in use until {@link activateCard}, for
 * `policy.registration.lifetimeMs` at most; the other kind takes effect at once.
 *
 * @param options.subject the record subject (`ctx.subjectOf`), with a data key.
 */
export async function issueCard(
  ctx: Context,
  tx: StoreTransaction,
  { subject, pending, title }: { subject: string; pending: boolean; title?: string },
): Promise<{ card: MatrixCardView; coordinates: string[] }> {
  const key = await keyOf(ctx, tx, subject);
  const card = createMatrixCard({ random: ctx.random });
  const now = ctx.clock();
  const value: StoredCard = {
    status: 'active',
    record: matrixDigests({ key, subject, card }),
    coordinates: drawCoordinates(ctx),
    wrongInARow: 0,
    issuedAt: now,
  };
  await matrixCardKind.put(ctx, tx, {
    subject,
    id: pending ? 'pending' : 'current',
    value,
    at: now,
    due: pending ? now + ctx.policy.registration.lifetimeMs : null,
  });
  return { card: matrixCardView(card, title === undefined ? {} : { title }), coordinates: value.coordinates };
}

function drawCoordinates(ctx: Context): string[] {
  return chooseCoordinates({ random: ctx.random, count: ctx.policy.matrix.coordinates });
}

/** The card of a slot. Without a slot: the one in use, or a pending one where there is none in use. One that has expired counts as absent. */
async function readCard(ctx: Context, tx: StoreTransaction, subject: string, slot?: CardSlot) {
  for (const id of slot === undefined ? (['current', 'pending'] as const) : [slot]) {
    const found = await matrixCardKind.get(ctx, tx, subject, id);
    if (found !== undefined && (found.due === null || found.due > ctx.clock())) {
      return { ...found, id };
    }
  }
  return undefined;
}

/**
 * The cells to ask for. They stay the same until a code names them rightly or the card is replaced, so that a thief who asks often does
 * not get to see the cells that he happens to know.
 */
export async function currentCoordinates(ctx: Context, tx: StoreTransaction, subject: string, slot?: CardSlot): Promise<Coordinates> {
  const card = await readCard(ctx, tx, subject, slot);
  if (card === undefined) {
    return { none: true };
  }
  return card.value.status === 'suspended' ? { suspended: true } : { coordinates: card.value.coordinates };
}

/**
 * Compares a code with the cells asked for, counts, and suspends the card at `policy.matrix.wrongInARow` wrong ones in a row. A right code
 * draws new cells. An answer that can not be a code at all is wrong, but does not count.
 */
export async function judgeMatrixCode(
  ctx: Context,
  tx: StoreTransaction,
  { subject, code, card: slot }: { subject: string; code: string; card?: CardSlot },
): Promise<MatrixCodeVerdict> {
  const found = await readCard(ctx, tx, subject, slot);
  if (found === undefined) {
    return { matched: false, reason: 'none', left: 0 };
  }
  const { value: card, id, at, due, version } = found;
  if (card.status === 'suspended') {
    return { matched: false, reason: 'suspended', left: 0 };
  }
  const { matched, reason } = verifyMatrixCode({
    key: await keyOf(ctx, tx, subject),
    subject,
    record: card.record,
    coordinates: card.coordinates,
    answer: code,
  });
  const most = ctx.policy.matrix.wrongInARow;
  if (reason === 'malformed') {
    return { matched: false, reason: 'wrong', left: most - card.wrongInARow };
  }
  const wrongInARow = matched ? 0 : card.wrongInARow + 1;
  const next: StoredCard = {
    ...card,
    wrongInARow,
    coordinates: matched ? drawCoordinates(ctx) : card.coordinates,
    status: wrongInARow >= most ? 'suspended' : 'active',
  };
  await putUnchanged(ctx, tx, { subject, id, value: next, at, due, ifVersion: version });
  if (matched) {
    return { matched: true };
  }
  return { matched: false, reason: next.status === 'suspended' ? 'suspended' : 'wrong', left: most - wrongInARow };
}

async function putUnchanged(
  ctx: Context,
  tx: StoreTransaction,
  record: { subject: string; id: string; value: StoredCard; at: number; due: number | null; ifVersion: number },
): Promise<void> {
  if (!(await matrixCardKind.put(ctx, tx, record))) {
    throw new TacitServerError('ERR_RECORD_CONFLICT');
  }
}

/** Suspends the card in use, for instance because it was reported lost. False when there is none. */
export async function suspendCard(ctx: Context, tx: StoreTransaction, subject: string): Promise<boolean> {
  const found = await matrixCardKind.get(ctx, tx, subject, 'current');
  if (found === undefined) {
    return false;
  }
  const { value, at, due, version } = found;
  await putUnchanged(ctx, tx, { subject, id: 'current', value: { ...value, status: 'suspended' }, at, due, ifVersion: version });
  return true;
}

/** Puts the pending card in the place of the one in use. False when none waits, or it has expired. */
export async function activateCard(
  ctx: Context,
  tx: StoreTransaction,
  subject: string,
  options: { late?: boolean } = {},
): Promise<boolean> {
  const found = await matrixCardKind.get(ctx, tx, subject, 'pending');
  if (found === undefined || (!options.late && found.due !== null && found.due <= ctx.clock())) {
    return false;
  }
  await matrixCardKind.put(ctx, tx, { subject, id: 'current', value: found.value, at: found.at, due: null });
  await matrixCardKind.delete(ctx, tx, subject, 'pending');
  return true;
}

export async function cardStatus(ctx: Context, tx: StoreTransaction, subject: string): Promise<CardStatus> {
  const current = await matrixCardKind.get(ctx, tx, subject, 'current');
  const pending = await readCard(ctx, tx, subject, 'pending');
  return {
    state: current?.value.status ?? 'none',
    issuedAt: current?.value.issuedAt ?? null,
    wrongInARow: current?.value.wrongInARow ?? 0,
    pending: pending !== undefined,
  };
}
