import { useCallback, useEffect, useRef } from 'react';
import { ApiError } from '../../api/api-error';
import { messageFor } from '../../api/messages';
import type { RegistrationForm } from '../../api/types';
import { Button } from '../../components/button';
import { Notice } from '../../components/notice';
import { Loading } from '../../components/page';
import { usePending, useRetriable } from '../../lib/use-submit';
import { useSession } from '../../session/session-context';
import type { StepProps } from './register-page';
import { registrationForm } from './wizard';

/** Sends everything at once. A lost answer is asked for again with the same key, so nobody is registered twice. */
export function SubmitStep({ state, dispatch }: StepProps) {
  const { auth } = useSession();
  const { pending, run } = usePending();
  const sender = useRetriable((body: RegistrationForm, idempotencyKey: string) => auth.register(body, { idempotencyKey }));
  const form = useRef(state);
  form.current = state;

  const register = useCallback(
    () =>
      run(async () => {
        try {
          dispatch({ type: 'registered', pending: await sender.submit('register', () => registrationForm(form.current)) });
        } catch (failure) {
          const { code, field } = failure instanceof ApiError ? failure : { code: '', field: undefined };
          dispatch({ type: 'refused', code, refusal: { text: messageFor(failure), field } });
        }
      }),
    [run, sender, dispatch],
  );

  useEffect(() => {
    void register();
  }, [register]);

  if (pending || state.refusal === null) {
    return <Loading what="your new card" />;
  }
  return (
    <Notice tone="danger" live="alert">
      <p>{state.refusal.text}</p>
      <div className="actions">
        <Button onClick={() => void register()}>Try again</Button>
        <Button look="quiet" onClick={() => dispatch({ type: 'back' })}>
          Back
        </Button>
      </div>
    </Notice>
  );
}
