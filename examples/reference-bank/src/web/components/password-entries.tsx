import { createEnrolment, type EnrolmentStepState, secretSteps } from '@tacit-auth/capture';
import { type SubmitEvent, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import type { TypingSample } from '../lib/typing-sample';
import { usePending } from '../lib/use-submit';
import { useTyping } from '../lib/use-typing';
import { Button } from './button';
import { entryAdvice } from './entry-problems';
import { Icon } from './icons';
import { PasswordField } from './password-field';

export interface PasswordEntriesProps {
  /** What is typed. An entry of anything else is not taken. */
  password: string;
  count: number;
  doneLabel?: string;
  onDone: (entries: TypingSample[]) => void;
  /** The keyboard cannot be used for it, however often the password is typed. */
  onUnsuited: () => void;
  onBack?: () => void;
}

/** The password, typed as often as the bank wants it, with what is wrong with an entry said at once. */
export function PasswordEntries({ password, count, doneLabel = 'Continue', onDone, onUnsuited, onBack }: PasswordEntriesProps) {
  const [enrolment] = useState(() => createEnrolment({ steps: secretSteps(count) }));
  const { steps, current, done } = useSyncExternalStore(enrolment.subscribe, () => enrolment.state);
  const [said, setSaid] = useState<{ text: string; isGood: boolean } | null>(null);
  const [value, setValue] = useState('');
  const { pending, run } = usePending();
  const input = useRef<HTMLInputElement>(null);
  const finishButton = useRef<HTMLDivElement>(null);
  const number = current ? steps.indexOf(current) + 1 : count;
  const isComplete = current === undefined;
  const typing = useTyping(input, { field: 'password', isOn: !isComplete });

  useEffect(() => {
    if (isComplete) {
      finishButton.current?.querySelector('button')?.focus();
    }
  }, [isComplete]);

  function onSubmit(event: SubmitEvent<HTMLFormElement>): void {
    event.preventDefault();
    if (value === '') {
      input.current?.focus();
      return;
    }
    void run(async () => {
      const sample = await typing.finish();
      setValue('');
      if (value !== password) {
        setSaid({ text: 'That is not the password you chose. Please type it again.', isGood: false });
      } else if (sample !== null) {
        take(sample);
      }
      input.current?.focus();
    });
  }

  function take(sample: TypingSample): void {
    const quality = enrolment.submit({ sample });
    if (quality.quality === 'good') {
      const left = count - enrolment.state.done;
      setSaid({ text: left === 0 ? 'That was the last one. Thank you.' : `Good. ${left} more to go.`, isGood: true });
      return;
    }
    setSaid({ text: `${entryAdvice(quality.reasons)} This entry does not count.`, isGood: false });
    if (quality.reasons.includes('no-key-times')) {
      onUnsuited();
    }
  }

  return (
    <div className="panel stack">
      <ol className="entries" aria-label="Entries">
        {steps.map((step, index) => (
          <EntryMark
            key={step.id}
            step={step}
            number={index + 1}
            isCurrent={step === current}
            onRedo={() => {
              enrolment.restart(step.id);
              setSaid(null);
              input.current?.focus();
            }}
          />
        ))}
      </ol>
      <progress className="progress" max={count} value={done} aria-label="Entries done" />
      <p className={said?.isGood === false ? 'said said-redo' : 'said'} role="status">
        {said?.text}
      </p>
      <form className="form" noValidate onSubmit={onSubmit} hidden={isComplete}>
        <PasswordField
          id="password-entry"
          label={`Type your password (entry ${number} of ${count})`}
          hint="Press Enter when you have finished."
          autoComplete="off"
          inputRef={input}
          value={value}
          onChange={(event) => setValue(event.target.value)}
        />
        <div className="actions">
          <Button type="submit" busy={pending}>
            Next entry
          </Button>
          {onBack ? (
            <Button look="quiet" onClick={onBack}>
              Back
            </Button>
          ) : null}
        </div>
      </form>
      {isComplete ? (
        <div className="actions" ref={finishButton}>
          <Button onClick={() => onDone(enrolment.samples())}>{doneLabel}</Button>
          {onBack ? (
            <Button look="quiet" onClick={onBack}>
              Back
            </Button>
          ) : null}
        </div>
      ) : null}
    </div>
  );
}

const STATUS = { open: 'not typed yet', redo: 'to be typed again', done: 'good' } as const;

function EntryMark({
  step,
  number,
  isCurrent,
  onRedo,
}: {
  step: EnrolmentStepState;
  number: number;
  isCurrent: boolean;
  onRedo: () => void;
}) {
  return (
    <li className={`entry entry-${step.status}${isCurrent ? ' entry-current' : ''}`} aria-current={isCurrent ? 'step' : undefined}>
      <span className="entry-mark" aria-hidden="true">
        {step.status === 'done' ? <Icon name="check" /> : number}
      </span>
      <span className="visually-hidden">
        Entry {number}: {STATUS[step.status]}
      </span>
      {step.status === 'done' ? (
        <button type="button" className="link-button entry-redo" onClick={onRedo}>
          Redo<span className="visually-hidden"> entry {number}</span>
        </button>
      ) : null}
    </li>
  );
}
