import { ApiError } from '../../api/api-error';
import { isStale, messageFor } from '../../api/messages';
import { Button } from '../../components/button';
import { FaceCheck } from '../../components/face-check';
import { Notice } from '../../components/notice';
import { useSession } from '../../session/session-context';
import type { StepProps } from './register-page';

/** The face, for those who want it used. Whoever goes on without it chooses anew, and nothing of the look is kept. */
export function FaceStep({ state, dispatch }: StepProps) {
  const { auth } = useSession();

  function endedBy(failure: unknown): void {
    dispatch({ type: 'refused', code: 'ERR_ENROLMENT_FACE', refusal: { text: messageFor(failure), field: undefined } });
  }

  if (state.face !== null) {
    return (
      <>
        <Notice tone="good" live="status">
          We can recognise your face now. The bank keeps it only when your account is open.
        </Notice>
        <div className="actions">
          <Button onClick={() => dispatch({ type: 'forward' })}>Continue</Button>
          <Button look="quiet" onClick={() => dispatch({ type: 'face-left' })}>
            Go on without my face
          </Button>
        </div>
      </>
    );
  }
  return (
    <>
      <p className="lead">
        You have asked us to use your face. We ask you to blink or to turn your head; it takes about half a minute. No picture leaves this
        browser.
      </p>
      <div className="panel">
        <FaceCheck
          asked={state.started?.face ?? null}
          ask={async () => {
            endedBy(new ApiError({ code: 'ERR_CHALLENGE_EXPIRED', status: 400 }));
            return null;
          }}
          answer={async (body, idempotencyKey) => {
            try {
              const outcome = await auth.registerFace(body, { idempotencyKey });
              if (outcome.status === 'retry') {
                return outcome;
              }
              dispatch({ type: 'face', face: outcome.face });
              return null;
            } catch (failure) {
              if (isStale(failure) || (failure instanceof ApiError && failure.code === 'ERR_ENROLMENT_FACE')) {
                endedBy(failure);
                return null;
              }
              throw failure;
            }
          }}
        >
          <Button look="secondary" onClick={() => dispatch({ type: 'face-left' })}>
            Go on without my face
          </Button>
        </FaceCheck>
      </div>
      <p className="hint">If you go on without it, you choose again how to sign in. Nothing was kept so far.</p>
    </>
  );
}
