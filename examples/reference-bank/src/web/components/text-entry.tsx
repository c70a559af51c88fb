import {
  type EntryQuality,
  type MeterReading,
  recordTyping,
  type TypingMeter,
  type TypingRecording,
  typingMeter,
} from '@tacit-auth/capture';
import { type ReactNode, type SubmitEvent, useEffect, useRef, useState } from 'react';
import type { TypingSample } from '../lib/typing-sample';
import { usePending } from '../lib/use-submit';
import { Button } from './button';
import { entryAdvice } from './entry-problems';
import { FieldFrame } from './field';

export interface TextEntryProps {
  target: string;
  label: string;
  /** The integrator's name for the field, in the sample. */
  field?: string;
  submitLabel?: string;
  /** Takes a text that was finished, and says whether it is good enough, or what to tell where it starts again. */
  onTyped: (sample: TypingSample, text: string) => EntryQuality | Promise<string | undefined>;
  children?: ReactNode;
}

/** One short text to copy, with speed, accuracy and time while it is typed. */
export function TextEntry({
  target,
  label,
  field = 'enrolment-text',
  submitLabel = 'Finish this text',
  onTyped,
  children,
}: TextEntryProps) {
  const input = useRef<HTMLTextAreaElement>(null);
  const recording = useRef<TypingRecording | null>(null);
  const meter = useRef<TypingMeter | null>(null);
  const [reading, setReading] = useState<MeterReading | null>(null);
  const [error, setError] = useState<string | undefined>();
  const { pending, run } = usePending();

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
      const said = await onTyped(await recorder.finishWhenReleased(), text);
      const advice = typeof said === 'object' ? (said.quality === 'redo' ? entryAdvice(said.reasons) : undefined) : said;
      if (advice !== undefined) {
        setError(`${advice} It starts again.`);
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
      <FieldFrame id="enrolment-text" label={label} hint="Copy the text above. Press Enter when you have finished." error={error}>
        {(described) => (
          <textarea
            id="enrolment-text"
            ref={input}
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
        <Button look="quiet" onClick={startAgain}>
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
