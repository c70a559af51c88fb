import { consentOf } from '../consent';
import { type FaceState, faceStateOf } from '../face-template';
import { listSessions } from '../list-sessions';
import { cardStatus } from '../matrix-card';
import type { Stored } from '../record-kind';
import type { StoredSession } from '../sessions';
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
  /** Checks of typing and pointer through the session. */
  checks: {
    /** Whether they are granted: a consent of its own. */
    consent: BiometricsState;
    /** Sessions that are over, the newest first. Of those under way nothing is said. */
    sessions: Array<{
      startedAt: number;
      endedAt: number;
      keys: number;
      actions: number;
      /** How often the matrix code was asked for, and whether the session was locked or ended by them. */
      codesAsked: number;
      stopped: boolean;
    }>;
  };
  card: { state: 'none' | 'active' | 'suspended'; issuedAt: number | null; wrongInARow: number };
  sessions: Array<{ id: string; current: boolean; startedAt: number; lastActivityAt: number; state: 'full' | 'locked' | 'step-up' }>;
  signIns: SignInView[];
}

const SHOWN_SIGN_INS = 10;
const SHOWN_SESSIONS = 10;

export async function securityView(
  { ctx, judge }: FlowContext,
  tx: StoreTransaction,
  session: Stored<StoredSession>,
): Promise<SecurityView> {
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
    checks: {
      consent: consent?.session ?? 'declined',
      // No confidence: it would tell whoever sits there how near he came.
      sessions: (await judge.summaries(tx, subject, { limit: SHOWN_SESSIONS })).map(({ startedAt, endedAt, keys, actions, asked }) => ({
        startedAt,
        endedAt,
        keys,
        actions,
        codesAsked: asked.stepUps,
        stopped: asked.locks > 0 || asked.terminated,
      })),
    },
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
