import { type SubmitEvent, useState } from 'react';
import { useNavigate } from 'react-router';
import { ApiError } from '../api/api-error';
import { messageFor } from '../api/messages';
import type { CardQuestion } from '../api/types';
import { Button } from '../components/button';
import { EmailCodeField } from '../components/email-code-field';
import { ErrorSummary, type FormProblem } from '../components/error-summary';
import { TextField } from '../components/field';
import { PageHeading } from '../components/page';
import { usePending, useRetriable } from '../lib/use-submit';
import { useSession } from '../session/session-context';
import type { ChosenPassword } from './set-password/set-password';
import { SetPassword } from './set-password/set-password';

type Stage =
  | { is: 'who' }
  | { is: 'mail'; reset: string }
  | { is: 'password'; reset: string; emailCode: string; question: CardQuestion; passwordEntries: number };

const TITLES = { who: 'Reset your password', mail: 'Check your e-mail', password: 'Choose a new password' } as const;

export function ResetPage() {
  const { auth, apply } = useSession();
  const navigate = useNavigate();
  const [stage, setStage] = useState<Stage>({ is: 'who' });
  const [ended, setEnded] = useState<string | undefined>();
  return (
    <div className="narrow">
      <PageHeading title={TITLES[stage.is]} step={stage.is} />
      {stage.is === 'who' ? (
        <WhoForm
          problem={ended}
          onStarted={(reset) => {
            setEnded(undefined);
            setStage({ is: 'mail', reset });
          }}
        />
      ) : null}
      {stage.is === 'mail' ? (
        <MailForm reset={stage.reset} onQuestion={(next) => setStage({ is: 'password', reset: stage.reset, ...next })} />
      ) : null}
      {stage.is === 'password' ? (
        <SetPassword
          hints={[]}
          passwordEntries={stage.passwordEntries}
          submitLabel="Set new password"
          question={stage.question}
          ask={() => auth.resetCoordinates({ reset: stage.reset, emailCode: stage.emailCode }, {})}
          submit={async (body: ChosenPassword, idempotencyKey) => {
            try {
              apply(await auth.reset(body, { idempotencyKey }));
              navigate('/accounts', { replace: true });
            } catch (failure) {
              if (failure instanceof ApiError && failure.code === 'ERR_RESET_ENDED') {
                setEnded(messageFor(failure));
                setStage({ is: 'who' });
                return;
              }
              throw failure;
            }
          }}
        />
      ) : null}
    </div>
  );
}

function WhoForm({ problem, onStarted }: { problem: string | undefined; onStarted: (reset: string) => void }) {
  const { auth } = useSession();
  const [identifier, setIdentifier] = useState('');
  const [problems, setProblems] = useState<FormProblem[]>(problem === undefined ? [] : [{ text: problem }]);
  const { pending, run } = usePending();
  const sender = useRetriable((body: { identifier: string }, idempotencyKey: string) => auth.resetStart(body, { idempotencyKey }));

  function onSubmit(event: SubmitEvent<HTMLFormElement>): void {
    event.preventDefault();
    const body = { identifier: identifier.trim() };
    if (body.identifier === '') {
      setProblems([{ id: 'reset-identifier', text: 'Enter your e-mail address.' }]);
      return;
    }
    void run(async () => {
      try {
        onStarted((await sender.submit(body.identifier, () => body)).reset);
      } catch (failure) {
        setProblems([{ text: messageFor(failure) }]);
      }
    });
  }

  return (
    <>
      <p className="lead">We send you a code by e-mail. With it and your matrix card you choose a new password.</p>
      <ErrorSummary problems={problems} />
      <form className="form panel" noValidate onSubmit={onSubmit}>
        <TextField
          id="reset-identifier"
          label="E-mail address"
          type="email"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={254}
          value={identifier}
          error={problems.find(({ id }) => id === 'reset-identifier')?.text}
          onChange={(event) => setIdentifier(event.target.value)}
        />
        <div className="actions">
          <Button type="submit" busy={pending}>
            Send me a code
          </Button>
        </div>
      </form>
    </>
  );
}

function MailForm({
  reset,
  onQuestion,
}: {
  reset: string;
  onQuestion: (next: { emailCode: string; question: CardQuestion; passwordEntries: number }) => void;
}) {
  const { auth } = useSession();
  const [emailCode, setEmailCode] = useState('');
  const [problem, setProblem] = useState<string | undefined>();
  const { pending, run } = usePending();
  const sender = useRetriable((body: { reset: string; emailCode: string }, idempotencyKey: string) =>
    auth.resetCoordinates(body, { idempotencyKey }),
  );

  function onSubmit(event: SubmitEvent<HTMLFormElement>): void {
    event.preventDefault();
    const code = emailCode.trim();
    if (code === '') {
      setProblem('Enter the code from the e-mail.');
      return;
    }
    void run(async () => {
      try {
        const { passwordEntries, ...question } = await sender.submit(code, () => ({ reset, emailCode: code }));
        onQuestion({ emailCode: code, question, passwordEntries });
      } catch (failure) {
        setProblem(messageFor(failure));
      }
    });
  }

  return (
    <>
      <p className="lead">If there is an account with this address, a code is on its way to it.</p>
      <ErrorSummary problems={problem === undefined ? NONE : [{ id: 'email-code', text: problem }]} />
      <form className="form panel" noValidate onSubmit={onSubmit}>
        <EmailCodeField value={emailCode} error={problem} onChange={setEmailCode} />
        <div className="actions">
          <Button type="submit" busy={pending}>
            Continue
          </Button>
        </div>
      </form>
    </>
  );
}

const NONE: readonly FormProblem[] = [];
