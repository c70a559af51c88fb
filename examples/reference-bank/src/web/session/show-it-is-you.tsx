import { useState } from 'react';
import { useLocation } from 'react-router';
import { ApiError } from '../api/api-error';
import { isStale, messageFor } from '../api/messages';
import type { TextAsked } from '../api/types';
import { Button } from '../components/button';
import { CardPrompt } from '../components/card-prompt';
import { Dialog } from '../components/dialog';
import { Notice } from '../components/notice';
import { TextEntry, type TypedAnswer } from '../components/text-entry';
import type { TypingSample } from '../lib/typing-sample';
import { usePending, useRetriable } from '../lib/use-submit';
import { useChecks } from './session-checks';
import { useSession } from './session-context';

/** `said`: why there is another text. */
type Stage = { is: 'closed' } | { is: 'card'; lead: string } | { is: 'text'; asked: TextAsked; said?: string };

const CARD = 'A code from your card ends the question.';
const CARD_AFTER_TEXT = 'The text did not settle it. A code from your card does.';
const CARD_ONLY = 'A text can not help now. A code from your card does.';

/** Whether the bank takes no text any more, and the card is what is left. */
const needsCard = (failure: unknown): boolean =>
  failure instanceof ApiError && ['ERR_TEXT_UNAVAILABLE', 'ERR_STEP_UP_NEEDED', 'ERR_THROTTLED'].includes(failure.code);

/**
 * Asks a customer whose session is doubted to show that it is him: by a text that he types, or by his card. It takes nothing away and can be left; what moves
 * money or changes something waits until then, on the server.
 */
export function ShowItIsYou() {
  const { state, settled } = useChecks();
  const { auth } = useSession();
  const [stage, setStage] = useState<Stage>({ is: 'closed' });
  const [error, setError] = useState<string | undefined>();
  const { key } = useLocation();
  /** On which page he was thanked: the next one says nothing of it. */
  const [thanks, setThanks] = useState<string | null>(null);
  const { pending, run } = usePending();
  const sender = useRetriable((body: { challenge: string; text: string; sample: TypingSample }, idempotencyKey: string) =>
    auth.text(body, { idempotencyKey }),
  );

  function done(): void {
    setStage({ is: 'closed' });
    setThanks(key);
    settled();
  }

  async function askForText(said?: string): Promise<void> {
    setError(undefined);
    try {
      const asked = await auth.textStart();
      setStage(said === undefined ? { is: 'text', asked } : { is: 'text', asked, said });
    } catch (failure) {
      if (needsCard(failure)) {
        setStage({ is: 'card', lead: said === undefined ? CARD_ONLY : CARD_AFTER_TEXT });
      } else {
        setStage({ is: 'closed' });
        setError(messageFor(failure));
      }
    }
  }

  async function judge(challenge: string, sample: TypingSample, text: string): Promise<TypedAnswer> {
    try {
      const outcome = await sender.submit(`${challenge} ${text}`, () => ({ challenge, text, sample }));
      if (outcome.status === 'confirmed') {
        done();
      } else if (outcome.status === 'code') {
        setStage({ is: 'card', lead: CARD_AFTER_TEXT });
      } else {
        await askForText(outcome.message);
      }
    } catch (failure) {
      if (isStale(failure)) {
        await askForText('That text was not taken any more. Please type this one.');
      } else if (needsCard(failure)) {
        setStage({ is: 'card', lead: CARD_ONLY });
      } else {
        return { again: messageFor(failure) };
      }
    }
    return undefined;
  }

  if (state !== 'confirm') {
    return (
      <div role="status">
        {thanks === key && (state === 'on' || state === 'checking') ? (
          <Notice tone="good">Thank you. Everything works as before.</Notice>
        ) : null}
      </div>
    );
  }
  return (
    <>
      <Notice tone="warning" title="Please show that it is you" live="alert">
        <p>
          What was typed and pointed at in the last minutes did not look quite like you. That can happen: a new keyboard, a sore hand, a
          hurry. You can look around meanwhile; transfers and changes wait until you have shown it.
        </p>
        <div className="actions">
          <Button busy={pending} onClick={() => void run(() => askForText())}>
            Type a short text
          </Button>
          <Button look="secondary" onClick={() => setStage({ is: 'card', lead: CARD })}>
            Use my card
          </Button>
        </div>
        {error === undefined ? null : (
          <p className="field-error" role="alert">
            {error}
          </p>
        )}
      </Notice>
      {stage.is === 'text' ? (
        <Dialog title="Type this text" lead="As you always type. Mistakes do not matter." onDismiss={() => setStage({ is: 'closed' })}>
          <TextEntry
            key={stage.asked.challenge}
            target={stage.asked.text}
            said={stage.said}
            label="Your typing"
            field="challenge-text"
            submitLabel="Done"
            onTyped={(sample, text) => judge(stage.asked.challenge, sample, text)}
          >
            <Button look="quiet" onClick={() => setStage({ is: 'card', lead: CARD })}>
              Use my card instead
            </Button>
          </TextEntry>
        </Dialog>
      ) : null}
      {stage.is === 'card' ? (
        <Dialog title="Confirm with your card" lead={stage.lead} onDismiss={() => setStage({ is: 'closed' })}>
          <CardPrompt
            id="session-code"
            submitLabel="Confirm"
            isFocusedFirst
            ask={() => auth.stepUpStart({ purpose: 'session' })}
            answer={async (body, idempotencyKey) => {
              await auth.showItIsMe(body, { idempotencyKey });
              done();
            }}
          >
            <Button look="quiet" onClick={() => setStage({ is: 'closed' })}>
              Cancel
            </Button>
          </CardPrompt>
        </Dialog>
      ) : null}
    </>
  );
}
