import { captureFace, type FaceGuidance, faceGuidanceText } from '@tacit-auth/capture/face';
import { type ReactNode, useEffect, useReducer, useRef, useState } from 'react';
import { ApiError } from '../api/api-error';
import type { FaceBody } from '../api/auth';
import { isStale, messageFor } from '../api/messages';
import { serverClock } from '../api/server-clock';
import type { FaceAsked, FaceRetryReason } from '../api/types';
import { hasActed, initialFaceCheck, LEAST_LOOK_MS, lookMs, nextFaceCheck } from '../lib/face-check-state';
import { faceProgressWords } from '../lib/face-words';
import { preferences } from '../lib/preferences';
import { usePending, useRetriable } from '../lib/use-submit';
import { useSession } from '../session/session-context';
import { reportUserActivity } from '../session/user-activity';
import { Button } from './button';
import { FaceCue } from './face-cue';

const FRAME = '/face/frame.html';
const TRY_MS = 8_000;
/** For those who take longer: the most that a step may take. */
const SLOW_TRY_MS = 60_000;

export interface FaceCheckProps {
  /** What the bank asks to be done before the camera, where that is known already. */
  asked: FaceAsked | null;
  /** Asks the bank for it. Null where the bank wants something else now, and the page shows that. */
  ask: () => Promise<FaceAsked | null>;
  /** Sends a look. Gives what to do at the next one, or null where this one settled it and the page shows what follows. */
  answer: (body: FaceBody, idempotencyKey: string) => Promise<({ reason: FaceRetryReason } & FaceAsked) | null>;
  startLabel?: string;
  /** Other ways than the camera; they stay there all the time. */
  children: ReactNode;
}

/**
 * One look into the camera: the picture, what to do in words, and the buttons. Nothing is loaded and the camera stays off until the customer starts it;
 * it goes off again when the customer stops it, leaves, or is locked out.
 */
export function FaceCheck({ asked, ask, answer, startLabel = 'Start the camera', children }: FaceCheckProps) {
  const { session } = useSession();
  const [state, dispatch] = useReducer(nextFaceCheck, asked, initialFaceCheck);
  const [isSlow, setSlow] = useState(() => preferences.slowCamera());
  const picture = useRef<HTMLDivElement>(null);
  const words = useRef<HTMLDivElement>(null);
  const whole = useRef<HTMLDivElement>(null);
  const starting = usePending();
  const sender = useRetriable(answer);
  const isLocked = session?.state === 'locked';
  const filmed = state.is === 'camera' && !isLocked ? state.asked : null;
  const sent = state.is === 'sending' ? state : null;
  const tryMs = isSlow ? SLOW_TRY_MS : TRY_MS;

  useEffect(() => {
    if (filmed === null || picture.current === null) {
      return;
    }
    let isLeft = false;
    let seen: FaceGuidance | null = null;
    const tell: typeof dispatch = (event) => {
      if (!isLeft) {
        dispatch(event);
      }
    };
    const capture = captureFace({
      container: picture.current,
      frameUrl: FRAME,
      actions: filmed.actions,
      tryMs,
      // Of one that was given with less, the bank says what is to be done.
      deadlineMs: Math.max(LEAST_LOOK_MS, lookMs(filmed, serverClock.now())),
      title: 'What your camera sees',
      // The customer has started the camera, under the words that say what for.
      onConsent: () => true,
      onGuidance: (guidance) => {
        // Who turns the head does not move the mouse.
        if (hasActed(seen, guidance)) {
          reportUserActivity();
        }
        seen = guidance;
        tell({ type: 'guided', guidance });
      },
    });
    capture.result.then(
      (result) =>
        tell(
          result.status === 'captured'
            ? { type: 'captured', sample: result.sample }
            : { type: 'failed', reason: result.status === 'failed' ? result.reason : 'cancelled' },
        ),
      () => tell({ type: 'failed', reason: 'unsupported' }),
    );
    return () => {
      isLeft = true;
      capture.cancel();
    };
  }, [filmed, tryMs]);

  useEffect(() => {
    // Again when a look that was on its way, or a question, is answered under the lock.
    if (isLocked && state.is !== 'sending') {
      dispatch({ type: 'locked' });
    }
  }, [isLocked, state.is]);

  useEffect(() => {
    if (sent === null) {
      return;
    }
    const { asked: question, sample } = sent;
    sender
      .submit(question.challenge, () => ({ challenge: question.challenge, sample }))
      .then(
        (again) => {
          if (again !== null) {
            const { reason, ...next } = again;
            dispatch({ type: 'retry', asked: next, reason });
          }
        },
        (failure: unknown) => {
          const text = messageFor(failure);
          const { isOpen, code } = failure instanceof ApiError ? failure : { isOpen: false, code: '' };
          const isUsed = isStale(failure) || code === 'ERR_ENROLMENT_FACE';
          dispatch(isOpen ? { type: 'unanswered', text } : { type: 'refused', text, isUsed });
        },
      );
  }, [sent, sender]);

  // The button that was pressed is gone now: the words that stand in its place take the focus.
  const isFirst = useRef(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: at each change of what stands there.
  useEffect(() => {
    if (isFirst.current) {
      isFirst.current = false;
      return;
    }
    words.current?.focus({ preventScroll: true });
    // On a small screen the picture is more than the words.
    whole.current?.scrollIntoView({ block: 'nearest' });
  }, [state.is]);

  function start(): void {
    if (state.is !== 'ready') {
      return;
    }
    const known = state.asked !== null && lookMs(state.asked, serverClock.now()) >= LEAST_LOOK_MS ? state.asked : null;
    void starting.run(async () => {
      try {
        const next = known ?? (await ask());
        if (next !== null) {
          dispatch({ type: 'start', asked: next });
        }
      } catch (failure) {
        dispatch({ type: 'refused', text: messageFor(failure), isUsed: false });
      }
    });
  }

  const guidance = state.is === 'camera' ? state.guidance : null;
  const said = state.is === 'sending' ? 'One moment: we are checking.' : guidance === null ? '' : faceGuidanceText(guidance);
  const problem = state.is === 'ready' || state.is === 'unsent' ? state.problem : null;

  return (
    <div ref={whole} className="face-check">
      <div className="face-picture">
        {state.is === 'camera' ? null : <FaceCue />}
        <div ref={picture} className="face-frame" />
      </div>
      <div ref={words} className="face-words" tabIndex={-1}>
        <p className="face-said" role="status">
          {said}
        </p>
        {problem === null ? null : (
          <div className="notice notice-warning" role="alert">
            <p>{problem}</p>
          </div>
        )}
        {state.is === 'camera' ? (
          <>
            <progress className="progress" max={1} value={guidance?.progress ?? 0} aria-label="Progress of the face check" />
            <p className="hint face-count">{guidance === null ? '' : faceProgressWords(guidance)}</p>
          </>
        ) : null}
      </div>
      {state.is === 'ready' && state.canStart ? (
        <label className="check face-slow">
          <input
            type="checkbox"
            checked={isSlow}
            onChange={(event) => {
              setSlow(event.target.checked);
              preferences.setSlowCamera(event.target.checked);
            }}
          />
          <span>Give me more time for each step</span>
        </label>
      ) : null}
      <div className="actions">
        {state.is === 'ready' && state.canStart ? (
          <Button busy={starting.pending} onClick={start}>
            {state.problem === null ? startLabel : 'Try again'}
          </Button>
        ) : null}
        {state.is === 'camera' ? (
          <Button look="secondary" onClick={() => dispatch({ type: 'failed', reason: 'cancelled' })}>
            Stop the camera
          </Button>
        ) : null}
        {state.is === 'unsent' ? <Button onClick={() => dispatch({ type: 'send-again' })}>Send it again</Button> : null}
        {children}
      </div>
    </div>
  );
}
