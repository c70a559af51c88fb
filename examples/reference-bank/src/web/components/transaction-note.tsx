import { type SubmitEvent, useEffect, useRef, useState } from 'react';
import { messageFor } from '../api/messages';
import { usePending, useRetriable } from '../lib/use-submit';
import { useCheckedField } from '../session/checked-fields';
import { Button } from './button';
import { FieldFrame } from './field';

export const LONGEST_NOTE = 500;

/** A customer's own words beside a transaction, and the form to change them in its place. */
export function TransactionNote({
  id,
  note,
  about,
  onSave,
}: {
  /** Unique on the page. */
  id: string;
  note: string;
  /** Which transaction, for those who do not see the row. */
  about: string;
  onSave: (note: string, idempotencyKey: string) => Promise<void>;
}) {
  const [isOpen, setOpen] = useState(false);
  const opener = useRef<HTMLButtonElement>(null);
  const wasOpen = useRef(false);
  useEffect(() => {
    // The form is gone with the focus in it: back to where it came from.
    if (wasOpen.current && !isOpen) {
      opener.current?.focus();
    }
    wasOpen.current = isOpen;
  }, [isOpen]);

  if (isOpen) {
    return <NoteForm id={id} note={note} about={about} onSave={onSave} onClose={() => setOpen(false)} />;
  }
  return (
    <span className="note">
      {note === '' ? null : <span className="note-text">{note}</span>}
      <button ref={opener} type="button" className="link-button" onClick={() => setOpen(true)}>
        {note === '' ? 'Add a note' : 'Edit the note'}
        <span className="visually-hidden"> ({about})</span>
      </button>
    </span>
  );
}

function NoteForm({
  id,
  note,
  about,
  onSave,
  onClose,
}: {
  id: string;
  note: string;
  about: string;
  onSave: (note: string, idempotencyKey: string) => Promise<void>;
  onClose: () => void;
}) {
  const [text, setText] = useState(note);
  const [problem, setProblem] = useState<string | undefined>();
  const { pending, run } = usePending();
  const field = useRef<HTMLTextAreaElement>(null);
  const sender = useRetriable((words: string, idempotencyKey: string) => onSave(words, idempotencyKey));
  useCheckedField(field);
  useEffect(() => field.current?.focus(), []);

  function onSubmit(event: SubmitEvent<HTMLFormElement>): void {
    event.preventDefault();
    setProblem(undefined);
    void run(async () => {
      try {
        await sender.submit(text, () => text);
        onClose();
      } catch (failure) {
        setProblem(messageFor(failure));
        field.current?.focus();
      }
    });
  }

  return (
    <form className="note-form" noValidate onSubmit={onSubmit} aria-label={`Note on ${about}`}>
      <FieldFrame id={id} label="Note" hint="For you alone." error={problem}>
        {(described) => (
          <textarea
            id={id}
            ref={field}
            className="input"
            rows={3}
            maxLength={LONGEST_NOTE}
            {...described}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        )}
      </FieldFrame>
      <div className="actions">
        <Button type="submit" busy={pending}>
          Save note
        </Button>
        <Button type="button" look="secondary" onClick={onClose}>
          Cancel
        </Button>
      </div>
    </form>
  );
}
