import { consentOf } from '../consent';
import { type FaceState, faceStateOf } from '../face-template';
import { cardStatus } from '../matrix-card';
import type { Stored } from '../record-kind';
import { listSessions, type StoredSession } from '../sessions';
import { listSignIns, type SignInView } from '../sign-ins';
import type { StoreTransaction } from '../store';
import { readTemplate, summaryOf } from '../typing-template';
import { ifReadable } from '../unreadable-record';
import type { FlowContext } from './flow-context';
import type { BiometricsState } from './types';

/** What a customer sees of his own security. No scores and no thresholds. */
export interface SecurityView {
  biometrics: { state: BiometricsState; since: number; version: string };
  typing: {
    state: 'none' | 'young' | 'ready';
    learned: number;
    readyAt: number;
    lastLearned: number | null;
    enrolledAt: number | null;
    /** What the last right code made of those that waited: learned, or deleted because they were unlike what the code has vouched for. */
    released: { at: number; learned: number; dropped: number } | null;
  };
  face: {
    /** Whether the use of the face is granted: a consent of its own. */
    consent: BiometricsState;
    /** `outdated`: enrolled with an earlier version of the recognition; it has to be enrolled again, and until then the code is asked for. */
    state: FaceState;
    enrolledAt: number | null;
  };
  card: { state: 'none' | 'active' | 'suspended'; issuedAt: number | null; wrongInARow: number };
  sessions: Array<{ id: string; current: boolean; startedAt: number; lastActivityAt: number; state: 'full' | 'locked' | 'step-up' }>;
  signIns: SignInView[];
}

const SHOWN_SIGN_INS = 10;

export async function securityView({ ctx }: FlowContext, tx: StoreTransaction, session: Stored<StoredSession>): Promise<SecurityView> {
  const { subject } = session;
  const consent = await consentOf(ctx, tx, subject);
  const found = await ifReadable(readTemplate(ctx, tx, subject));
  const { state, issuedAt, wrongInARow } = await cardStatus(ctx, tx, subject);
  const sessions = await listSessions(ctx, tx, subject);
  return {
    biometrics: { state: consent?.biometrics ?? 'declined', since: consent?.since ?? 0, version: consent?.version ?? '' },
    typing: {
      ...summaryOf(ctx, found?.template),
      readyAt: ctx.policy.typing.readyAt,
      lastLearned: found?.template.lastLearned ?? null,
      enrolledAt: found?.template.enrolledAt ?? null,
      released: found?.template.released ?? null,
    },
    face: { consent: consent?.face ?? 'declined', ...(await faceStateOf(ctx, tx, subject)) },
    card: { state, issuedAt, wrongInARow },
    sessions: sessions.map(({ id, value }) => ({
      id,
      current: id === session.id,
      startedAt: value.startedAt,
      lastActivityAt: value.lastActivityAt,
      state: value.scope === 'step-up' ? 'step-up' : value.state === 'locked' ? 'locked' : 'full',
    })),
    signIns: (await listSignIns(ctx, tx, subject, { limit: SHOWN_SIGN_INS })).signIns,
  };
}
