import { type SubmitEvent, useEffect, useRef, useState } from 'react';
import { Link, Navigate, useLocation, useNavigate } from 'react-router';
import { ApiError } from '../api/api-error';
import type { LoginBody } from '../api/auth';
import { messageFor } from '../api/messages';
import { Button } from '../components/button';
import { ErrorSummary, type FormProblem } from '../components/error-summary';
import { TextField } from '../components/field';
import { Notice } from '../components/notice';
import { PageHeading } from '../components/page';
import { PasswordField } from '../components/password-field';
import { TypingNote } from '../components/typing-note';
import { preferences } from '../lib/preferences';
import { usePending, useRetriable } from '../lib/use-submit';
import { useTyping } from '../lib/use-typing';
import { useSession } from '../session/session-context';
import type { SignedOutReason } from '../session/session-state';

const OVER: Record<SignedOutReason, string> = {
  expired: 'Your session has run out. Please sign in again.',
  ended: 'We ended your session to keep your accounts safe. Please sign in again.',
  'signed-out': 'You are signed out. See you soon.',
  erased: 'Your account and everything we kept about you is erased.',
};

/** Where to go after a sign-in: back to the page that asked for it, or to the role's first page. */
export function nextPlace(state: unknown, role: 'customer' | 'operator'): string {
  const from = typeof state === 'object' && state !== null && 'from' in state ? state.from : undefined;
  return typeof from === 'string' && /^(?:\/[a-z-]+)+$/.test(from) ? from : role === 'operator' ? '/operator' : '/accounts';
}

export function SignInPage() {
  const { session, auth, apply, over, overTold } = useSession();
  const location = useLocation();
  const navigate = useNavigate();
  const [identifier, setIdentifier] = useState('');
  const [password, setPassword] = useState('');
  const [isTypingOn, setTypingOn] = useState(() => preferences.typing());
  const [problems, setProblems] = useState<FormProblem[]>([]);
  // What is told once stays, and what becomes known later takes its place.
  const [told] = useState(over);
  const reason = over ?? told;
  const { pending, run } = usePending();
  const passwordInput = useRef<HTMLInputElement>(null);
  const typing = useTyping(passwordInput, { field: 'password', isOn: isTypingOn });
  const sender = useRetriable((body: LoginBody, idempotencyKey: string) => auth.login(body, { idempotencyKey }));

  useEffect(() => overTold, [overTold]);

  if (session?.state === 'full') {
    return <Navigate to={nextPlace(location.state, session.role)} replace />;
  }
  if (session?.state === 'locked') {
    return <Navigate to="/accounts" replace />;
  }

  async function signIn(): Promise<void> {
    const body = async (): Promise<LoginBody> => {
      // First, because it may fail: what was typed is taken once, and a second press would have none.
      const { challenge } = await auth.loginStart();
      return { challenge, identifier: identifier.trim(), password, typing: await typing.finish() };
    };
    try {
      const outcome = await sender.submit(JSON.stringify([identifier.trim(), password]), body);
      apply(outcome);
      if (outcome.status === 'step-up') {
        navigate('/step-up', { replace: true, state: location.state });
      }
    } catch (failure) {
      setProblems([{ text: messageFor(failure) }]);
      if (!(failure instanceof ApiError && failure.isOpen)) {
        setPassword('');
        typing.reset();
      }
    }
  }

  function onSubmit(event: SubmitEvent<HTMLFormElement>): void {
    event.preventDefault();
    const missing: FormProblem[] = [
      ...(identifier.trim() === '' ? [{ id: 'identifier', text: 'Enter your e-mail address.' }] : []),
      ...(password === '' ? [{ id: 'password', text: 'Enter your password.' }] : []),
    ];
    setProblems(missing);
    if (missing.length === 0) {
      void run(signIn);
    }
  }

  const problemOf = (id: string): string | undefined => problems.find((problem) => problem.id === id)?.text;

  return (
    <div className="narrow">
      <PageHeading title="Sign in" />
      {reason === null || problems.length > 0 ? null : (
        <Notice tone={reason === 'signed-out' || reason === 'erased' ? 'good' : 'info'} live="status">
          {OVER[reason]}
        </Notice>
      )}
      <ErrorSummary problems={problems} title="We could not sign you in" />
      <form className="form panel" noValidate onSubmit={onSubmit}>
        <TextField
          id="identifier"
          label="E-mail address"
          type="email"
          name="username"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={254}
          value={identifier}
          error={problemOf('identifier')}
          onChange={(event) => setIdentifier(event.target.value)}
        />
        <PasswordField
          id="password"
          label="Password"
          name="password"
          autoComplete="current-password"
          inputRef={passwordInput}
          value={password}
          error={problemOf('password')}
          onChange={(event) => setPassword(event.target.value)}
        />
        <div className="actions">
          <Button type="submit" busy={pending}>
            Sign in
          </Button>
          <Link to="/reset">Forgotten your password?</Link>
        </div>
        <TypingNote
          isOn={isTypingOn}
          onChange={(isOn) => {
            setTypingOn(isOn);
            preferences.setTyping(isOn);
          }}
        />
      </form>
      <p className="after-form">
        New here? <Link to="/register">Open an account</Link>
      </p>
    </div>
  );
}
