import { type SubmitEvent, useState } from 'react';
import { Button } from '../../components/button';
import { ErrorSummary, type FormProblem } from '../../components/error-summary';
import { TextField } from '../../components/field';
import type { StepProps } from './register-page';

const EMAIL = /^[^\s@]+@[^\s@]+$/;
const idOfField = (field = ''): string => (field.startsWith('profile') ? 'register-name' : 'register-email');

export function DetailsStep({ state, dispatch }: StepProps) {
  const [name, setName] = useState(state.details.name);
  const [email, setEmail] = useState(state.details.email);
  const [problems, setProblems] = useState<FormProblem[]>(
    state.refusal ? [{ id: idOfField(state.refusal.field), text: state.refusal.text }] : [],
  );
  const problemOf = (id: string): string | undefined => problems.find((problem) => problem.id === id)?.text;

  function onSubmit(event: SubmitEvent<HTMLFormElement>): void {
    event.preventDefault();
    const wrong: FormProblem[] = [
      ...(name.trim().length < 2 ? [{ id: 'register-name', text: 'Enter your name.' }] : []),
      ...(EMAIL.test(email.trim()) ? [] : [{ id: 'register-email', text: 'Enter an e-mail address, like name@example.com.' }]),
    ];
    setProblems(wrong);
    if (wrong.length === 0) {
      dispatch({ type: 'details', details: { name: name.trim(), email: email.trim() } });
    }
  }

  return (
    <>
      <ErrorSummary problems={problems} />
      <form className="form panel" noValidate onSubmit={onSubmit}>
        <TextField
          id="register-name"
          label="Full name"
          autoComplete="name"
          maxLength={100}
          value={name}
          error={problemOf('register-name')}
          onChange={(event) => setName(event.target.value)}
        />
        <TextField
          id="register-email"
          label="E-mail address"
          hint="You sign in with it, and we send you a code to confirm it."
          type="email"
          autoComplete="email"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={254}
          value={email}
          error={problemOf('register-email')}
          onChange={(event) => setEmail(event.target.value)}
        />
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
