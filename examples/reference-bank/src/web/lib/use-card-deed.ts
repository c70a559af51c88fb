import { type ReactNode, useState } from 'react';
import { messageFor } from '../api/messages';
import type { SettingsDeed } from '../api/types';
import { type ConfirmationRequest, useCardConfirmation } from '../components/card-confirmation';
import { usePending, useRetriable } from './use-submit';

export interface CardDeed<Answer> {
  /** Asks for the card, then does the deed. Null where the person left the dialog or the deed failed; `error` then says why. */
  run: (request: Omit<ConfirmationRequest, 'purpose' | 'binding'> & { binding: SettingsDeed }) => Promise<Answer | null>;
  pending: boolean;
  error: string | undefined;
  /** To be put into the page. */
  dialog: ReactNode;
}

class DialogLeft extends Error {}

/** A change of the customer's settings, behind a code of the matrix card. A lost answer is retried with the same key and the same confirmation. */
export function useCardDeed<Answer>(act: (confirmation: string, idempotencyKey: string) => Promise<Answer>): CardDeed<Answer> {
  const { confirm, dialog } = useCardConfirmation();
  const { pending, run } = usePending();
  const [error, setError] = useState<string | undefined>();
  const sender = useRetriable(act);

  return {
    pending,
    error,
    dialog,
    async run(request) {
      let answer: Answer | null = null;
      await run(async () => {
        setError(undefined);
        try {
          answer = await sender.submit(request.binding, async () => {
            const confirmation = await confirm({ purpose: 'settings', ...request });
            if (confirmation === null) {
              throw new DialogLeft('the card dialog was left');
            }
            return confirmation;
          });
        } catch (failure) {
          if (!(failure instanceof DialogLeft)) {
            setError(messageFor(failure));
          }
        }
      });
      return answer;
    },
  };
}
