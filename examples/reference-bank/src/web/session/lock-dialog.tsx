import { type ReactNode, type SubmitEvent, useRef, useState } from 'react';
import { ApiError } from '../api/api-error';
import type { ReauthenticateBody } from '../api/auth';
import { messageFor } from '../api/messages';
import type { CardQuestion, LockedSession, LoginOutcome } from '../api/types';
import { Button } from '../components/button';
import { CardPrompt } from '../components/card-prompt';
import { DeedError } from '../components/deed-error';
import { Dialog } from '../components/dialog';
import { Notice } from '../components/notice';
import { PasswordField } from '../components/password-field';
import { preferences } from '../lib/preferences';
import { usePending, useRetriable } from '../lib/use-submit';
import { useTyping } from '../lib/use-typing';
import { useSession } from './session-context';

type Stage = { is: 'password' } | { is: 'code'; question: CardQuestion } | { is: 'suspended' };

const WHY: Readonly<Record<LockedSession['cause'], string>> = {
  idle: 'Nobody used this page for a while, so we hid your accounts.',
  checks: 'What was typed and pointed at did not look like you, so we hid your accounts. We will ask for your card as well.',
};

/** Stands before a locked session: the password again, and a card code where the bank asks for it. It cannot be left but by these, or by signing out. */
export function LockDialog({ name, listens, cause }: { name: string; listens: boolean; cause: LockedSession['cause'] }) {
  const { auth, apply, signOut } = useSession();
  const [stage, setStage] = useState<Stage>({ is: 'password' });
  const leaving = usePending();
  const [leaveError, setLeaveError] = useState<string | undefined>();

  function take(outcome: LoginOutcome): void {
    if (outcome.status === 'signed-in') {
      apply(outcome);
    } else if (outcome.next !== 'matrix-code') {
      setStage({ is: 'suspended' });
    } else {
      setStage({ is: 'code', question: outcome });
    }
  }

  const leave = (
    <Button
      look="quiet"
      busy={leaving.pending}
      onClick={() =>
        void leaving.run(async () => {
          try {
            await signOut();
          } catch (failure) {
            setLeaveError(messageFor(failure));
          }
        })
      }
    >
      Sign out
    </Button>
  );

  return (
    <Dialog
      title="Your session is locked"
      kind="lock"
      lead={
        stage.is === 'password'
          ? `${WHY[cause]} ${name === '' ? 'Enter' : `${name}, enter`} your password to go on where you were.`
          : 'Please confirm with your card to go on where you were.'
      }
    >
      {leaveError === undefined ? null : (
        <Notice tone="danger" live="alert">
          {leaveError}
        </Notice>
      )}
      {cause === 'checks' && stage.is === 'password' ? (
        <Notice tone="info" title="Was it not you?">
          Sign out, and change your password from a device that you trust. Nothing can be paid or changed until your card has been used. We
          have also told you by mail.
        </Notice>
      ) : null}
      {stage.is === 'password' ? <UnlockForm listens={listens} onOutcome={take} leave={leave} /> : null}
      {stage.is === 'code' ? (
        <CardPrompt
          id="unlock-code"
          submitLabel="Confirm"
          isFocusedFirst
          initial={stage.question}
          ask={() => auth.stepUpStart({ purpose: 'login' })}
          answer={async (body, idempotencyKey) => take(await auth.stepUp(body, { idempotencyKey }))}
        >
          {leave}
        </CardPrompt>
      ) : null}
      {stage.is === 'suspended' ? (
        <>
          <Notice tone="danger" live="alert">
            Your matrix card is blocked. Please contact the bank to get a new one, and sign out here.
          </Notice>
          <div className="actions">{leave}</div>
        </>
      ) : null}
    </Dialog>
  );
}

function UnlockForm({ listens, onOutcome, leave }: { listens: boolean; onOutcome: (outcome: LoginOutcome) => void; leave: ReactNode }) {
  const { auth, reload } = useSession();
  const [password, setPassword] = useState('');
  const [error, setError] = useState<string | undefined>();
  /** What is wrong, but not with the password. */
  const [trouble, setTrouble] = useState<string | undefined>();
  const { pending, run } = usePending();
  const input = useRef<HTMLInputElement>(null);
  const typing = useTyping(input, { field: 'password', isOn: listens && preferences.typing() });
  const sender = useRetriable((body: ReauthenticateBody, idempotencyKey: string) => auth.reauthenticate(body, { idempotencyKey }));

  function onSubmit(event: SubmitEvent<HTMLFormElement>): void {
    event.preventDefault();
    if (password === '') {
      setError('Enter your password.');
      input.current?.focus();
      return;
    }
    setError(undefined);
    setTrouble(undefined);
    void run(async () => {
      try {
        onOutcome(
          await sender.submit(password, async () => {
            // First, because it may fail: what was typed is taken once, and a second press would have none.
            const { challenge } = await auth.reauthenticateStart();
            return { challenge, password, typing: await typing.finish() };
          }),
        );
      } catch (failure) {
        if (failure instanceof ApiError && failure.code === 'ERR_SESSION_SCOPE') {
          // Another tab has unlocked this session already.
          await reload();
          return;
        }
        if (failure instanceof ApiError && failure.isOpen) {
          setTrouble(messageFor(failure));
          return;
        }
        setPassword('');
        typing.reset();
        setError(messageFor(failure));
        input.current?.focus();
      }
    });
  }

  return (
    <form className="form" noValidate onSubmit={onSubmit}>
      <DeedError text={trouble} />
      <PasswordField
        id="unlock-password"
        label="Password"
        name="password"
        autoComplete="current-password"
        inputRef={input}
        error={error}
        value={password}
        onChange={(event) => setPassword(event.target.value)}
      />
      <div className="actions">
        <Button type="submit" busy={pending}>
          Unlock
        </Button>
        {leave}
      </div>
    </form>
  );
}
