import { createHmac } from 'node:crypto';
import type { ParsedFaceSample } from '@tacit-auth/features';
import { z } from 'zod';
import type { Context } from './context';
import { retryAfterSeconds } from './errors';
import { type ContextCounts, contextCounts, noCounts, type SignInPlace, withSignIn } from './face-context';
import { defineRecordKind } from './record-kind';
import type { StoreTransaction } from './store';

/** What is remembered of a customer's looks into the camera: nothing that a face could be made of. */
export interface FaceHistory {
  /** Looks judged since the history began. */
  total: number;
  /** Base64url of keyed digests of descriptors, 8 bytes each, the oldest first. */
  digests: string;
  /** When each refusal since the last acceptance was. */
  refusedAt: number[];
  /** When each look was that could not be judged, since the last that could. */
  retriedAt: number[];
  /** Accepted looks that did not sign in, because typing did not go with them, since a code of the card was last right. */
  uncarried: number;
  /** Where and when the customer has signed in with a code of the card. */
  context: ContextCounts;
}

const shape = z.object({
  total: z.int().min(0),
  digests: z.string(),
  refusedAt: z.array(z.number()),
  retriedAt: z.array(z.number()),
  uncarried: z.int().min(0).default(0),
  context: contextCounts,
});

export const faceHistoryKind = defineRecordKind<FaceHistory>({
  kind: 'face-history',
  sealedWith: 'customer',
  parse: (value) => shape.parse(value),
});

export const FACE_HISTORY_ID = 'recent';
/** 64 bits: of a thousand digests under a secret key no two are ever alike by chance. */
const DIGEST_BYTES = 8;

export const emptyFaceHistory = (): FaceHistory => ({
  total: 0,
  digests: '',
  refusedAt: [],
  retriedAt: [],
  uncarried: 0,
  context: noCounts(),
});

export async function readFaceHistory(ctx: Context, tx: StoreTransaction, subject: string): Promise<FaceHistory> {
  return (await faceHistoryKind.get(ctx, tx, subject, FACE_HISTORY_ID))?.value ?? emptyFaceHistory();
}

export async function writeFaceHistory(ctx: Context, tx: StoreTransaction, subject: string, value: FaceHistory): Promise<void> {
  await faceHistoryKind.put(ctx, tx, { subject, id: FACE_HISTORY_ID, value, at: ctx.clock(), due: null });
}

/** A keyed digest of each descriptor of a sample, in base64url: tells whether the very same numbers were sent before, and nothing of the face. */
export function descriptorDigests(ctx: Pick<Context, 'rootSubKey'>, { pipeline, descriptors }: ParsedFaceSample): string[] {
  const key = ctx.rootSubKey('face-descriptor');
  return descriptors.map(([, values]) =>
    createHmac('sha256', key)
      .update(`${pipeline}\n`)
      .update(Int16Array.from(values))
      .digest()
      .subarray(0, DIGEST_BYTES)
      .toString('base64url'),
  );
}

/** Whether one of them was seen before, or comes twice. */
export function isRepeated(history: FaceHistory, digests: readonly string[]): boolean {
  const known = new Set(unpack(history.digests));
  return digests.some((digest, i) => known.has(digest) || digests.indexOf(digest) < i);
}

/** The history with the digests of one more look; at most `size` digests are kept. */
export function withDigests(history: FaceHistory, digests: readonly string[], size: number): FaceHistory {
  const kept = [...unpack(history.digests), ...digests].slice(-size);
  return {
    ...history,
    total: history.total + 1,
    digests: Buffer.concat(kept.map((digest) => Buffer.from(digest, 'base64url'))).toString('base64url'),
  };
}

function unpack(packed: string): string[] {
  const bytes = Buffer.from(packed, 'base64url');
  const count = Math.floor(bytes.length / DIGEST_BYTES);
  return Array.from({ length: count }, (_, i) => bytes.subarray(i * DIGEST_BYTES, (i + 1) * DIGEST_BYTES).toString('base64url'));
}

/**
 * Whoever has the password and a photograph may try so often whether his typing passes beside it; then only the code helps. A customer gives the code
 * at each of them.
 */
export const MOST_UNCARRIED = 2;

export type FaceBlock = { reason: 'throttled'; retryAfter: number } | { reason: 'too-many-tries' };

/**
 * Why nothing may be judged now. Refusals count as wrong passwords do (`policy.throttle`): at the cap only another factor helps. Looks that could not
 * be judged count apart, and for the time of one step-up. So do accepted ones that did not sign in, until a code is right.
 */
export function faceBlock({ policy, clock }: Pick<Context, 'policy' | 'clock'>, history: FaceHistory): FaceBlock | undefined {
  const now = clock();
  const { failures, blockMs, cap, windowMs } = policy.throttle;
  const refused = countingRefusals({ policy, clock }, history);
  if (refused.length >= cap) {
    return { reason: 'throttled', retryAfter: retryAfterSeconds(windowMs) };
  }
  const blockedMs = refused.length >= failures ? refused.at(-1)! + blockMs - now : 0;
  if (blockedMs > 0) {
    return { reason: 'throttled', retryAfter: retryAfterSeconds(blockedMs) };
  }
  if (history.uncarried >= MOST_UNCARRIED) {
    return { reason: 'too-many-tries' };
  }
  const retried = history.retriedAt.filter((at) => now - at < policy.session.stepUpMs);
  return retried.length >= policy.face.triesPerChallenge ? { reason: 'too-many-tries' } : undefined;
}

/** Forgotten all at once, a time after the last one, and not at all at the cap: waiting does not lift that. */
function countingRefusals({ policy, clock }: Pick<Context, 'policy' | 'clock'>, { refusedAt }: FaceHistory): number[] {
  const { cap, windowMs } = policy.throttle;
  return refusedAt.length < cap && clock() - (refusedAt.at(-1) ?? 0) >= windowMs ? [] : refusedAt;
}

/** The history after a verdict. */
export function withVerdict(
  ctx: Pick<Context, 'policy' | 'clock'>,
  history: FaceHistory,
  verdict: 'accepted' | 'refused' | 'retry' | 'other',
): FaceHistory {
  const now = ctx.clock();
  switch (verdict) {
    case 'accepted':
      return { ...history, refusedAt: [], retriedAt: [] };
    case 'refused':
      return { ...history, refusedAt: [...countingRefusals(ctx, history), now].slice(-ctx.policy.throttle.cap), retriedAt: [] };
    case 'retry':
      return { ...history, retriedAt: [...history.retriedAt, now].slice(-ctx.policy.face.triesPerChallenge) };
    default:
      return { ...history, retriedAt: [] };
  }
}

/** Counts a look that did not sign in, where it was accepted; written either way, so that the store's work does not tell. */
export async function noteUncarried(
  ctx: Context,
  tx: StoreTransaction,
  subject: string,
  { accepted }: { accepted: boolean },
): Promise<void> {
  const found = await faceHistoryKind.get(ctx, tx, subject, FACE_HISTORY_ID);
  if (found !== undefined) {
    const uncarried = Math.min(found.value.uncarried + (accepted ? 1 : 0), MOST_UNCARRIED);
    await writeFaceHistory(ctx, tx, subject, { ...found.value, uncarried });
  }
}

/**
 * Notes where a sign-in came from that a code of the card completed, and lifts what {@link faceBlock} says. For a customer with a face; of anybody else
 * nothing is noted.
 */
export async function noteVerifiedSignIn(ctx: Context, tx: StoreTransaction, subject: string, place: SignInPlace): Promise<void> {
  const found = await faceHistoryKind.get(ctx, tx, subject, FACE_HISTORY_ID);
  if (found !== undefined) {
    const context = withSignIn(ctx, found.value.context, place);
    await writeFaceHistory(ctx, tx, subject, { ...found.value, context, refusedAt: [], retriedAt: [], uncarried: 0 });
  }
}

/** Lifts what {@link faceBlock} says, after an independent factor has passed. */
export async function clearFaceBlock(ctx: Context, tx: StoreTransaction, subject: string): Promise<void> {
  const found = await faceHistoryKind.get(ctx, tx, subject, FACE_HISTORY_ID);
  const { refusedAt, retriedAt, uncarried } = found?.value ?? emptyFaceHistory();
  if (found !== undefined && (refusedAt.length > 0 || retriedAt.length > 0 || uncarried > 0)) {
    await writeFaceHistory(ctx, tx, subject, { ...found.value, refusedAt: [], retriedAt: [], uncarried: 0 });
  }
}
