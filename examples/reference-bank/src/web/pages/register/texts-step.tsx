import { createEnrolment, textSteps } from '@tacit-auth/capture';
import { useState, useSyncExternalStore } from 'react';
import type { TypedText } from '../../api/types';
import { Button } from '../../components/button';
import { textQuality } from '../../components/entry-problems';
import { Notice } from '../../components/notice';
import { TextEntry } from '../../components/text-entry';
import type { StepProps } from './register-page';

/** The short texts, one after the other, with a live meter. */
export function TextsStep({ state, dispatch }: StepProps) {
  const [texts] = useState(() => state.started?.texts ?? []);
  const [enrolment] = useState(() => createEnrolment({ steps: textSteps(texts.map(({ text }) => text)), qualityOf: textQuality }));
  const { steps, current, done } = useSyncExternalStore(enrolment.subscribe, () => enrolment.state);
  const [typed, setTyped] = useState<readonly string[]>([]);
  const index = current ? steps.indexOf(current) : -1;
  const text = texts[index];

  function finish(): void {
    const samples = enrolment.samples();
    const all = texts.map(({ id }, position): TypedText => ({ id, typed: typed[position] ?? '', typing: samples[position]! }));
    dispatch({ type: 'texts', texts: all });
  }

  return (
    <>
      <p className="lead">These texts are ours, so for them we may look at the keys as well. Slips do not matter: type as you always do.</p>
      {state.refusal ? (
        <Notice tone="danger" live="alert">
          {state.refusal.text}
        </Notice>
      ) : null}
      <progress className="progress" max={texts.length} value={done} aria-label="Texts done" />
      {text ? (
        <TextEntry
          key={text.id}
          target={text.text}
          label={`Text ${index + 1} of ${texts.length}`}
          onTyped={(sample, value) => {
            const quality = enrolment.submit({ sample, text: value });
            if (quality.quality === 'good') {
              setTyped((before) => texts.map((_, position) => (position === index ? value : (before[position] ?? ''))));
            }
            return quality;
          }}
        />
      ) : (
        <Notice tone="good" live="status">
          That was the last one. Thank you.
        </Notice>
      )}
      <div className="actions">
        {text ? null : <Button onClick={finish}>Continue</Button>}
        <Button look="quiet" onClick={() => dispatch({ type: 'back' })}>
          Back
        </Button>
        {done > 0 ? (
          <Button
            look="quiet"
            onClick={() => {
              const last = steps.findLast(({ status }) => status === 'done');
              if (last) {
                enrolment.restart(last.id);
              }
            }}
          >
            Redo the last text
          </Button>
        ) : null}
      </div>
    </>
  );
}
