import { type SubmitEvent, useState } from 'react';
import { Button } from '../../components/button';
import { ErrorSummary, type FormProblem } from '../../components/error-summary';
import { NewPasswordField, passwordProblem, usePasswordCheck } from '../../components/new-password';
import { PasswordField } from '../../components/password-field';
import type { StepProps } from './register-page';

/** The password. It is repeated here only where it is not typed several times in the next step anyway. */
export function PasswordStep({ state, dispatch }: StepProps) {
  const [password, setPassword] = useState(state.password);
  const [repeated, setRepeated] = useState('');
  const [problems, setProblems] = useState<FormProblem[]>(state.refusal ? [{ id: 'register-password', text: state.refusal.text }] : []);
  const check = usePasswordCheck(password, [state.details.name, state.details.email]);
  const isRepeated = state.biometrics === 'declined';
  const problemOf = (id: string): string | undefined => problems.find((problem) => problem.id === id)?.text;

  function changePassword(next: string): void {
    setPassword(next);
    // What was wrong with another password is no news about this one.
    setProblems([]);
  }

  function onSubmit(event: SubmitEvent<HTMLFormElement>): void {
    event.preventDefault();
    const weak = passwordProblem(password, check);
    const wrong: FormProblem[] = [
      ...(weak ? [{ id: 'register-password', text: weak }] : []),
      ...(isRepeated && repeated !== password ? [{ id: 'register-repeated', text: 'The two passwords are not the same.' }] : []),
    ];
    setProblems(wrong);
    if (wrong.length === 0) {
      dispatch({ type: 'password', password });
    }
  }

  return (
    <>
      <ErrorSummary problems={problems} />
      <form className="form panel" noValidate onSubmit={onSubmit}>
        <input type="text" name="username" autoComplete="username" value={state.details.email} readOnly hidden />
        <NewPasswordField
          id="register-password"
          value={password}
          check={check}
          error={problemOf('register-password')}
          onChange={changePassword}
        />
        {isRepeated ? (
          <PasswordField
            id="register-repeated"
            label="Repeat the password"
            autoComplete="new-password"
            value={repeated}
            error={problemOf('register-repeated')}
            onChange={(event) => setRepeated(event.target.value)}
          />
        ) : null}
        <div className="actions">
          <Button type="submit">Continue</Button>
          <Button look="quiet" onClick={() => dispatch({ type: 'back' })}>
            Back
          </Button>
        </div>
      </form>
    </>
  );
}
