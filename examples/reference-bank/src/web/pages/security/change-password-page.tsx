import { useState } from 'react';
import { useNavigate } from 'react-router';
import { ApiError } from '../../api/api-error';
import { PageHeading } from '../../components/page';
import { useFullSession, useSession } from '../../session/session-context';
import { SetPassword } from '../set-password/set-password';
import { CurrentPasswordForm } from './current-password-form';

const PASSWORD_ENTRIES = 5;

export function ChangePasswordPage() {
  const { auth, apply } = useSession();
  const { biometrics, name } = useFullSession();
  const navigate = useNavigate();
  const [current, setCurrent] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | undefined>();
  const [entries, setEntries] = useState(biometrics === 'granted' ? PASSWORD_ENTRIES : 0);

  return (
    <div className="narrow">
      <PageHeading title="Change your password" step={current === null ? 'current' : 'new'} />
      {current === null ? (
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
          passwordEntries={entries}
          submitLabel="Change password"
          question={null}
          ask={async () => {
            const asked = await auth.passwordStart();
            setEntries(asked.passwordEntries);
            return asked;
          }}
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
