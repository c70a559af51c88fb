import { useState } from 'react';
import { Navigate, useLocation } from 'react-router';
import { messageFor } from '../api/messages';
import { Button } from '../components/button';
import { CardPrompt } from '../components/card-prompt';
import { LostCardDialog } from '../components/lost-card-dialog';
import { Notice } from '../components/notice';
import { PageHeading } from '../components/page';
import { SessionLoading } from '../components/session-loading';
import { usePending } from '../lib/use-submit';
import { useSession } from '../session/session-context';
import { FaceStepUp } from './face-step-up';
import { nextPlace } from './sign-in';

const TITLES = {
  face: 'Look into the camera',
  'matrix-code': 'Please confirm with your card',
  'card-suspended': 'Your card is blocked',
} as const;

export function StepUpPage() {
  const { session, question, auth, apply, signOut, reload } = useSession();
  const location = useLocation();
  const [isAskingLost, setAskingLost] = useState(false);
  const [error, setError] = useState<string | undefined>();
  const { pending, run } = usePending();

  if (session === undefined) {
    return <SessionLoading />;
  }
  if (session.state === 'full') {
    return <Navigate to={nextPlace(location.state, session.role)} replace />;
  }
  if (session.state === 'locked') {
    return <Navigate to="/accounts" replace />;
  }
  if (session.state === 'none') {
    return <Navigate to="/sign-in" replace />;
  }

  const cancel = (
    <Button
      look="quiet"
      busy={pending}
      onClick={() =>
        void run(async () => {
          try {
            await signOut();
          } catch (failure) {
            setError(messageFor(failure));
          }
        })
      }
    >
      Cancel and sign out
    </Button>
  );
  const isSuspended = session.next === 'card-suspended';

  return (
    <div className="narrow">
      <PageHeading title={TITLES[session.next]} step={session.next} takesFocus={session.next !== 'matrix-code'} />
      {error === undefined ? null : (
        <Notice tone="danger" live="alert">
          {error}
        </Notice>
      )}
      {isSuspended ? (
        <div className="panel stack">
          <p>
            To protect your accounts, nobody can sign in until you have a new matrix card. Please call us or visit a branch. We will send a
            code to your e-mail address, with which you collect the new card.
          </p>
          <div className="actions">{cancel}</div>
        </div>
      ) : session.next === 'face' ? (
        <FaceStepUp onError={setError}>{cancel}</FaceStepUp>
      ) : (
        <>
          <p className="lead">From time to time we ask for your matrix card as well. It shows that you are the one who signs in.</p>
          <div className="panel">
            <CardPrompt
              id="step-up-code"
              submitLabel="Confirm"
              isFocusedFirst
              initial={question}
              ask={() => auth.stepUpStart({ purpose: 'login' })}
              answer={async (body, idempotencyKey) => apply(await auth.stepUp(body, { idempotencyKey }))}
            >
              {cancel}
            </CardPrompt>
          </div>
          <p className="after-form">
            <button type="button" className="link-button" onClick={() => setAskingLost(true)}>
              Lost your card?
            </button>
          </p>
        </>
      )}
      {isAskingLost ? (
        <LostCardDialog
          onClose={() => setAskingLost(false)}
          onReported={() => {
            setAskingLost(false);
            reload().catch((failure: unknown) => setError(messageFor(failure)));
          }}
        />
      ) : null}
    </div>
  );
}
