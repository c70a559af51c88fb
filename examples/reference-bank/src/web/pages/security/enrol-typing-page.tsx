import { useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { ApiError } from '../../api/api-error';
import { messageFor } from '../../api/messages';
import { CardPrompt } from '../../components/card-prompt';
import { Notice } from '../../components/notice';
import { PageHeading } from '../../components/page';
import { PasswordEntries } from '../../components/password-entries';
import type { TypingSample } from '../../lib/typing-sample';
import { useSession } from '../../session/session-context';
import { CurrentPasswordForm } from './current-password-form';

const PASSWORD_ENTRIES = 5;

type Stage = { is: 'current' } | { is: 'entries'; password: string } | { is: 'card'; password: string; entries: TypingSample[] };

/** Typing of the password in force, set up anew. */
export function EnrolTypingPage() {
  const { auth } = useSession();
  const navigate = useNavigate();
  const [stage, setStage] = useState<Stage>({ is: 'current' });
  const [problem, setProblem] = useState<string | undefined>();
  const [isUnsuited, setUnsuited] = useState(false);

  async function enrol(
    { password, entries }: { password: string; entries: TypingSample[] },
    answer: { challenge: string; code: string },
    idempotencyKey: string,
  ): Promise<void> {
    try {
      await auth.enrol({ ...answer, password, entries }, { idempotencyKey });
      navigate('/security', { replace: true });
    } catch (failure) {
      if (failure instanceof ApiError && failure.code === 'ERR_CREDENTIALS') {
        setProblem('Your password is not right.');
        setStage({ is: 'current' });
        return;
      }
      if (failure instanceof ApiError && (failure.code === 'ERR_ENROLMENT_QUALITY' || failure.code === 'ERR_TYPING_AUTOMATED')) {
        setProblem(messageFor(failure));
        setStage({ is: 'entries', password });
        return;
      }
      throw failure;
    }
  }

  return (
    <div className="narrow">
      <PageHeading title="Set up your typing" step={stage.is} />
      {stage.is === 'current' ? (
        <>
          <p className="lead">
            You type your password {PASSWORD_ENTRIES} times and confirm with your card. What we learned before is replaced.
          </p>
          <CurrentPasswordForm
            problem={problem}
            onGiven={(password) => {
              setProblem(undefined);
              setStage({ is: 'entries', password });
            }}
          />
        </>
      ) : null}
      {stage.is === 'entries' ? (
        <>
          {problem === undefined ? null : (
            <Notice tone="danger" live="alert">
              {problem}
            </Notice>
          )}
          {isUnsuited ? (
            <Notice tone="info" live="status">
              <p>
                On-screen keyboards do not tell when a key goes up. Please connect a keyboard, or <Link to="/security">do it later</Link>.
              </p>
            </Notice>
          ) : null}
          <PasswordEntries
            password={stage.password}
            count={PASSWORD_ENTRIES}
            onUnsuited={() => setUnsuited(true)}
            onBack={() => setStage({ is: 'current' })}
            onDone={(entries) => {
              setProblem(undefined);
              setStage({ is: 'card', password: stage.password, entries });
            }}
          />
        </>
      ) : null}
      {stage.is === 'card' ? (
        <div className="panel stack">
          <p>Last, please confirm with your card.</p>
          <CardPrompt
            id="enrol-code"
            submitLabel="Save my typing"
            isFocusedFirst
            ask={() => auth.enrolStart()}
            answer={(answer, idempotencyKey) => enrol(stage, answer, idempotencyKey)}
          />
        </div>
      ) : null}
    </div>
  );
}
