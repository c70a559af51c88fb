import { type SubmitEvent, useState } from 'react';
import { Link } from 'react-router';
import { Button } from '../../components/button';
import { ErrorSummary } from '../../components/error-summary';
import { PasswordField } from '../../components/password-field';

const NONE: readonly never[] = [];

/** Asks for the password in force. It is checked by the bank at the end, together with everything else. */
export function CurrentPasswordForm({ problem, onGiven }: { problem: string | undefined; onGiven: (password: string) => void }) {
  const [password, setPassword] = useState('');
  const [shown, setShown] = useState(problem);

  function onSubmit(event: SubmitEvent<HTMLFormElement>): void {
    event.preventDefault();
    if (password === '') {
      setShown('Enter your current password.');
      return;
    }
    onGiven(password);
  }

  return (
    <>
      <ErrorSummary problems={shown === undefined ? NONE : [{ id: 'current-password', text: shown }]} />
      <form className="form panel" noValidate onSubmit={onSubmit}>
        <PasswordField
          id="current-password"
          label="Current password"
          autoComplete="current-password"
          value={password}
          error={shown}
          onChange={(event) => setPassword(event.target.value)}
        />
        <div className="actions">
          <Button type="submit">Continue</Button>
          <Link className="button button-quiet" to="/security">
            Cancel
          </Link>
        </div>
      </form>
    </>
  );
}
