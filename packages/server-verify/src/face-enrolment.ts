import type { FaceAction, ParsedFaceSample } from '@tacit-auth/features';
import { type FaceProfile, faceMatcher, isFaceInsufficient } from '@tacit-auth/models';
import { audit } from './audit-log';
import { requireFaceConsent } from './consent';
import type { Context } from './context';
import { requireCustomer, updateCustomer } from './customers';
import { requestScrub } from './erased-data';
import { descriptorDigests, isRepeated, readFaceHistory, withDigests, withVerdict, writeFaceHistory } from './face-history';
import { type FaceLook, judgeFaceLook } from './face-look';
import type { FaceReason } from './face-result';
import { eraseFace, faceTemplateKind, writeFaceTemplate } from './face-template';
import type { StoreTransaction } from './store';

/** What a look into the camera gives for an enrolment. Holds no raw sample. */
export interface CapturedFace {
  pipeline: string;
  profile: FaceProfile;
}

export type FaceCapture =
  | { status: 'captured'; face: CapturedFace }
  | { status: 'retry' | 'refused'; reasons: readonly [FaceReason, ...FaceReason[]] };

/** Judges a look that is to be enrolled, and makes a profile of it. Pure. */
export function captureFace({ sample, actions }: { sample: ParsedFaceSample; actions: readonly FaceAction[] }): FaceCapture {
  const look: FaceLook = judgeFaceLook({ sample, actions });
  if (look.status !== 'good') {
    return { status: look.status === 'retry' ? 'retry' : 'refused', reasons: look.reasons };
  }
  const profile = faceMatcher.fit([sample]);
  if (isFaceInsufficient(profile)) {
    return profile.reason === 'other-pipeline'
      ? { status: 'refused', reasons: ['other-pipeline'] }
      : { status: 'retry', reasons: ['disagreement'] };
  }
  return { status: 'captured', face: { pipeline: sample.pipeline, profile } };
}

export interface StoreFaceInput {
  /** The record subject (`ctx.subjectOf`), with a data key and a granted consent for the face. */
  subject: string;
  face: CapturedFace;
  /** Of the descriptors of the look: see `descriptorDigests`. */
  digests: readonly string[];
  /** Whether it waits for `activateFace` beside the template in use, or takes its place at once. */
  pending: boolean;
}

/**
 * Stores a face. What was seen before stays in the history, so that a recording of an old sign-in is no good for the new template either.
 *
 * @throws TacitServerError `ERR_CONSENT_MISSING`
 */
export async function storeFace(ctx: Context, tx: StoreTransaction, { subject, face, digests, pending }: StoreFaceInput): Promise<void> {
  await requireFaceConsent(ctx, tx, subject);
  const template = { ...face, enrolment: ctx.newId(), enrolledAt: ctx.clock() };
  await writeFaceTemplate(ctx, tx, { subject, slot: pending ? 'pending' : 'current', template });
  if (!pending) {
    await tx.delete(faceTemplateKind.kind, subject, 'pending');
  }
  const history = withVerdict(ctx, await readFaceHistory(ctx, tx, subject), 'accepted');
  await writeFaceHistory(ctx, tx, subject, withDigests(history, digests, ctx.policy.face.historySize));
}

export type EnrolledFace = { status: 'enrolled' } | { status: 'retry' | 'refused'; reasons: readonly [FaceReason, ...FaceReason[]] };

/**
 * Enrols a face in the caller's transaction. A look that repeats a descriptor that was sent before is refused, whoever sends it.
 *
 * @throws TacitServerError `ERR_CONSENT_MISSING`
 */
export async function enrolFace(
  ctx: Context,
  tx: StoreTransaction,
  { subject, sample, capture, pending }: { subject: string; sample: ParsedFaceSample; capture: FaceCapture; pending: boolean },
): Promise<EnrolledFace> {
  await requireFaceConsent(ctx, tx, subject);
  const history = await readFaceHistory(ctx, tx, subject);
  const digests = descriptorDigests(ctx, sample);
  const repeated = isRepeated(history, digests);
  if (capture.status === 'captured' && !repeated) {
    await storeFace(ctx, tx, { subject, face: capture.face, digests, pending });
    return { status: 'enrolled' };
  }
  if (history.total > 0) {
    // Of somebody who has no face yet nothing is kept.
    await writeFaceHistory(ctx, tx, subject, withDigests(history, digests, ctx.policy.face.historySize));
  }
  return repeated || capture.status === 'captured'
    ? { status: 'refused', reasons: ['replayed'] }
    : { status: capture.status, reasons: capture.reasons };
}

/**
 * Deletes a customer's face in the caller's transaction, whether or not it can be read; call `scrubErasedData` after it.
 *
 * @throws TacitServerError `ERR_SUBJECT_UNKNOWN`
 */
export async function deleteFace(ctx: Context, tx: StoreTransaction, subject: string): Promise<boolean> {
  const deleted = (await eraseFace(tx, subject)) > 0;
  if (deleted) {
    const { value } = await requireCustomer(ctx, tx, subject);
    await updateCustomer(ctx, tx, subject, { facesDeleted: value.facesDeleted + 1 });
    await audit(ctx, tx, { chain: subject, type: 'face-deleted' });
    await requestScrub(ctx, tx);
  }
  return deleted;
}
