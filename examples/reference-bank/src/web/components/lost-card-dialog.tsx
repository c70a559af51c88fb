import { useState } from 'react';
import { messageFor } from '../api/messages';
import { usePending, useRetriable } from '../lib/use-submit';
import { useSession } from '../session/session-context';
import { Button } from './button';
import { Dialog } from './dialog';
import { Notice } from './notice';

export function LostCardDialog({ onClose, onReported }: { onClose: () => void; onReported: () => void }) {
  const { auth } = useSession();
  const [error, setError] = useState<string | undefined>();
  const { pending, run } = usePending();
  const sender = useRetriable((_body: null, idempotencyKey: string) => auth.cardLost({ idempotencyKey }));
  return (
    <Dialog
      title="Report your card as lost?"
      lead="We block it at once. Until you have a new one you cannot confirm transfers or changes, and you may not be able to sign in."
      onDismiss={onClose}
    >
      {error === undefined ? null : (
        <Notice tone="danger" live="alert">
          {error}
        </Notice>
      )}
      <div className="actions">
        <Button look="secondary" onClick={onClose}>
          Keep my card
        </Button>
        <Button
          look="danger"
          busy={pending}
          onClick={() =>
            void run(async () => {
              try {
                await sender.submit('lost', () => null);
                onReported();
              } catch (failure) {
                setError(messageFor(failure));
              }
            })
          }
        >
          Block my card
        </Button>
      </div>
    </Dialog>
  );
}
