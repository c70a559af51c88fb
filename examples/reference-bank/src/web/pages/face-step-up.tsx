import type { ReactNode } from 'react';
import { messageFor } from '../api/messages';
import type { FaceAsked, FaceRetryReason, LoginOutcome } from '../api/types';
import { Button } from '../components/button';
import { FaceCheck } from '../components/face-check';
import { usePending, useRetriable } from '../lib/use-submit';
import { useSession } from '../session/session-context';

/** The face, after the password; or the card in its place, at any time. */
export function FaceStepUp({ onError, children }: { onError: (text: string) => void; children: ReactNode }) {
  const { face, auth, apply } = useSession();
  const { pending, run } = usePending();
  const codes = useRetriable((_body: null, idempotencyKey: string) => auth.insteadOfFace({ idempotencyKey }));

  /** Takes over an outcome; gives what to do next where it is another look. */
  function take(outcome: LoginOutcome): ({ reason: FaceRetryReason } & FaceAsked) | null {
    apply(outcome);
    if (outcome.status !== 'step-up' || outcome.next !== 'face') {
      return null;
    }
    const { challenge, actions, expiresAt, retry = 'unstable' } = outcome;
    return { challenge, actions, expiresAt, reason: retry };
  }

  return (
    <>
      <p className="lead">
        We compare your face with the one that you have set up. The picture stays in this browser: what we get of it is numbers.
      </p>
      <div className="panel">
        <FaceCheck
          asked={face}
          ask={async () => take(await auth.faceAgain())}
          answer={async (body, idempotencyKey) => take(await auth.face(body, { idempotencyKey }))}
        >
          <Button
            look="secondary"
            busy={pending}
            onClick={() =>
              void run(async () => {
                try {
                  apply(await codes.submit('use-code', () => null));
                } catch (failure) {
                  onError(messageFor(failure));
                }
              })
            }
          >
            Use my card instead
          </Button>
          {children}
        </FaceCheck>
      </div>
    </>
  );
}
