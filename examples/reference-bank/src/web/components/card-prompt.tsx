import { type ReactNode, type SubmitEvent, useCallback, useEffect, useRef, useState } from 'react';
import { ApiError } from '../api/api-error';
import { isStale, messageFor } from '../api/messages';
import type { CardQuestion } from '../api/types';
import { usePending, useRetriable } from '../lib/use-submit';
import { Button } from './button';
import { emptyCode, isWholeCode, MatrixCodeFields } from './matrix-code';
import { Notice } from './notice';
import { Loading } from './page';

const isSuspension = (failure: unknown): boolean => failure instanceof ApiError && failure.code === 'ERR_CARD_SUSPENDED';

export interface CardPromptProps {
  id: string;
  /** Asks the server which cells to enter. It asks for the same ones until they are answered rightly. */
  ask: () => Promise<CardQuestion>;
  /** A question that is here already. */
  initial?: CardQuestion | null;
  /** Sends the answer. What it throws is told here, unless it deals with it itself. */
  answer: (body: { challenge: string; code: string }, idempotencyKey: string) => Promise<void>;
  submitLabel: string;
  isFocusedFirst?: boolean;
  /** Further buttons, beside the one that submits. */
  children?: ReactNode;
}

/** Asks for a code of the matrix card: gets the question, takes the answer, and asks again after a wrong or a late one. */
export function CardPrompt({ id, ask, initial = null, answer, submitLabel, isFocusedFirst = false, children }: CardPromptProps) {
  const [question, setQuestion] = useState<CardQuestion | null>(initial);
  const [values, setValues] = useState<string[]>(initial ? emptyCode(initial.coordinates) : []);
  const [error, setError] = useState<string | undefined>();
  /** Why there is no question to answer; `again` where asking once more may help. */
  const [blocked, setBlocked] = useState<{ text: string; again: boolean } | undefined>();
  const { pending, run } = usePending();
  const sender = useRetriable(answer);
  const latestAsk = useRef(ask);
  latestAsk.current = ask;

  const askAgain = useCallback(async (): Promise<CardQuestion | null> => {
    try {
      const next = await latestAsk.current();
      setBlocked(undefined);
      setQuestion(next);
      setValues((before) => (before.length === next.coordinates.length ? before : emptyCode(next.coordinates)));
      return next;
    } catch (failure) {
      setBlocked({ text: messageFor(failure), again: !isSuspension(failure) });
      return null;
    }
  }, []);

  const isAsked = useRef(initial !== null);
  useEffect(() => {
    if (!isAsked.current) {
      isAsked.current = true;
      void askAgain();
    }
  }, [askAgain]);

  async function send(asked: CardQuestion): Promise<void> {
    const body = { challenge: asked.challenge, code: values.join('') };
    await sender.submit(JSON.stringify(body), () => body);
  }

  async function submit(asked: CardQuestion): Promise<void> {
    try {
      await send(asked);
    } catch (failure) {
      if (!isStale(failure)) {
        throw failure;
      }
      // Whoever looks for his card is slow: where the same cells are asked for again, what he entered still answers.
      const next = await askAgain();
      if (next && next.coordinates.join() === asked.coordinates.join()) {
        await send(next);
      } else {
        throw failure;
      }
    }
  }

  function onSubmit(event: SubmitEvent<HTMLFormElement>): void {
    event.preventDefault();
    if (!question) {
      return;
    }
    if (!isWholeCode(values)) {
      setError('Enter two characters for each cell.');
      document
        .getElementById(
          `${id}-${Math.max(
            0,
            values.findIndex((value) => value.length < 2),
          )}`,
        )
        ?.focus();
      return;
    }
    setError(undefined);
    void run(async () => {
      try {
        await submit(question);
      } catch (failure) {
        const code = failure instanceof ApiError ? failure.code : '';
        if (isSuspension(failure)) {
          setBlocked({ text: messageFor(failure), again: false });
          return;
        }
        if (code === 'ERR_CODE_WRONG') {
          // Before anything is said: what somebody types who reads it and goes on at once must neither be lost nor run into another field.
          await askAgain();
          setValues(emptyCode(question.coordinates));
        }
        setError(messageFor(failure));
        document.getElementById(`${id}-0`)?.focus();
      }
    });
  }

  if (blocked !== undefined) {
    return (
      <div className="stack">
        <Notice tone="danger" live="alert">
          {blocked.text}
        </Notice>
        {blocked.again || children ? (
          <div className="actions">
            {blocked.again ? (
              <Button busy={pending} onClick={() => void run(async () => void (await askAgain()))}>
                Try again
              </Button>
            ) : null}
            {children}
          </div>
        ) : null}
      </div>
    );
  }
  if (!question) {
    return <Loading what="your card question" />;
  }
  return (
    <form className="form" noValidate onSubmit={onSubmit}>
      <MatrixCodeFields
        id={id}
        coordinates={question.coordinates}
        values={values}
        onChange={setValues}
        error={error}
        isFocusedFirst={isFocusedFirst}
      />
      <div className="actions">
        <Button type="submit" busy={pending}>
          {submitLabel}
        </Button>
        {children}
      </div>
    </form>
  );
}
