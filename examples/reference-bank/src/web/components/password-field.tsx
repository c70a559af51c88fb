import { useState } from 'react';
import { FieldFrame, type TextFieldProps } from './field';

/** A password field with a button that shows what was typed. Paste and password managers work. */
export function PasswordField({ id, label, hint, error, inputRef, ...input }: TextFieldProps) {
  const [shown, setShown] = useState(false);
  return (
    <FieldFrame id={id} label={label} hint={hint} error={error}>
      {(described) => (
        <div className="password">
          <input
            id={id}
            ref={inputRef}
            className="input"
            type={shown ? 'text' : 'password'}
            autoCapitalize="none"
            autoCorrect="off"
            spellCheck={false}
            maxLength={128}
            {...described}
            {...input}
          />
          <button type="button" className="password-toggle" aria-pressed={shown} aria-controls={id} onClick={() => setShown(!shown)}>
            <span className="visually-hidden">Show password</span>
            <span aria-hidden="true">{shown ? 'Hide' : 'Show'}</span>
          </button>
        </div>
      )}
    </FieldFrame>
  );
}
