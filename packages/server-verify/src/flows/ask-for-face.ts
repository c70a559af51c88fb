import { issueFaceActions } from '../face-challenge';
import type { FaceRetryReason } from '../face-result';
import type { Stored } from '../record-kind';
import type { StoredSession } from '../sessions';
import type { FlowContext } from './flow-context';
import type { LoginOutcome } from './types';

export const FACE_STEP_UP = 'flow-face';

/** The outcome that asks a session for a look into the camera. Of the challenges of a session only the one issued last is good. */
export async function askForFace(
  { ctx }: FlowContext,
  { subject, value: { pending, expiresAt: sessionEnd } }: Stored<StoredSession>,
  { binding, retry }: { binding: string; retry?: FaceRetryReason | undefined },
): Promise<LoginOutcome> {
  const { challenge, actions, expiresAt } = await issueFaceActions(ctx, {
    purpose: FACE_STEP_UP,
    subject,
    binding,
    lifetimeMs: (pending?.expiresAt ?? sessionEnd) - ctx.clock(),
    data: { number: pending?.face?.issued ?? 0 },
  });
  return { status: 'step-up', next: 'face', challenge, actions, expiresAt, ...(retry === undefined ? {} : { retry }) };
}
