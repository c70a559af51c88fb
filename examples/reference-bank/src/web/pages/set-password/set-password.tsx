import { type SubmitEvent, useState } from 'react';
import { ApiError } from '../../api/api-error';
import { messageFor } from '../../api/messages';
import type { CardQuestion } from '../../api/types';
import { Button } from '../../components/button';
import { CardPrompt } from '../../components/card-prompt';
import { ErrorSummary, type FormProblem } from '../../components/error-summary';
import { NewPasswordField, passwordProblem, usePasswordCheck } from '../../components/new-password';
import { Notice } from '../../components/notice';
import { PasswordEntries } from '../../components/password-entries';
import { PasswordField } from '../../components/password-field';
import type { TypingSample } from '../../lib/typing-sample';

/** A new password with everything that the bank wants beside it. */
export interface ChosenPassword {
  challenge: string;
  password: string;
  entries: TypingSample[];
  code: string;
}

export interface SetPasswordProps {
  /** What the password must not be made of. */
  hints: readonly string[];
  /** How often it is typed; 0 without typing recognition. */
  passwordEntries: number;
  submitLabel: string;
  question: CardQuestion | null;
  ask: () => Promise<CardQuestion>;
  submit: (body: ChosenPassword, idempotencyKey: string) => Promise<void>;
}

type Stage = 'choose' | 'entries' | 'card';

/** Password, its entries, and a code of the card: the end of a reset and of a change of password. */
export function SetPassword({ hints, passwordEntries, submitLabel, question, ask, submit }: SetPasswordProps) {
  const [stage, setStage] = useState<Stage>('choose');
  const [password, setPassword] = useState('');
  const [entries, setEntries] = useState<TypingSample[]>([]);
  const [refusal, setRefusal] = useState<string | undefined>();
  const [isUnsuited, setUnsuited] = useState(false);

  async function answer({ challenge, code }: { challenge: string; code: string }, idempotencyKey: string): Promise<void> {
    try {
      await submit({ challenge, code, password, entries }, idempotencyKey);
    } catch (failure) {
      const wanted = failure instanceof ApiError ? stageOfRefusal(failure) : undefined;
      if (wanted === undefined) {
        throw failure;
      }
      setRefusal(messageFor(failure));
      setStage(wanted);
    }
  }

  return (
    <>
      {refusal === undefined || stage === 'choose' ? null : (
        <Notice tone="danger" live="alert">
          {refusal}
        </Notice>
      )}
      {stage === 'choose' ? (
        <ChooseForm
          initial={password}
          hints={hints}
          isRepeated={passwordEntries === 0}
          refusal={refusal}
          onChosen={(chosen) => {
            setPassword(chosen);
            setRefusal(undefined);
            setStage(passwordEntries === 0 ? 'card' : 'entries');
          }}
        />
      ) : null}
      {stage === 'entries' ? (
        <>
          <p className="lead">
            Now type the new password {passwordEntries} times, in your usual way, so that we can go on recognising you by it.
          </p>
          {isUnsuited ? (
            <Notice tone="info" live="status">
              On-screen keyboards do not tell when a key goes up. Please connect a keyboard.
            </Notice>
          ) : null}
          <PasswordEntries
            password={password}
            count={passwordEntries}
            onUnsuited={() => setUnsuited(true)}
            onBack={() => setStage('choose')}
            onDone={(samples) => {
              setEntries(samples);
              setRefusal(undefined);
              setStage('card');
            }}
          />
        </>
      ) : null}
      {stage === 'card' ? (
        <div className="panel stack">
          <p>Last, please confirm with your card.</p>
          <CardPrompt id="password-code" submitLabel={submitLabel} isFocusedFirst initial={question} ask={ask} answer={answer} />
        </div>
      ) : null}
    </>
  );
}

/** The stage that can mend what the bank refused; none for a wrong code, which is the card's own business. */
function stageOfRefusal({ code, field = '' }: ApiError): Stage | undefined {
  if (code === 'ERR_PASSWORD_WEAK' || field === 'password') {
    return 'choose';
  }
  return code === 'ERR_ENROLMENT_QUALITY' || field.startsWith('entries') || field.startsWith('samples') ? 'entries' : undefined;
}

function ChooseForm({
  initial,
  hints,
  isRepeated,
  refusal,
  onChosen,
}: {
  initial: string;
  hints: readonly string[];
  isRepeated: boolean;
  refusal: string | undefined;
  onChosen: (password: string) => void;
}) {
  const [password, setPassword] = useState(initial);
  const [repeated, setRepeated] = useState('');
  const [problems, setProblems] = useState<FormProblem[]>(refusal === undefined ? [] : [{ id: 'new-password', text: refusal }]);
  const check = usePasswordCheck(password, hints);
  const problemOf = (id: string): string | undefined => problems.find((problem) => problem.id === id)?.text;

  function changePassword(next: string): void {
    setPassword(next);
    // What was wrong with another password is no news about this one.
    setProblems([]);
  }

  function onSubmit(event: SubmitEvent<HTMLFormElement>): void {
    event.preventDefault();
    const weak = passwordProblem(password, check);
    const wrong: FormProblem[] = [
      ...(weak ? [{ id: 'new-password', text: weak }] : []),
      ...(isRepeated && repeated !== password ? [{ id: 'repeated-password', text: 'The two passwords are not the same.' }] : []),
    ];
    setProblems(wrong);
    if (wrong.length === 0) {
      onChosen(password);
    }
  }

  return (
    <>
      <ErrorSummary problems={problems} />
      <form className="form panel" noValidate onSubmit={onSubmit}>
        <NewPasswordField id="new-password" value={password} check={check} error={problemOf('new-password')} onChange={changePassword} />
        {isRepeated ? (
          <PasswordField
            id="repeated-password"
            label="Repeat the password"
            autoComplete="new-password"
            value={repeated}
            error={problemOf('repeated-password')}
            onChange={(event) => setRepeated(event.target.value)}
          />
        ) : null}
        <div className="actions">
          <Button type="submit">Continue</Button>
        </div>
      </form>
    </>
  );
}
