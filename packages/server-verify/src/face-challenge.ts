import type { FaceAction } from '@tacit-auth/features';
import { assertText } from './arguments';
import { type CheckedChallenge, issueChallenge } from './challenges';
import type { Context } from './context';
import { randomBelow } from './enrolment-texts';
import { assertPurpose } from './verifier-challenges';

/** The purpose of a challenge for `enrolFace`. */
export const ENROL_FACE = 'enrol-face';

/** Challenges of the face have a prefix of their own: a token for typing or a code is never good here. */
export const facePurpose = (purpose: string): string => `face-factor-${purpose}`;

/** A purpose for which a face may be verified. */
export function assertVerifyPurpose(purpose: unknown): asserts purpose is string {
  assertPurpose(purpose);
  if (purpose === ENROL_FACE) {
    throw new RangeError('purpose must not be one of an enrolment');
  }
}

/** The same, or {@link ENROL_FACE}. */
export function assertFacePurpose(purpose: unknown): asserts purpose is string {
  assertText(purpose, 'purpose', 1, 40);
  if (purpose !== ENROL_FACE) {
    assertVerifyPurpose(purpose);
  }
}

/** Every action that can be asked for. */
const ACTIONS: readonly FaceAction[] = Object.freeze([
  Object.freeze({ kind: 'blink', times: 1 }),
  Object.freeze({ kind: 'blink', times: 2 }),
  Object.freeze({ kind: 'blink', times: 3 }),
  Object.freeze({ kind: 'turn', to: 'left' }),
  Object.freeze({ kind: 'turn', to: 'right' }),
]);

/** Whether one action can be told from the one before it: blinks run together, and so do two turns to the same side. */
function mayFollow(before: FaceAction | undefined, action: FaceAction): boolean {
  if (before === undefined || before.kind !== action.kind) {
    return true;
  }
  return before.kind === 'turn' && action.kind === 'turn' && before.to !== action.to;
}

function sequencesOf(count: number): readonly FaceAction[][] {
  let found: FaceAction[][] = [[]];
  for (let i = 0; i < count; i++) {
    found = found.flatMap((before) => ACTIONS.filter((action) => mayFollow(before.at(-1), action)).map((action) => [...before, action]));
  }
  return count < 2 ? found : found.filter((sequence) => new Set(sequence.map(({ kind }) => kind)).size === 2);
}

/**
 * Draws what the customer is to do before the camera, in order: of two or more actions at least one blink and one turn. All
 * sequences are as likely: 12 of two actions, 42 of three.
 *
 * @param count 1 to 4
 */
export function drawFaceActions(random: (length: number) => Uint8Array, count: number): FaceAction[] {
  const sequences = sequencesOf(count);
  return sequences[randomBelow(random, sequences.length)]!;
}

/** What a challenge of the face carries, beside what the flow that asks adds to it. */
export interface FaceChallengeData {
  actions: FaceAction[];
}

export interface FaceChallengeIssued {
  /** To be sent to the browser and back. */
  challenge: string;
  /** What the customer is to do before the camera, in this order. */
  actions: FaceAction[];
  /** Ms since the epoch. */
  expiresAt: number;
}

/** A challenge that tells what to do before the camera. The actions are in the token, so they can not be chosen by whoever answers. */
export async function issueFaceActions(
  ctx: Context,
  options: {
    purpose: string;
    subject?: string;
    binding?: string;
    data?: Record<string, unknown>;
    /** At most this, and at most `longestMs`. */
    lifetimeMs?: number;
    /** `policy.face.challengeMs` by default. */
    longestMs?: number;
  },
): Promise<FaceChallengeIssued> {
  const { data = {}, lifetimeMs = Number.POSITIVE_INFINITY, longestMs = ctx.policy.face.challengeMs, ...rest } = options;
  const actions = drawFaceActions(ctx.random, ctx.policy.face.actions);
  const { challenge, expiresAt } = await issueChallenge(ctx, {
    ...rest,
    lifetimeMs: Math.max(1, Math.min(lifetimeMs, longestMs)),
    data: { ...data, actions },
  });
  return { challenge, actions, expiresAt };
}

/** What a challenge of {@link issueFaceActions} asked for. */
export function faceActionsOf({ data }: CheckedChallenge): readonly FaceAction[] {
  return (data as FaceChallengeData).actions;
}
