import type { FaceFailure, FaceGuidance, FaceSample } from '@tacit-auth/capture/face';
import type { FaceAsked } from '../api/types';
import { canTryAgain, faceFailureWords } from './face-words';

/** Where a look into the camera stands. The camera is on in `camera` alone. */
export type FaceCheckState =
  /** Waits for the customer. `asked` is null where the bank must be asked first. */
  | { is: 'ready'; asked: FaceAsked | null; problem: string | null; canStart: boolean }
  | { is: 'camera'; asked: FaceAsked; guidance: FaceGuidance | null }
  | { is: 'sending'; asked: FaceAsked; sample: FaceSample }
  /** Nobody knows whether the bank has got it: the same may be sent again. */
  | { is: 'unsent'; asked: FaceAsked; sample: FaceSample; problem: string };

export type FaceCheckEvent =
  | { type: 'start'; asked: FaceAsked }
  | { type: 'guided'; guidance: FaceGuidance }
  | { type: 'failed'; reason: FaceFailure }
  | { type: 'captured'; sample: FaceSample }
  /** The session was locked. What opens it again is another one, for which no challenge of this one is good. */
  | { type: 'locked' }
  | { type: 'send-again' }
  /** The bank wants another look. */
  | { type: 'retry'; asked: FaceAsked; reason: FaceFailure }
  /** No answer came that says whether the bank has it. */
  | { type: 'unanswered'; text: string }
  /** The bank does not take it. `isUsed`: and wants another challenge for the next look. */
  | { type: 'refused'; text: string; isUsed: boolean };

/** Time to send a look, which must come before its challenge runs out. */
const SENDING_MS = 5_000;
/** A challenge with less than this left is not begun with: nobody is done so soon. */
export const LEAST_LOOK_MS = 20_000;
const MOST_LOOK_MS = 3_600_000;

/** How long the camera may take over a challenge, in ms, at the bank's time `now`. */
export const lookMs = ({ expiresAt }: Pick<FaceAsked, 'expiresAt'>, now: number): number =>
  Math.max(0, Math.min(MOST_LOOK_MS, expiresAt - SENDING_MS - now));

/** Whether the customer has just done something before the camera. Being there is nothing done: a picture on the wall is there as well. */
export const hasActed = (before: FaceGuidance | null, now: FaceGuidance): boolean => now.actionsDone > (before?.actionsDone ?? 0);

export const initialFaceCheck = (asked: FaceAsked | null): FaceCheckState => ({ is: 'ready', asked, problem: null, canStart: true });

/** The next state. What comes too late, as the word of a camera that was stopped, changes nothing. */
export function nextFaceCheck(state: FaceCheckState, event: FaceCheckEvent): FaceCheckState {
  switch (event.type) {
    case 'start':
      return state.is === 'ready' ? { is: 'camera', asked: event.asked, guidance: null } : state;
    case 'guided':
      return state.is === 'camera' ? { ...state, guidance: event.guidance } : state;
    case 'failed':
      // Nothing was sent: the same challenge is good for another try.
      return state.is === 'camera'
        ? {
            is: 'ready',
            asked: state.asked,
            problem: event.reason === 'cancelled' ? null : faceFailureWords(event.reason),
            canStart: canTryAgain(event.reason),
          }
        : state;
    case 'locked':
      // A look that is on its way has an answer of its own.
      return state.is === 'sending' ? state : { is: 'ready', asked: null, problem: null, canStart: true };
    case 'captured':
      return state.is === 'camera' ? { is: 'sending', asked: state.asked, sample: event.sample } : state;
    case 'send-again':
      return state.is === 'unsent' ? { is: 'sending', asked: state.asked, sample: state.sample } : state;
    case 'retry':
      return { is: 'ready', asked: event.asked, problem: faceFailureWords(event.reason), canStart: true };
    case 'unanswered':
      return state.is === 'sending' ? { is: 'unsent', asked: state.asked, sample: state.sample, problem: event.text } : state;
    case 'refused':
      return { is: 'ready', asked: event.isUsed ? null : state.asked, problem: event.text, canStart: true };
  }
}
