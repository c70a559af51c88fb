import { assertBoolean, assertObject, assertOneOf, assertText } from './arguments';
import { audit } from './audit-log';
import { issueChallenge, readChallenge } from './challenges';
import type { Context } from './context';
import { ensureCustomer } from './customers';
import { clearFaceBlock } from './face-history';
import { judgeOnce } from './judge-once';
import { type CardSlot, currentCoordinates, issueCard, judgeMatrixCode, type MatrixCodeVerdict } from './matrix-card';
import type { MatrixCardView } from './matrix-card-view';
import { settleHeldSample } from './typing-learning';
import {
  assertPurpose,
  type ChallengeOptions,
  type ChallengeUse,
  codePurpose,
  DEFAULT_PURPOSE,
  ENROL_CARD,
  factorPurpose,
  type IssuedChallenge,
  once,
  subjectOf,
} from './verifier-challenges';

export interface EnrolMatrixCardOptions extends ChallengeUse {
  /** Whether it waits for `activate` beside the card in use. Default true. */
  pending?: boolean;
  /** Printed above the cells, 1-80 bytes of UTF-8. Default `Security card`. */
  title?: string;
}

export type EnrolMatrixCardResult =
  /** The one time that the card can be seen. `coordinates` is what the first code must name. */
  | { status: 'issued'; cardId: string; pending: boolean; card: MatrixCardView; coordinates: string[] }
  /** A repetition of the submit: the card was shown and is not kept. Issue another one if it did not arrive. */
  | { status: 'issued-before'; cardId: string; pending: boolean; card?: never };

export interface MatrixChallengeOptions extends ChallengeOptions {
  /** `pending`: the card that waits to be confirmed by its first code. Default `current`, the card in use. */
  card?: CardSlot;
}

export type MatrixChallenge =
  | (IssuedChallenge & { status: 'asked' /** Cells such as `B3`, in the order in which to type them. */; coordinates: string[] })
  /** Too many wrong codes in a row, or reported lost: a new card is needed. */
  | { status: 'suspended' }
  /** The customer has no such card. */
  | { status: 'none' };

export interface VerifyMatrixCodeOptions extends ChallengeUse {
  /** What the person typed; case, spaces and dashes do not matter. At most 64 characters. */
  code: string;
  /** What the challenge was issued for. Default `login`. */
  purpose?: string;
  /** `heldSample` of the typing result of the same login: a right code lets the template learn it. */
  heldSample?: string;
}

export async function enrolMatrixCardVerb(ctx: Context, options: EnrolMatrixCardOptions): Promise<EnrolMatrixCardResult> {
  assertObject(options, 'options');
  const { pending = true, title } = options;
  assertBoolean(pending, 'pending');
  const subject = subjectOf(ctx, options.subject);
  const challenge = await readChallenge(ctx, options.challenge, { ...once(options), purpose: factorPurpose(ENROL_CARD), subject });
  // The card itself goes to the caller past the stored outcome: nothing but digests of it is ever written.
  let shown: { card: MatrixCardView; coordinates: string[] } | undefined;
  const { outcome, replayed } = await judgeOnce<{ cardId: string; pending: boolean }>(ctx, {
    challenge,
    ...(options.idempotencyKey === undefined ? {} : { idempotencyKey: options.idempotencyKey }),
    body: { pending, title },
    judge: async () => ({
      outcome: { cardId: '', pending },
      effects: async (tx) => {
        await ensureCustomer(ctx, tx, { hostSubject: options.subject });
        shown = await issueCard(ctx, tx, { subject, pending, ...(title === undefined ? {} : { title }) });
        await audit(ctx, tx, { chain: subject, type: 'card-issued', detail: { pending } });
        return { cardId: shown.card.id, pending };
      },
    }),
  });
  return replayed || shown === undefined ? { status: 'issued-before', ...outcome } : { status: 'issued', ...outcome, ...shown };
}

export async function issueMatrixChallengeVerb(ctx: Context, options: MatrixChallengeOptions): Promise<MatrixChallenge> {
  assertObject(options, 'options');
  const { purpose = DEFAULT_PURPOSE, card = 'current', binding } = options;
  assertPurpose(purpose);
  assertOneOf(card, 'card', ['current', 'pending']);
  const subject = subjectOf(ctx, options.subject);
  const asked = await ctx.store.transaction((tx) => currentCoordinates(ctx, tx, subject, card));
  if (!('coordinates' in asked)) {
    return { status: 'suspended' in asked ? 'suspended' : 'none' };
  }
  const issued = await issueChallenge(ctx, {
    purpose: codePurpose(purpose),
    subject,
    ...(binding === undefined ? {} : { binding }),
    data: { card },
  });
  return { status: 'asked', ...issued, coordinates: asked.coordinates };
}

export async function verifyMatrixCodeVerb(ctx: Context, options: VerifyMatrixCodeOptions): Promise<MatrixCodeVerdict> {
  assertObject(options, 'options');
  const { code, purpose = DEFAULT_PURPOSE, heldSample } = options;
  assertText(code, 'code', 0, 64);
  assertPurpose(purpose);
  if (heldSample !== undefined) {
    assertText(heldSample, 'heldSample', 1, 128);
  }
  const subject = subjectOf(ctx, options.subject);
  const challenge = await readChallenge(ctx, options.challenge, { ...once(options), purpose: codePurpose(purpose), subject });
  const { card } = challenge.data as { card: CardSlot };
  const { outcome } = await judgeOnce<MatrixCodeVerdict>(ctx, {
    challenge,
    ...(options.idempotencyKey === undefined ? {} : { idempotencyKey: options.idempotencyKey }),
    body: { code, heldSample },
    judge: async () => ({
      outcome: { matched: false, reason: 'none', left: 0 },
      effects: async (tx) => {
        const verdict = await judgeMatrixCode(ctx, tx, { subject, code, card });
        // A card that waits for its first code says nothing yet of who holds it.
        if (verdict.matched && card === 'current' && (heldSample !== undefined || purpose === DEFAULT_PURPOSE)) {
          await settleHeldSample(ctx, tx, { subject, factor: 'independent', ...(heldSample === undefined ? {} : { heldSample }) });
        }
        if (verdict.matched && card === 'current') {
          await clearFaceBlock(ctx, tx, subject);
        }
        if (verdict.matched || verdict.reason !== 'none') {
          const type = verdict.matched ? 'step-up-passed' : 'step-up-failed';
          await audit(ctx, tx, { chain: subject, type, reason: verdict.matched ? purpose : verdict.reason });
        }
        return verdict;
      },
    }),
  });
  return outcome;
}
