import type { ParsedFaceSample } from '@tacit-auth/features';
import { audit } from '../audit-log';
import { readChallenge } from '../challenges';
import { takeConfirmation } from '../confirmations';
import { consentNumber, consentOf, hasFaceConsent, writeConsent } from '../consent';
import type { Context } from '../context';
import { customerOf } from '../customers';
import { scrubErasedData } from '../erased-data';
import { type FaceChallengeIssued, faceActionsOf, issueFaceActions } from '../face-challenge';
import { captureFace, deleteFace, enrolFace } from '../face-enrolment';
import { enrolRetryReasonOf } from '../face-look';
import { faceTemplateKind } from '../face-template';
import { judgeOnce } from '../judge-once';
import { noticeTime, notify } from '../notices';
import type { Stored } from '../record-kind';
import { liveSession, type StoredSession } from '../sessions';
import type { StoreTransaction } from '../store';
import type { FlowContext } from './flow-context';
import { sessionBinding } from './open-session';
import type { FaceRetry } from './register-face';
import { type SecurityView, securityView } from './security-view';
import { refusalFor } from './session-need';
import { grantOf } from './session-view';
import { referenceOf, withSession } from './sessions';
import { type BiometricsState, type FlowClient, type FlowResult, refuse, type SessionGrant } from './types';

const PURPOSE = 'flow-enrol-face';

/** What stood when a look was asked for: a face that is deleted since, or a consent that is withdrawn, must not come back by an old challenge. */
interface Standing {
  /** The enrolment in use, or none. */
  enrolment: string | null;
  /** The consent in force. */
  consent: string | null;
  /** How many faces were deleted before. */
  deleted: number;
  /** How often the session had been doubted: whoever was doubted may have begun it. */
  doubts: number;
}

const SENSITIVE = { need: 'full', sensitive: true } as const;

async function standingOf(ctx: Context, tx: StoreTransaction, { subject, value }: Stored<StoredSession>): Promise<Standing> {
  const current = await faceTemplateKind.get(ctx, tx, subject, 'current');
  const customer = await customerOf(ctx, tx, subject);
  return {
    enrolment: current?.value.enrolment ?? null,
    consent: await consentNumber(ctx, tx, subject),
    deleted: customer?.value.facesDeleted ?? 0,
    doubts: value.doubts,
  };
}

interface Confirmed {
  session: SessionGrant;
  /** From a step-up with purpose `settings` and the binding of this very deed. Without a good one: TacitServerError `ERR_CONFIRMATION`. */
  confirmation: unknown;
}

export type FaceEnrolment = { status: 'enrolled'; security: SecurityView } | FaceRetry;

export interface FaceSettings {
  /**
   * Begins to enrol a face, or another one in its place; the confirmation's binding is `face:enrol`.
   *
   * @param options.consent `granted`: the customer agrees to the use of his face, and this is recorded. May be left out where he has agreed before.
   */
  enrolStart(options: Confirmed & { client: FlowClient; consent?: 'granted' }): Promise<FlowResult<FaceChallengeIssued>>;
  /**
   * Judges one look. A good one is the customer's face from now on, and he is told by mail. One that can not be enrolled is asked for again, with other
   * actions; after `policy.face.triesPerChallenge` looks, and for numbers that were sent before, the answer is `ERR_ENROLMENT_FACE`.
   *
   * @throws TacitServerError `ERR_CHALLENGE_*`
   */
  enrol(options: {
    client: FlowClient;
    session: SessionGrant;
    challenge: string;
    sample: ParsedFaceSample;
  }): Promise<FlowResult<FaceEnrolment>>;
  /** Deletes the face at once; the confirmation's binding is `face:delete`. The consent stays as it is. */
  delete(options: Confirmed): Promise<FlowResult<SecurityView>>;
  /** Grants or withdraws the use of the face; the bindings are `consent:face-granted`, `consent:face-declined`. Withdrawing deletes it at once. */
  consent(options: Confirmed & { face: BiometricsState }): Promise<FlowResult<SecurityView>>;
}

export function createFaceSettings(flow: FlowContext): FaceSettings {
  const { ctx } = flow;

  function issue(
    client: FlowClient,
    { subject, id }: { subject: string; id: string },
    data: Standing & { number: number },
  ): Promise<FaceChallengeIssued> {
    return issueFaceActions(ctx, { purpose: PURPOSE, subject, binding: sessionBinding(client, id), data: { ...data } });
  }

  async function told(tx: StoreTransaction, subject: string, what: 'face-added' | 'face-deleted'): Promise<void> {
    await notify(ctx, tx, subject, what, noticeTime(ctx));
  }

  return {
    enrolStart: ({ client, session, confirmation, consent }) =>
      withSession(flow, session, SENSITIVE, async (tx, stored) => {
        const { subject } = stored;
        await takeConfirmation(ctx, tx, confirmation, stored, { purpose: 'settings', binding: 'face:enrol' });
        if (!(await hasFaceConsent(ctx, tx, subject))) {
          const known = await consentOf(ctx, tx, subject);
          // The face counts beside typing only.
          if (consent !== 'granted' || known?.biometrics !== 'granted') {
            return refuse('ERR_CONSENT_MISSING', { field: 'consent' });
          }
          await writeConsent(ctx, tx, { subject, biometrics: 'granted', face: 'granted', version: known.version });
        }
        return { ok: true, body: await issue(client, stored, { ...(await standingOf(ctx, tx, stored)), number: 1 }) };
      }),

    async enrol({ client, session, challenge, sample }) {
      const reference = referenceOf(flow, session);
      const { subject, id } = reference;
      const binding = sessionBinding(client, id);
      const checked = await readChallenge(ctx, challenge, { purpose: PURPOSE, subject, binding, replayable: true });
      const { number, ...asked } = checked.data as Standing & { number: number };
      const { outcome } = await judgeOnce<FlowResult<FaceEnrolment>>(ctx, {
        challenge: checked,
        body: { sample },
        ...(client.idempotencyKey === undefined ? {} : { idempotencyKey: client.idempotencyKey }),
        async judge() {
          const capture = captureFace({ sample, actions: faceActionsOf(checked) });
          return {
            outcome: refuse('ERR_ENROLMENT_FACE'),
            effects: async (tx): Promise<FlowResult<FaceEnrolment>> => {
              const stored = await liveSession(ctx, tx, reference);
              if (stored === undefined) {
                return refuse('ERR_SESSION_NONE');
              }
              const error = refusalFor(SENSITIVE, grantOf(stored));
              if (error !== undefined) {
                return { ok: false, error };
              }
              if (!(await hasFaceConsent(ctx, tx, subject))) {
                return refuse('ERR_CONSENT_MISSING');
              }
              const standing = await standingOf(ctx, tx, stored);
              const same = (['enrolment', 'consent', 'deleted', 'doubts'] as const).every((what) => standing[what] === asked[what]);
              if (!same) {
                return refuse('ERR_CHALLENGE_USED', { field: 'challenge' });
              }
              const enrolled = await enrolFace(ctx, tx, { subject, sample, capture, pending: false });
              if (enrolled.status === 'enrolled') {
                await audit(ctx, tx, { chain: subject, type: 'face-enrolled', reason: 'enrolled' });
                await told(tx, subject, 'face-added');
                return { ok: true, body: { status: 'enrolled', security: await securityView(flow, tx, stored) } };
              }
              const [reason] = enrolled.reasons;
              await audit(ctx, tx, { chain: subject, type: 'face-enrolled', reason });
              const final = reason === 'replayed' || number >= ctx.policy.face.triesPerChallenge;
              return final
                ? refuse('ERR_ENROLMENT_FACE', { field: 'sample' })
                : {
                    ok: true,
                    body: {
                      status: 'retry',
                      reason: enrolRetryReasonOf(enrolled.reasons),
                      ...(await issue(client, stored, { ...standing, number: number + 1 })),
                    },
                  };
            },
          };
        },
      });
      return outcome;
    },

    async delete({ session, confirmation }) {
      const result = await withSession<SecurityView>(flow, session, SENSITIVE, async (tx, stored) => {
        const { subject } = stored;
        await takeConfirmation(ctx, tx, confirmation, stored, { purpose: 'settings', binding: 'face:delete' });
        if (await deleteFace(ctx, tx, subject)) {
          await told(tx, subject, 'face-deleted');
        }
        return { ok: true, body: await securityView(flow, tx, stored) };
      });
      await scrubErasedData(ctx);
      return result;
    },

    async consent({ session, confirmation, face }) {
      const result = await withSession<SecurityView>(flow, session, SENSITIVE, async (tx, stored) => {
        const { subject } = stored;
        const binding = `consent:face-${face}` as const;
        await takeConfirmation(ctx, tx, confirmation, stored, { purpose: 'settings', binding });
        const known = await consentOf(ctx, tx, subject);
        if (known === undefined || (face === 'granted' && known.biometrics !== 'granted')) {
          return refuse('ERR_CONSENT_MISSING', { field: 'face' });
        }
        if (known.face !== face) {
          const { faceErased } = await writeConsent(ctx, tx, { subject, biometrics: known.biometrics, face, version: known.version });
          if (faceErased) {
            await told(tx, subject, 'face-deleted');
          }
        }
        return { ok: true, body: await securityView(flow, tx, stored) };
      });
      await scrubErasedData(ctx);
      return result;
    },
  };
}
