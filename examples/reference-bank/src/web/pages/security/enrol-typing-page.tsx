import { useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { ApiError } from '../../api/api-error';
import { messageFor } from '../../api/messages';
import { CardPrompt } from '../../components/card-prompt';
import { Notice } from '../../components/notice';
import { Loading, PageHeading } from '../../components/page';
import { PasswordEntries } from '../../components/password-entries';
import { LoadProblem } from '../../components/problem';
import type { TypingSample } from '../../lib/typing-sample';
import { useLoad } from '../../lib/use-load';
import { useSession } from '../../session/session-context';
import { CurrentPasswordForm } from './current-password-form';

type Stage = { is: 'current' } | { is: 'entries'; password: string } | { is: 'card'; password: string; entries: TypingSample[] };

/** Typing of the password in force, set up anew. */
export function EnrolTypingPage() {
  const { auth } = useSession();
  const navigate = useNavigate();
  // Asked for first: the bank says how often the password is typed, and whether there is a card to confirm it with.
  const { data: asked, error, reload } = useLoad(() => auth.enrolStart(), [auth]);
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
      {asked === undefined ? error === undefined ? <Loading what="what we need" /> : <LoadProblem text={error} onRetry={reload} /> : null}
      {asked && stage.is === 'current' ? (
        <>
          <p className="lead">
            You type your password {asked.passwordEntries} times and confirm with your card. What we learned before is replaced.
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
      {asked && stage.is === 'entries' ? (
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
            count={asked.passwordEntries}
            onUnsuited={() => setUnsuited(true)}
            onBack={() => setStage({ is: 'current' })}
            onDone={(entries) => {
              setProblem(undefined);
              setStage({ is: 'card', password: stage.password, entries });
            }}
          />
        </>
      ) : null}
      {asked && stage.is === 'card' ? (
        <div className="panel stack">
          <p>Last, please confirm with your card.</p>
          <CardPrompt
            id="enrol-code"
            submitLabel="Save my typing"
            isFocusedFirst
            initial={asked}
            ask={() => auth.enrolStart()}
            answer={(answer, idempotencyKey) => enrol(stage, answer, idempotencyKey)}
          />
        </div>
      ) : null}
    </div>
  );
}
