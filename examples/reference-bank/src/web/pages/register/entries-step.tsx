import { useState } from 'react';
import { messageFor } from '../../api/messages';
import { Button } from '../../components/button';
import { Notice } from '../../components/notice';
import { PasswordEntries } from '../../components/password-entries';
import { usePending } from '../../lib/use-submit';
import { useSession } from '../../session/session-context';
import type { StepProps } from './register-page';

export function EntriesStep({ state, dispatch }: StepProps) {
  const { auth } = useSession();
  const [isUnsuited, setUnsuited] = useState(false);
  const [error, setError] = useState<string | undefined>(state.refusal?.text);
  const { pending, run } = usePending();

  function goWithout(): void {
    void run(async () => {
      try {
        dispatch({
          type: 'started',
          biometrics: 'declined',
          checks: 'declined',
          started: await auth.registerStart({ biometrics: 'declined', face: 'declined', session: 'declined' }),
        });
      } catch (failure) {
        setError(messageFor(failure));
      }
    });
  }

  if (state.started === null) {
    return null;
  }
  const count = state.started.passwordEntries;
  return (
    <>
      <p className="lead">
        Type the password you have just chosen {count} times, in your usual way. That is how we get to know your rhythm. Take your time:
        nobody is counting seconds.
      </p>
      {error === undefined ? null : (
        <Notice tone="danger" live="alert">
          {error}
        </Notice>
      )}
      {isUnsuited ? (
        <Notice tone="info" title="This keyboard cannot be used for it" live="status">
          <p>
            On-screen keyboards do not tell when a key goes up. Connect a keyboard, or go on without typing recognition. You can add it
            later under My security.
          </p>
          <div className="actions">
            <Button look="secondary" busy={pending} onClick={goWithout}>
              Go on without typing recognition
            </Button>
          </div>
        </Notice>
      ) : null}
      <PasswordEntries
        password={state.password}
        count={count}
        onUnsuited={() => setUnsuited(true)}
        onDone={(entries) => dispatch({ type: 'entries', entries })}
        onBack={() => dispatch({ type: 'back' })}
      />
    </>
  );
}
