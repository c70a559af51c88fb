import { useState } from 'react';
import { messageFor } from '../api/messages';
import { usePending, useRetriable } from '../lib/use-submit';
import { Button, type ButtonProps } from './button';

/** A button for one row of a list, with the row's own pending state, error and idempotency key. */
export function RowAction({
  label,
  about,
  look = 'secondary',
  act,
}: {
  label: string;
  /** What the deed is about, for those who do not see the row. */
  about: string;
  look?: NonNullable<ButtonProps['look']>;
  act: (idempotencyKey: string) => Promise<void>;
}) {
  const [error, setError] = useState<string | undefined>();
  const { pending, run } = usePending();
  const sender = useRetriable((_body: null, idempotencyKey: string) => act(idempotencyKey));
  return (
    <div className="row-action">
      <Button
        look={look}
        busy={pending}
        onClick={() =>
          void run(async () => {
            setError(undefined);
            try {
              await sender.submit(label, () => null);
            } catch (failure) {
              setError(messageFor(failure));
            }
          })
        }
      >
        {label}
        <span className="visually-hidden"> ({about})</span>
      </Button>
      {error === undefined ? null : (
        <p className="field-error" role="alert">
          {error}
        </p>
      )}
    </div>
  );
}
