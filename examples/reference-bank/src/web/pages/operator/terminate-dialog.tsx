import { useState } from 'react';
import type { PostOptions } from '../../api/client';
import { messageFor } from '../../api/messages';
import { Button } from '../../components/button';
import { DeedError } from '../../components/deed-error';
import { Dialog } from '../../components/dialog';
import { usePending, useRetriable } from '../../lib/use-submit';

/** Asks once more before a session is ended. */
export function TerminateDialog({
  name,
  terminate,
  onDone,
  onDismiss,
}: {
  name: string;
  terminate: (options: PostOptions) => Promise<{ status: 'terminated' | 'over' }>;
  onDone: (status: 'terminated' | 'over') => void;
  onDismiss: () => void;
}) {
  const [error, setError] = useState<string | undefined>();
  const { pending, run } = usePending();
  const sender = useRetriable((_body: null, idempotencyKey: string) => terminate({ idempotencyKey }));

  async function end(): Promise<void> {
    setError(undefined);
    try {
      onDone((await sender.submit('terminate', () => null)).status);
    } catch (failure) {
      setError(messageFor(failure));
    }
  }

  return (
    <Dialog
      title={`End the session of ${name}?`}
      lead="Whoever is at it is signed out at once. The owner gets a mail, and signs in again with password and card. This is written to the audit log."
      onDismiss={onDismiss}
    >
      <DeedError text={error} />
      <div className="actions">
        <Button look="danger" busy={pending} onClick={() => void run(end)}>
          End the session
        </Button>
        <Button look="secondary" onClick={onDismiss}>
          Leave it
        </Button>
      </div>
    </Dialog>
  );
}
