import { useEffect, useState } from 'react';
import { messageFor } from '../api/messages';
import type { PasswordStrength } from '../api/types';
import { useSession } from '../session/session-context';
import { PasswordField } from './password-field';

const DEBOUNCE_MS = 350;
const WORDS = ['Very weak', 'Weak', 'Fair', 'Good', 'Strong'] as const;
export const LEAST_PASSWORD_LENGTH = 12;
export const MOST_PASSWORD_LENGTH = 128;

/** What is known of a password while it is being chosen. */
export type PasswordCheck =
  | { status: 'none' }
  | { status: 'checking' }
  | { status: 'failed'; text: string }
  | ({ status: 'judged' } & PasswordStrength);

/** Asks the bank how easily a password is guessed, a moment after the last key. */
export function usePasswordCheck(password: string, hints: readonly string[]): PasswordCheck {
  const { auth } = useSession();
  const [check, setCheck] = useState<PasswordCheck>({ status: 'none' });
  const hintsText = JSON.stringify(hints);

  useEffect(() => {
    if (password === '') {
      setCheck({ status: 'none' });
      return;
    }
    setCheck({ status: 'checking' });
    const controller = new AbortController();
    const timer = setTimeout(() => {
      auth.strength({ password, hints: JSON.parse(hintsText) as string[] }, { signal: controller.signal }).then(
        (strength) => setCheck({ status: 'judged', ...strength }),
        (failure: unknown) => {
          if (!controller.signal.aborted) {
            setCheck({ status: 'failed', text: messageFor(failure) });
          }
        },
      );
    }, DEBOUNCE_MS);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [auth, password, hintsText]);

  return check;
}

export function NewPasswordField({
  id,
  value,
  error,
  check,
  onChange,
}: {
  id: string;
  value: string;
  error?: string | undefined;
  check: PasswordCheck;
  onChange: (password: string) => void;
}) {
  return (
    <div className="new-password">
      <PasswordField
        id={id}
        label="New password"
        hint={`At least ${LEAST_PASSWORD_LENGTH} characters. A few words that nobody would put together are easy to type and hard to guess.`}
        autoComplete="new-password"
        maxLength={MOST_PASSWORD_LENGTH}
        value={value}
        error={error}
        onChange={(event) => onChange(event.target.value)}
      />
      <div className="strength" role="status">
        {check.status === 'judged' ? (
          <>
            <meter
              className={`strength-meter strength-${check.score}`}
              aria-label="Strength of the password"
              min={0}
              max={4}
              value={Math.max(check.score, 0.25)}
            >
              {WORDS[check.score]}
            </meter>
            <p>
              <strong>{check.acceptable ? WORDS[check.score] : `${WORDS[check.score]}: please choose another one`}</strong>
            </p>
            {check.warning ? <p>{check.warning}</p> : null}
            {check.suggestions
              .filter((suggestion) => suggestion !== check.warning)
              .map((suggestion) => (
                <p key={suggestion} className="hint">
                  {suggestion}
                </p>
              ))}
          </>
        ) : check.status === 'failed' ? (
          <p>{check.text}</p>
        ) : (
          <p className="hint">{check.status === 'checking' ? 'Checking …' : ' '}</p>
        )}
      </div>
    </div>
  );
}

/** What is wrong with a chosen password, if anything. One that could not be checked here is left to the bank. */
export function passwordProblem(password: string, check: PasswordCheck): string | undefined {
  if ([...password].length < LEAST_PASSWORD_LENGTH) {
    return `Use at least ${LEAST_PASSWORD_LENGTH} characters.`;
  }
  return check.status === 'judged' && !check.acceptable ? 'This password is too easy to guess. Please choose another one.' : undefined;
}
