import { type SubmitEvent, useState } from 'react';
import { ApiError } from '../../api/api-error';
import { isStale, messageFor, triesLeft } from '../../api/messages';
import type { LoginOutcome, RegistrationPending } from '../../api/types';
import { Button } from '../../components/button';
import { EmailCodeField } from '../../components/email-code-field';
import { ErrorSummary, type FormProblem } from '../../components/error-summary';
import { MatrixCard } from '../../components/matrix-card';
import { emptyCode, isWholeCode, MatrixCodeFields } from '../../components/matrix-code';
import { Notice } from '../../components/notice';
import { usePending, useRetriable } from '../../lib/use-submit';
import { useSession } from '../../session/session-context';

export interface CardStepProps {
  pending: RegistrationPending;
  onConfirmed: (outcome: LoginOutcome) => void;
  /** The registration is over and has to begin anew. */
  onEnded: (text: string) => void;
}

interface ConfirmBody {
  registration: string;
  emailCode: string;
  code: string;
}

/** The card, and the proof that it was printed and that the mail arrived: both codes at once, neither of them judged alone. */
export function CardStep({ pending: { registration, card, coordinates }, onConfirmed, onEnded }: CardStepProps) {
  const { auth } = useSession();
  const [values, setValues] = useState<string[]>(() => emptyCode(coordinates));
  const [emailCode, setEmailCode] = useState('');
  const [problems, setProblems] = useState<FormProblem[]>([]);
  const { pending, run } = usePending();
  const sender = useRetriable((body: ConfirmBody, idempotencyKey: string) => auth.registerConfirm(body, { idempotencyKey }));
  const problemOf = (id: string): string | undefined => problems.find((problem) => problem.id === id)?.text;

  function onSubmit(event: SubmitEvent<HTMLFormElement>): void {
    event.preventDefault();
    const wrong: FormProblem[] = [
      ...(isWholeCode(values) ? [] : [{ id: 'card-code-0', text: 'Enter two characters for each cell.' }]),
      ...(emailCode.trim() === '' ? [{ id: 'email-code', text: 'Enter the code from the e-mail.' }] : []),
    ];
    setProblems(wrong);
    if (wrong.length > 0) {
      return;
    }
    const body = { registration, emailCode: emailCode.trim(), code: values.join('') };
    void run(async () => {
      try {
        onConfirmed(await sender.submit(JSON.stringify(body), () => body));
      } catch (failure) {
        if (isStale(failure) || (failure instanceof ApiError && failure.code === 'ERR_REGISTRATION_ENDED')) {
          onEnded('This registration has ended. Please start again: it takes less time now that you know it.');
          return;
        }
        const isWrong = failure instanceof ApiError && failure.code === 'ERR_CODE_WRONG';
        setProblems([
          { text: isWrong ? `One of the two codes is not right. Please check both.${triesLeft(failure)}` : messageFor(failure) },
        ]);
      }
    });
  }

  return (
    <>
      <Notice tone="warning" title="We show this card only once">
        <p>Print it, or copy it by hand, before you go on. Keep it where you keep your passport, and never photograph it.</p>
      </Notice>
      <MatrixCard card={card} />
      <div className="no-print stack">
        <h2>Show us that you have both</h2>
        <ErrorSummary problems={problems} />
        <form className="form panel" noValidate onSubmit={onSubmit}>
          <MatrixCodeFields
            id="card-code"
            coordinates={coordinates}
            values={values}
            onChange={setValues}
            error={problemOf('card-code-0')}
          />
          <EmailCodeField value={emailCode} error={problemOf('email-code')} onChange={setEmailCode} />
          <div className="actions">
            <Button type="submit" busy={pending}>
              Open my account
            </Button>
          </div>
        </form>
      </div>
    </>
  );
}
