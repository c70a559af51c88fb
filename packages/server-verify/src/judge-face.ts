import { FACE_PIPELINE, type ParsedFaceSample } from '@tacit-auth/features';
import { faceMatcher, isFaceInsufficient } from '@tacit-auth/models';
import { hasFaceConsent } from './consent';
import type { Context } from './context';
import { descriptorDigests, faceBlock, isRepeated, readFaceHistory, withDigests, withVerdict, writeFaceHistory } from './face-history';
import type { FaceLook } from './face-look';
import type { FaceReason, FaceResult } from './face-result';
import { type FaceTemplate, readFaceTemplate } from './face-template';
import type { StoreTransaction } from './store';

export interface JudgeFaceInput {
  /** The record subject (`ctx.subjectOf`). One that nobody has is answered like a customer without a face. */
  subject: string;
  sample: ParsedFaceSample;
  /** What `judgeFaceLook` made of the sample, before the transaction. */
  look: FaceLook;
}

/**
 * Compares a look into the camera with the customer's template, in the transaction that writes the outcome: nothing that is judged at the same moment
 * can slip by. Whether it was a person who did as asked is judged before whose face it is, so a look that is to be repeated tells nothing of that.
 */
export async function judgeFace(ctx: Context, tx: StoreTransaction, { subject, sample, look }: JudgeFaceInput): Promise<FaceResult> {
  const found = await readFaceTemplate(ctx, tx, subject);
  if (found === undefined) {
    return not('step-up', (await hasFaceConsent(ctx, tx, subject)) ? 'no-template' : 'no-consent');
  }
  const history = await readFaceHistory(ctx, tx, subject);
  const block = faceBlock(ctx, history);
  if (block !== undefined) {
    return block.reason === 'throttled' ? { ...not('step-up', block.reason), retryAfter: block.retryAfter } : not('step-up', block.reason);
  }
  const digests = descriptorDigests(ctx, sample);
  const result = isRepeated(history, digests) ? not('reject', 'replayed') : verdict(ctx, found.template, sample, look);
  const seen = withDigests(history, digests, ctx.policy.face.historySize);
  await writeFaceHistory(ctx, tx, subject, withVerdict(ctx, seen, countAs(result)));
  return result;
}

function verdict(ctx: Context, template: FaceTemplate, sample: ParsedFaceSample, look: FaceLook): FaceResult {
  if (look.status !== 'good') {
    return { decision: look.status, reasons: look.reasons };
  }
  if (template.pipeline !== sample.pipeline || template.pipeline !== FACE_PIPELINE) {
    return not('step-up', 'other-pipeline');
  }
  const score = faceMatcher.score(template.profile, sample);
  if (isFaceInsufficient(score)) {
    return score.reason === 'other-pipeline' ? not('step-up', 'other-pipeline') : not('retry', 'disagreement');
  }
  const figures = {
    score: score.llr,
    threshold: faceMatcher.threshold(template.profile, ctx.policy.face.targetFmr),
    distance: score.distance,
    confidence: 1 / (1 + Math.exp(-score.llr)),
    calibration: score.calibration,
  };
  // Written so that a score that is no number is no acceptance.
  return figures.score >= figures.threshold
    ? { decision: 'accept', reasons: [], ...figures }
    : { ...not('step-up', 'face-mismatch'), ...figures };
}

function not(decision: 'step-up' | 'reject' | 'retry', reason: FaceReason) {
  return { decision, reasons: [reason] as const };
}

function countAs({ decision, reasons }: FaceResult): Parameters<typeof withVerdict>[2] {
  switch (decision) {
    case 'accept':
      return 'accepted';
    case 'retry':
      return 'retry';
    case 'reject':
      return 'refused';
    default:
      return reasons[0] === 'face-mismatch' ? 'refused' : 'other';
  }
}
