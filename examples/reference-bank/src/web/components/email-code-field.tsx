import { TextField } from './field';

/** The code that was sent by e-mail, with the way to the demonstration's mailbox. */
export function EmailCodeField({ value, error, onChange }: { value: string; error: string | undefined; onChange: (code: string) => void }) {
  return (
    <div className="stack-small">
      <TextField
        id="email-code"
        label="Code from the e-mail"
        hint="Six digits. It can take a minute to arrive."
        inputMode="numeric"
        autoComplete="one-time-code"
        maxLength={32}
        className="input input-code"
        value={value}
        error={error}
        onChange={(event) => onChange(event.target.value)}
      />
      <p className="hint">
        This demonstration sends no e-mail:{' '}
        <a href="/mailbox" target="_blank" rel="noreferrer">
          open the demo mailbox (new tab)
        </a>
        .
      </p>
    </div>
  );
}
