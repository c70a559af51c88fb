import type { FaceAction, ParsedFaceSample } from '@tacit-auth/features';
import { readChallenge } from '../challenges';
import { retryAfterSeconds, TacitServerError } from '../errors';
import { type FaceChallengeIssued, faceActionsOf, issueFaceActions } from '../face-challenge';
import { captureFace } from '../face-enrolment';
import { descriptorDigests } from '../face-history';
import { enrolRetryReasonOf } from '../face-look';
import type { FaceRetryReason } from '../face-result';
import { judgeOnce } from '../judge-once';
import { takeRegistrationLook } from '../registration-quota';
import { sealFaceTicket } from './face-ticket';
import type { FlowContext } from './flow-context';
import { type FlowClient, type FlowResult, refuse } from './types';

const PURPOSE = 'flow-register-face';

/** A look that is to be repeated, with what to do next. */
export interface FaceRetry {
  status: 'retry';
  /** May be told to the customer. `not-live`: the actions were not seen. */
  reason: FaceRetryReason | 'not-live';
  challenge: string;
  actions: FaceAction[];
  expiresAt: number;
}

export type RegistrationFace =
  /** Send `face` along with the submit. */
  { status: 'captured'; face: string } | FaceRetry;

export interface RegisterFace {
  /**
   * Judges a look into the camera at once and hands it back sealed, for the submit: nothing is stored. A look that can not be enrolled is asked for
   * again, with other actions; after `policy.face.triesPerChallenge` looks the answer is `ERR_ENROLMENT_FACE`.
   *
   * @throws TacitServerError `ERR_CHALLENGE_*`; `ERR_THROTTLED` for too many looks of an address in an hour, and then the challenge stays good
   */
  face(options: { client: FlowClient; challenge: string; sample: ParsedFaceSample }): Promise<FlowResult<RegistrationFace>>;
}

interface FaceData {
  /** The id of the registration's challenge. */
  registration: string;
  /** When that expires. */
  until: number;
  number: number;
}

/** The first look of a registration, or the one after a look that could not be enrolled. Good until the registration ends: the fields may come first. */
export function askForRegistrationFace({ ctx }: FlowContext, client: FlowClient, data: FaceData): Promise<FaceChallengeIssued> {
  return issueFaceActions(ctx, {
    purpose: PURPOSE,
    binding: client.browser,
    lifetimeMs: data.until - ctx.clock(),
    longestMs: ctx.policy.registration.lifetimeMs,
    data: { ...data },
  });
}

export function createRegisterFace(flow: FlowContext): RegisterFace {
  const { ctx } = flow;
  return {
    async face({ client, challenge, sample }) {
      const checked = await readChallenge(ctx, challenge, { purpose: PURPOSE, binding: client.browser, replayable: true });
      const data = checked.data as FaceData;
      const { outcome } = await judgeOnce<FlowResult<RegistrationFace>>(ctx, {
        challenge: checked,
        body: { sample },
        ...(client.idempotencyKey === undefined ? {} : { idempotencyKey: client.idempotencyKey }),
        // Whoever asks is nobody yet: an address may not fill the store with looks.
        async reserve(tx) {
          const waitMs = await takeRegistrationLook(ctx, tx, client.address);
          if (waitMs !== undefined) {
            // Thrown, not returned: then the challenge is not used up, and the same look may be sent again later.
            throw new TacitServerError('ERR_THROTTLED', { retryAfter: retryAfterSeconds(waitMs) });
          }
        },
        async judge() {
          const capture = captureFace({ sample, actions: faceActionsOf(checked) });
          if (capture.status === 'captured') {
            const face = sealFaceTicket(ctx, data.registration, { face: capture.face, digests: descriptorDigests(ctx, sample) });
            return { outcome: { ok: true, body: { status: 'captured', face } } };
          }
          if (data.number >= ctx.policy.face.triesPerChallenge) {
            return { outcome: refuse('ERR_ENROLMENT_FACE', { field: 'sample' }) };
          }
          const next = await askForRegistrationFace(flow, client, {
            registration: data.registration,
            until: data.until,
            number: data.number + 1,
          });
          return { outcome: { ok: true, body: { status: 'retry', reason: enrolRetryReasonOf(capture.reasons), ...next } } };
        },
      });
      return outcome;
    },
  };
}
