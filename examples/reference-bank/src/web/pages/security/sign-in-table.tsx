import type { SignIn, SignInDisputed } from '../../api/types';
import { Button } from '../../components/button';
import { DeedError } from '../../components/deed-error';
import { formatDayAndTime } from '../../lib/dates';
import { useCardDeed } from '../../lib/use-card-deed';
import { useSession } from '../../session/session-context';

const OUTCOMES: Record<SignIn['outcome'], { text: string; look: string }> = {
  'signed-in': { text: 'Signed in', look: 'tag tag-good' },
  'step-up': { text: 'Asked for the card', look: 'tag tag-warning' },
  refused: { text: 'Refused', look: 'tag tag-danger' },
  abandoned: { text: 'Not completed', look: 'tag tag-warning' },
};

const FACTORS: Record<string, string> = {
  password: 'password',
  typing: 'typing',
  face: 'face',
  'matrix-code': 'matrix card',
  'email-code': 'e-mail code',
};

/** By what somebody was recognised, in words: `Password and matrix card`. */
export function factorsText(factors: readonly string[]): string {
  const words = factors.map((factor) => FACTORS[factor] ?? factor);
  const text = words.length < 2 ? (words[0] ?? 'nothing') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
  return text.charAt(0).toUpperCase() + text.slice(1);
}

interface SignInTableProps {
  signIns: readonly SignIn[];
  /** Takes over what a dispute has brought. */
  onDisputed: (disputed: SignInDisputed) => void;
}

export function SignInTable({ signIns, onDisputed }: SignInTableProps) {
  if (signIns.length === 0) {
    return <p className="empty">No sign-ins yet.</p>;
  }
  return (
    <table className="table table-sign-ins">
      <caption className="visually-hidden">Sign-ins, newest first</caption>
      <thead>
        <tr>
          <th scope="col">When</th>
          <th scope="col">Outcome</th>
          <th scope="col">Recognised by</th>
          <th scope="col" className="number">
            Speed
          </th>
          <th scope="col">
            <span className="visually-hidden">Was it you?</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {signIns.map((signIn) => (
          <tr key={signIn.id}>
            <td className="cell-when">
              <time dateTime={new Date(signIn.at).toISOString()}>{formatDayAndTime(signIn.at)}</time>
            </td>
            <td className="cell-outcome">
              <span className={OUTCOMES[signIn.outcome].look}>{OUTCOMES[signIn.outcome].text}</span>
              {signIn.confirmed ? <span className="confirmed"> confirmed by you</span> : null}
            </td>
            <td className="cell-factors">{factorsText(signIn.factors)}</td>
            <td className="number cell-speed">
              {signIn.wordsPerMinute === null ? 'not measured' : `${Math.round(signIn.wordsPerMinute)} words/min`}
            </td>
            <td className="cell-dispute">
              {signIn.disputed ? (
                <span className="tag tag-danger">Not you</span>
              ) : (
                <DisputeAction signIn={signIn} onDisputed={onDisputed} />
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function DisputeAction({ signIn, onDisputed }: { signIn: SignIn } & Pick<SignInTableProps, 'onDisputed'>) {
  const { auth } = useSession();
  const when = formatDayAndTime(signIn.at);
  const deed = useCardDeed((confirmation, idempotencyKey) => auth.disputeSignIn({ confirmation, signIn: signIn.id }, { idempotencyKey }));

  async function dispute(): Promise<void> {
    const disputed = await deed.run({
      binding: `sign-ins/dispute:${signIn.id}`,
      title: 'This was not you?',
      lead: `You say that the sign-in of ${when} was not yours. We sign out every other browser, forget what we learned of your typing without your card, and look into it.`,
      submitLabel: 'It was not me',
    });
    if (disputed !== null) {
      onDisputed(disputed);
    }
  }

  return (
    <>
      <Button look="quiet" busy={deed.pending} onClick={() => void dispute()}>
        This was not me
        <span className="visually-hidden"> ({when})</span>
      </Button>
      <DeedError text={deed.error} />
      {deed.dialog}
    </>
  );
}
