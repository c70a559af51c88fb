import {
  type EntryQuality,
  type MeterReading,
  recordTyping,
  type TypingMeter,
  type TypingRecording,
  typingMeter,
} from '@tacit-auth/capture';
import { type ReactNode, type SubmitEvent, useEffect, useId, useRef, useState } from 'react';
import type { TypingSample } from '../lib/typing-sample';
import { usePending } from '../lib/use-submit';
import { Button } from './button';
import { entryAdvice } from './entry-problems';
import { FieldFrame } from './field';

/** `again`: why what was typed could not be sent. It stays, and the same is sent when it is submitted once more. */
export type TypedAnswer = { again: string } | undefined;

export interface TextEntryProps {
  target: string;
  label: string;
  /** The integrator's name for the field, in the sample. */
  field?: string;
  submitLabel?: string;
  /** What is told from the beginning, such as why there is another text. */
  said?: string | undefined;
  /** Takes a text that was finished, and says whether it is good enough, or could be sent. One that is not good enough starts again. */
  onTyped: (sample: TypingSample, text: string) => EntryQuality | Promise<TypedAnswer>;
  children?: ReactNode;
}

/** One short text to copy, with speed, accuracy and time while it is typed. */
export function TextEntry({
  target,
  label,
  field = 'enrolment-text',
  submitLabel = 'Finish this text',
  said,
  onTyped,
  children,
}: TextEntryProps) {
  const input = useRef<HTMLTextAreaElement>(null);
  const recording = useRef<TypingRecording | null>(null);
  const meter = useRef<TypingMeter | null>(null);
  const [reading, setReading] = useState<MeterReading | null>(null);
  const [error, setError] = useState<string | undefined>(said);
  /** What was typed and not sent yet: it waits to be sent once more. */
  const [unsent, setUnsent] = useState<TypingSample | undefined>();
  const { pending, run } = usePending();
  const id = useId();

  useEffect(() => {
    const element = input.current;
    if (!element) {
      return;
    }
    const recorder = recordTyping(element, { mode: 'text', field, target });
    const watching = typingMeter(element, { target, onChange: setReading });
    recorder.start();
    watching.start();
    recording.current = recorder;
    meter.current = watching;
    element.focus();
    return () => {
      recorder.destroy();
      watching.destroy();
    };
  }, [target, field]);

  function startAgain(): void {
    if (input.current) {
      input.current.value = '';
      input.current.focus();
    }
    recording.current?.start();
    recording.current?.reset();
    meter.current?.reset();
    setReading(null);
    setUnsent(undefined);
  }

  function finish(): void {
    const element = input.current;
    const recorder = recording.current;
    if (!element || !recorder) {
      return;
    }
    const text = element.value;
    if (text === '') {
      setError('Type the text into this field.');
      element.focus();
      return;
    }
    void run(async () => {
      const sample = unsent ?? (await recorder.finishWhenReleased());
      const answer = await onTyped(sample, text);
      if (answer === undefined) {
        return;
      }
      if ('again' in answer) {
        setUnsent(sample);
        setError(answer.again);
      } else if (answer.quality === 'redo') {
        setError(`${entryAdvice(answer.reasons)} It starts again.`);
        startAgain();
      }
    });
  }

  return (
    <form
      className="form panel"
      noValidate
      onSubmit={(event: SubmitEvent<HTMLFormElement>) => {
        event.preventDefault();
        finish();
      }}
    >
      <Target target={target} reading={reading} />
      <FieldFrame id={id} label={label} hint="Copy the text above. Press Enter when you have finished." error={error} isTold>
        {(described) => (
          <textarea
            id={id}
            ref={input}
            readOnly={unsent !== undefined}
            className="input"
            rows={3}
            autoComplete="off"
            autoCapitalize="none"
            autoCorrect="off"
            spellCheck={false}
            maxLength={900}
            {...described}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && !event.nativeEvent.isComposing) {
                event.preventDefault();
                finish();
              }
            }}
          />
        )}
      </FieldFrame>
      <Readings reading={reading} />
      <div className="actions">
        <Button type="submit" busy={pending}>
          {submitLabel}
        </Button>
        <Button
          look="quiet"
          onClick={() => {
            setError(undefined);
            startAgain();
          }}
        >
          Start again
        </Button>
        {children}
      </div>
    </form>
  );
}

/** The text, with each letter that was typed marked as right or wrong: by underline and weight as well as by colour. */
function Target({ target, reading }: { target: string; reading: MeterReading | null }) {
  const letters = Array.from(target.normalize());
  const next = reading ? reading.letters.indexOf('pending') : 0;
  return (
    <>
      <p className="visually-hidden">Text to copy: {target}</p>
      <p className="target" aria-hidden="true">
        {letters.map((letter, index) => {
          const state = reading?.letters[index] ?? 'pending';
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: a letter is its place in the text.
            <span key={index} className={`letter letter-${state}${index === next ? ' letter-next' : ''}`}>
              {letter}
            </span>
          );
        })}
      </p>
    </>
  );
}

function Readings({ reading }: { reading: MeterReading | null }) {
  return (
    <dl className="readings">
      <div>
        <dt>Speed</dt>
        <dd>
          {Math.round(reading?.wpm ?? 0)} <small>words a minute</small>
        </dd>
      </div>
      <div>
        <dt>Accuracy</dt>
        <dd>{Math.round(reading?.accuracy ?? 100)} %</dd>
      </div>
      <div>
        <dt>Time</dt>
        <dd>{((reading?.durationMs ?? 0) / 1000).toFixed(1)} s</dd>
      </div>
    </dl>
  );
}
