import { type FaceAction, parseFaceSample } from '@tacit-auth/features';
import { assertBoolean, assertObject } from './arguments';
import { audit } from './audit-log';
import { readChallenge } from './challenges';
import { consentNumber, requireFaceConsent, wasFaceWithdrawnSince } from './consent';
import type { Context } from './context';
import { customerOf, ensureCustomer, requireCustomer } from './customers';
import { scrubErasedData } from './erased-data';
import { TacitServerError } from './errors';
import {
  assertFacePurpose,
  assertVerifyPurpose,
  ENROL_FACE,
  type FaceChallengeIssued,
  faceActionsOf,
  facePurpose,
  issueFaceActions,
} from './face-challenge';
import { captureFace, deleteFace, enrolFace } from './face-enrolment';
import { judgeFaceLook } from './face-look';
import type { FaceReason, FaceResult } from './face-result';
import { judgeFace } from './judge-face';
import { judgeOnce } from './judge-once';
import { parseNamed } from './named-field';
import type { StoreTransaction } from './store';
import { type ChallengeOptions, type ChallengeUse, DEFAULT_PURPOSE, once, subjectOf } from './verifier-challenges';

export interface VerifyFaceOptions extends ChallengeUse {
  /** What the browser sent: a `FaceSample` as JSON text or as the value parsed from it. */
  sample: unknown;
  /** What the challenge was issued for. Default `login`. */
  purpose?: string;
}

export interface EnrolFaceOptions extends ChallengeUse {
  /** What the browser sent: a `FaceSample` as JSON text or as the value parsed from it. */
  sample: unknown;
  /** Whether it waits for `activate`. Default true. */
  pending?: boolean;
}

export type EnrolFaceResult =
  | { status: 'enrolled'; pending: boolean }
  /** `retry`: have the look repeated, with a new challenge. `refused`: not what a person in front of a camera sends; nothing was stored. */
  | { status: 'retry' | 'refused'; reasons: readonly [FaceReason, ...FaceReason[]] };

export interface FaceDeletion {
  /** Whether there was a face. */
  deleted: boolean;
}

export async function issueFaceChallengeVerb(ctx: Context, options: ChallengeOptions): Promise<FaceChallengeIssued> {
  assertObject(options, 'options');
  const { purpose = DEFAULT_PURPOSE, binding } = options;
  assertFacePurpose(purpose);
  const subject = subjectOf(ctx, options.subject);
  return issueFaceActions(ctx, {
    purpose: facePurpose(purpose),
    subject,
    ...(binding === undefined ? {} : { binding }),
    ...(purpose === ENROL_FACE ? { data: { ...(await ctx.store.transaction((tx) => standingOf(ctx, tx, subject))) } } : {}),
  });
}

/** What stood when an enrolment was asked for: a face that is deleted since, or whose consent was withdrawn, must not come back by an old challenge. */
interface Standing {
  deleted: number;
  consent: string | null;
}

async function standingOf(ctx: Context, tx: StoreTransaction, subject: string): Promise<Standing> {
  const customer = await customerOf(ctx, tx, subject);
  return { deleted: customer?.value.facesDeleted ?? 0, consent: await consentNumber(ctx, tx, subject) };
}

async function requireStanding(ctx: Context, tx: StoreTransaction, subject: string, asked: Standing): Promise<void> {
  const { value } = await requireCustomer(ctx, tx, subject);
  if (value.facesDeleted !== asked.deleted || (await wasFaceWithdrawnSince(ctx, tx, subject, asked.consent))) {
    throw new TacitServerError('ERR_CHALLENGE_USED', { field: 'challenge' });
  }
}

export async function verifyFaceVerb(ctx: Context, options: VerifyFaceOptions): Promise<FaceResult> {
  assertObject(options, 'options');
  const { purpose = DEFAULT_PURPOSE } = options;
  assertVerifyPurpose(purpose);
  const subject = subjectOf(ctx, options.subject);
  const sample = parseNamed(parseFaceSample, options.sample, 'sample');
  const challenge = await readChallenge(ctx, options.challenge, { ...once(options), purpose: facePurpose(purpose), subject });
  const actions: readonly FaceAction[] = faceActionsOf(challenge);
  const { outcome } = await judgeOnce<FaceResult>(ctx, {
    challenge,
    ...(options.idempotencyKey === undefined ? {} : { idempotencyKey: options.idempotencyKey }),
    body: { sample },
    judge: async () => {
      const look = judgeFaceLook({ sample, actions });
      return {
        // Takes the place of an outcome until the effects give one.
        outcome: { decision: 'step-up', reasons: ['no-template'] },
        effects: async (tx) => {
          const result = await judgeFace(ctx, tx, { subject, sample, look });
          const [reason = 'matched'] = result.reasons;
          if (reason !== 'no-template' && reason !== 'no-consent') {
            await audit(ctx, tx, { chain: subject, type: 'face-judged', reason, detail: { decision: result.decision } });
          }
          return result;
        },
      };
    },
  });
  return outcome;
}

export async function enrolFaceVerb(ctx: Context, options: EnrolFaceOptions): Promise<EnrolFaceResult> {
  assertObject(options, 'options');
  const { pending = true } = options;
  assertBoolean(pending, 'pending');
  const subject = subjectOf(ctx, options.subject);
  const sample = parseNamed(parseFaceSample, options.sample, 'sample');
  const challenge = await readChallenge(ctx, options.challenge, { ...once(options), purpose: facePurpose(ENROL_FACE), subject });
  const actions = faceActionsOf(challenge);
  const { outcome } = await judgeOnce<EnrolFaceResult>(ctx, {
    challenge,
    ...(options.idempotencyKey === undefined ? {} : { idempotencyKey: options.idempotencyKey }),
    body: { sample, pending },
    judge: async () => {
      const capture = captureFace({ sample, actions });
      return {
        outcome: { status: 'retry', reasons: ['disagreement'] },
        effects: async (tx) => {
          await ensureCustomer(ctx, tx, { hostSubject: options.subject });
          await requireFaceConsent(ctx, tx, subject);
          await requireStanding(ctx, tx, subject, challenge.data as unknown as Standing);
          const result = await enrolFace(ctx, tx, { subject, sample, capture, pending });
          const enrolled = result.status === 'enrolled';
          await audit(ctx, tx, {
            chain: subject,
            type: 'face-enrolled',
            reason: enrolled ? 'enrolled' : result.reasons[0],
            detail: { pending },
          });
          return enrolled ? { status: 'enrolled', pending } : result;
        },
      };
    },
  });
  return outcome;
}

export async function deleteFaceVerb(ctx: Context, options: { subject: string }): Promise<FaceDeletion> {
  assertObject(options, 'options');
  const subject = subjectOf(ctx, options.subject);
  const deleted = await ctx.store.transaction(async (tx) => {
    await requireCustomer(ctx, tx, subject);
    return deleteFace(ctx, tx, subject);
  });
  await scrubErasedData(ctx);
  return { deleted };
}
