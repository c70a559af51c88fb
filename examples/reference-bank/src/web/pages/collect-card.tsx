import { type SubmitEvent, useState } from 'react';
import { Link } from 'react-router';
import { ApiError } from '../api/api-error';
import { messageFor } from '../api/messages';
import type { CardQuestion, MatrixCardView } from '../api/types';
import { Button } from '../components/button';
import { CardPrompt } from '../components/card-prompt';
import { EmailCodeField } from '../components/email-code-field';
import { ErrorSummary, type FormProblem } from '../components/error-summary';
import { TextField } from '../components/field';
import { MatrixCard } from '../components/matrix-card';
import { Notice } from '../components/notice';
import { PageHeading } from '../components/page';
import { PasswordField } from '../components/password-field';
import { usePending, useRetriable } from '../lib/use-submit';
import { useSession } from '../session/session-context';

interface Proof {
  identifier: string;
  password: string;
  emailCode: string;
}

type Stage =
  | { is: 'proof' }
  | { is: 'card'; proof: Proof; card: MatrixCardView; confirm: CardQuestion; isReplaced: boolean }
  | { is: 'done' };

const TITLES = { proof: 'Collect a new card', card: 'Your new matrix card', done: 'Your card is active' } as const;

export function CollectCardPage() {
  const { auth } = useSession();
  const [stage, setStage] = useState<Stage>({ is: 'proof' });

  async function collect(proof: Proof, idempotencyKey?: string): Promise<{ card: MatrixCardView; confirm: CardQuestion }> {
    const { challenge } = await auth.collectStart();
    return auth.collect({ challenge, ...proof }, idempotencyKey === undefined ? {} : { idempotencyKey });
  }

  return (
    <div className="narrow">
      <PageHeading title={TITLES[stage.is]} step={stage.is} />
      {stage.is === 'proof' ? (
        <ProofForm collect={collect} onCollected={(proof, collected) => setStage({ is: 'card', proof, ...collected, isReplaced: false })} />
      ) : null}
      {stage.is === 'card' ? (
        <>
          <Notice
            tone="warning"
            live={stage.isReplaced ? 'alert' : 'none'}
            title={stage.isReplaced ? 'This is another card' : 'We show this card only once'}
          >
            <p>
              {stage.isReplaced
                ? 'After a wrong code we drew a new card. Throw away the one you printed and print this one.'
                : 'Print it, or copy it by hand, before you go on. Your old card does not work any more.'}
            </p>
          </Notice>
          <MatrixCard card={stage.card} />
          <div className="no-print stack">
            <h2>Show us that you have it</h2>
            <div className="panel">
              <CardPrompt
                id="collect-code"
                submitLabel="Activate my card"
                initial={stage.confirm}
                ask={async () => {
                  const collected = await collect(stage.proof);
                  setStage({ is: 'card', proof: stage.proof, ...collected, isReplaced: true });
                  return collected.confirm;
                }}
                answer={async (body, idempotencyKey) => {
                  await auth.cardConfirm(body, { idempotencyKey });
                  setStage({ is: 'done' });
                }}
              />
            </div>
          </div>
        </>
      ) : null}
      {stage.is === 'done' ? (
        <>
          <Notice tone="good" live="status">
            You can use your new card from now on.
          </Notice>
          <div className="actions">
            <Link className="button button-primary" to="/sign-in">
              Go to sign in
            </Link>
          </div>
        </>
      ) : null}
    </div>
  );
}

function ProofForm({
  collect,
  onCollected,
}: {
  collect: (proof: Proof, idempotencyKey: string) => Promise<{ card: MatrixCardView; confirm: CardQuestion }>;
  onCollected: (proof: Proof, collected: { card: MatrixCardView; confirm: CardQuestion }) => void;
}) {
  const [proof, setProof] = useState<Proof>({ identifier: '', password: '', emailCode: '' });
  const [problems, setProblems] = useState<FormProblem[]>([]);
  const { pending, run } = usePending();
  const sender = useRetriable(collect);
  const problemOf = (id: string): string | undefined => problems.find((problem) => problem.id === id)?.text;

  function onSubmit(event: SubmitEvent<HTMLFormElement>): void {
    event.preventDefault();
    const trimmed = { ...proof, identifier: proof.identifier.trim(), emailCode: proof.emailCode.trim() };
    const missing: FormProblem[] = [
      ...(trimmed.identifier === '' ? [{ id: 'collect-identifier', text: 'Enter your e-mail address.' }] : []),
      ...(trimmed.password === '' ? [{ id: 'collect-password', text: 'Enter your password.' }] : []),
      ...(trimmed.emailCode === '' ? [{ id: 'email-code', text: 'Enter the code from the e-mail.' }] : []),
    ];
    setProblems(missing);
    if (missing.length > 0) {
      return;
    }
    void run(async () => {
      try {
        onCollected(trimmed, await sender.submit(JSON.stringify(trimmed), () => trimmed));
      } catch (failure) {
        const isWrong = failure instanceof ApiError && failure.code === 'ERR_CREDENTIALS';
        setProblems([{ text: isWrong ? 'The e-mail address, the password or the code is not right.' : messageFor(failure) }]);
      }
    });
  }

  return (
    <>
      <p className="lead">When the bank has issued you a new card, you get a code by e-mail. With it you collect the card here.</p>
      <ErrorSummary problems={problems} />
      <form className="form panel" noValidate onSubmit={onSubmit}>
        <TextField
          id="collect-identifier"
          label="E-mail address"
          type="email"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={254}
          value={proof.identifier}
          error={problemOf('collect-identifier')}
          onChange={(event) => setProof({ ...proof, identifier: event.target.value })}
        />
        <PasswordField
          id="collect-password"
          label="Password"
          autoComplete="current-password"
          value={proof.password}
          error={problemOf('collect-password')}
          onChange={(event) => setProof({ ...proof, password: event.target.value })}
        />
        <EmailCodeField
          value={proof.emailCode}
          error={problemOf('email-code')}
          onChange={(emailCode) => setProof({ ...proof, emailCode })}
        />
        <div className="actions">
          <Button type="submit" busy={pending}>
            Show my new card
          </Button>
        </div>
      </form>
    </>
  );
}
