import { type ReactNode, useCallback, useState } from 'react';
import type { StepUpPurpose } from '../api/types';
import { useSession } from '../session/session-context';
import { Button } from './button';
import { CardPrompt } from './card-prompt';
import { Dialog } from './dialog';

export interface ConfirmationRequest {
  purpose: Exclude<StepUpPurpose, 'login' | 'session'>;
  /** The one deed that the confirmation is good for: the server's digest of a transfer, or the name of a change of settings. */
  binding: string;
  title: string;
  lead?: ReactNode;
  submitLabel: string;
}

/** Asks for the card in a dialog. `confirm` gives the one-time confirmation, or null where the person left the dialog. */
export function useCardConfirmation(): { confirm: (request: ConfirmationRequest) => Promise<string | null>; dialog: ReactNode } {
  const { auth } = useSession();
  const [open, setOpen] = useState<{ request: ConfirmationRequest; settle: (confirmation: string | null) => void } | null>(null);

  const confirm = useCallback(
    (request: ConfirmationRequest) =>
      new Promise<string | null>((resolve) => {
        setOpen({
          request,
          settle: (confirmation) => {
            setOpen(null);
            resolve(confirmation);
          },
        });
      }),
    [],
  );

  const dialog = open ? (
    <Dialog title={open.request.title} lead={open.request.lead} onDismiss={() => open.settle(null)}>
      <CardPrompt
        id="confirm-code"
        submitLabel={open.request.submitLabel}
        isFocusedFirst
        ask={() => auth.stepUpStart({ purpose: open.request.purpose, binding: open.request.binding })}
        answer={async (body, idempotencyKey) => {
          const { confirmation } = await auth.confirmCard(body, { idempotencyKey });
          open.settle(confirmation);
        }}
      >
        <Button look="quiet" onClick={() => open.settle(null)}>
          Cancel
        </Button>
      </CardPrompt>
    </Dialog>
  ) : null;

  return { confirm, dialog };
}
