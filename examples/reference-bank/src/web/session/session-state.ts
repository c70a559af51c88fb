import type { CardQuestion, FaceAsked, LoginOutcome, Session } from '../api/types';

export type SignedOutReason = 'expired' | 'ended' | 'signed-out' | 'erased';

export interface SessionState {
  /** Undefined until the server has said it for the first time. */
  session: Session | undefined;
  /** The card question that came with a sign-in; lost by a reload, and then asked for again. */
  question: CardQuestion | null;
  /** What to do before the camera, that came with a sign-in; lost by a reload as well. */
  face: FaceAsked | null;
  /** Why the last session is over, for the sign-in page to say. */
  over: SignedOutReason | null;
  /** Counts the sessions of this page: what was loaded under an earlier one is loaded again. */
  epoch: number;
}

export type SessionEvent =
  | { type: 'loaded'; session: Session }
  | { type: 'outcome'; outcome: LoginOutcome }
  | { type: 'locked' }
  | { type: 'over'; reason: SignedOutReason }
  | { type: 'over-told' };

export const initialSessionState: SessionState = { session: undefined, question: null, face: null, over: null, epoch: 0 };

const isLive = (session: Session | undefined): boolean => session !== undefined && session.state !== 'none';

export function nextSessionState(state: SessionState, event: SessionEvent): SessionState {
  switch (event.type) {
    case 'loaded': {
      const opened = event.session.state === 'full' && state.session?.state !== 'full';
      return {
        ...state,
        session: event.session,
        question: event.session.state === 'step-up' ? state.question : null,
        face: event.session.state === 'step-up' ? state.face : null,
        over: event.session.state === 'none' ? overAfter(state, event.session.ended === true) : null,
        epoch: opened ? state.epoch + 1 : state.epoch,
      };
    }
    case 'outcome':
      return afterOutcome(state, event.outcome);
    case 'locked': {
      const { session } = state;
      if (session?.state !== 'full') {
        return state;
      }
      return { ...state, session: { state: 'locked', biometrics: session.biometrics, name: session.name, cause: 'idle' } };
    }
    case 'over':
      // The customer's own sign-out is not to be reported as an expiry by a request that was still under way.
      return {
        ...state,
        session: { state: 'none' },
        question: null,
        face: null,
        over: isLive(state.session) || event.reason !== 'expired' ? event.reason : state.over,
      };
    case 'over-told':
      return state.over === null ? state : { ...state, over: null };
  }
}

function overAfter({ session, over }: SessionState, isEnded: boolean): SignedOutReason | null {
  if (isEnded && over !== 'signed-out' && over !== 'erased') {
    return 'ended';
  }
  return isLive(session) ? 'expired' : over;
}

function afterOutcome(state: SessionState, outcome: LoginOutcome): SessionState {
  if (outcome.status === 'signed-in') {
    return { session: outcome.session, question: null, face: null, over: null, epoch: state.epoch + 1 };
  }
  const question = outcome.next === 'matrix-code' ? { challenge: outcome.challenge, coordinates: outcome.coordinates } : null;
  const face = outcome.next === 'face' ? { challenge: outcome.challenge, actions: outcome.actions, expiresAt: outcome.expiresAt } : null;
  return { ...state, session: { state: 'step-up', next: outcome.next }, question, face, over: null };
}
