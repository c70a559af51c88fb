import { useState } from 'react';
import { useNavigate } from 'react-router';
import { ApiError } from '../../api/api-error';
import { Loading, PageHeading } from '../../components/page';
import { LoadProblem } from '../../components/problem';
import { useLoad } from '../../lib/use-load';
import { useFullSession, useSession } from '../../session/session-context';
import { SetPassword } from '../set-password/set-password';
import { CurrentPasswordForm } from './current-password-form';

export function ChangePasswordPage() {
  const { auth, apply } = useSession();
  const { name } = useFullSession();
  const navigate = useNavigate();
  const [current, setCurrent] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | undefined>();
  // Asked for first: the bank says how often the new password is typed, and whether there is a card to confirm it with.
  const { data: asked, error, reload } = useLoad(() => auth.passwordStart(), [auth]);

  return (
    <div className="narrow">
      <PageHeading title="Change your password" step={current === null ? 'current' : 'new'} />
      {asked === undefined ? (
        error === undefined ? (
          <Loading what="what we need" />
        ) : (
          <LoadProblem text={error} onRetry={reload} />
        )
      ) : current === null ? (
        <CurrentPasswordForm
          problem={problem}
          onGiven={(password) => {
            setProblem(undefined);
            setCurrent(password);
          }}
        />
      ) : (
        <SetPassword
          hints={[name]}
          passwordEntries={asked.passwordEntries}
          submitLabel="Change password"
          question={asked}
          ask={() => auth.passwordStart()}
          submit={async (body, idempotencyKey) => {
            try {
              apply(await auth.password({ ...body, current }, { idempotencyKey }));
              navigate('/security', { replace: true });
            } catch (failure) {
              if (failure instanceof ApiError && failure.code === 'ERR_CREDENTIALS') {
                setProblem('Your current password is not right.');
                setCurrent(null);
                return;
              }
              throw failure;
            }
          }}
        />
      )}
    </div>
  );
}
