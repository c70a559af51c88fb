import type { SignIn } from '../../api/types';
import { Button } from '../../components/button';
import { DeedError } from '../../components/deed-error';
import { DownloadButton } from '../../components/download-button';
import { Notice } from '../../components/notice';
import { Loading } from '../../components/page';
import { LoadProblem } from '../../components/problem';
import { formatDayAndTime } from '../../lib/dates';
import { useCardDeed } from '../../lib/use-card-deed';
import { usePages } from '../../lib/use-pages';
import { useSession } from '../../session/session-context';
import type { SectionProps } from './security-page';

const OUTCOMES: Record<SignIn['outcome'], { text: string; look: string }> = {
  'signed-in': { text: 'Signed in', look: 'tag tag-good' },
  'step-up': { text: 'Asked for the card', look: 'tag tag-warning' },
  refused: { text: 'Refused', look: 'tag tag-danger' },
  abandoned: { text: 'Not completed', look: 'tag tag-warning' },
};

const FACTORS: Record<string, string> = {
  password: 'password',
  typing: 'typing',
  'matrix-code': 'matrix card',
  'email-code': 'e-mail code',
};

/** By what somebody was recognised, in words: `Password and matrix card`. */
export function factorsText(factors: readonly string[]): string {
  const words = factors.map((factor) => FACTORS[factor] ?? factor);
  const text = words.length < 2 ? (words[0] ?? 'nothing') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function SignInsSection({ security, reload }: SectionProps) {
  const { auth } = useSession();
  const pages = usePages(
    async (before, signal) => {
      const { signIns, next } = await auth.history(before, signal);
      return { items: signIns, next };
    },
    [auth],
  );
  const confirming = useCardDeed((confirmation, idempotencyKey) => auth.confirmSignIns(confirmation, { idempotencyKey }));
  const { quarantined } = security.typing;
  const hasOpen = quarantined > 0 || pages.items?.some(({ outcome, confirmed }) => outcome === 'signed-in' && !confirmed);

  async function confirmAll(): Promise<void> {
    const done = await confirming.run({
      title: 'Confirm your sign-ins',
      lead: 'By this you say that all the sign-ins in the list were your own. We then learn from the entries that are waiting.',
      submitLabel: 'They were mine',
    });
    if (done !== null) {
      reload();
      pages.reload();
    }
  }

  return (
    <section className="panel stack" aria-labelledby="sign-ins-title">
      <div className="panel-head">
        <h2 id="sign-ins-title">Sign-ins</h2>
        <DownloadButton path="/auth/history.csv" name="sign-ins.csv">
          Download sign-ins (CSV)
        </DownloadButton>
      </div>
      {pages.error === undefined ? null : <LoadProblem text={pages.error} onRetry={pages.items ? pages.more : pages.reload} />}
      {pages.items ? <SignInTable signIns={pages.items} /> : pages.isLoading ? <Loading what="sign-ins" /> : null}
      {pages.hasMore ? (
        <div className="actions">
          <Button look="secondary" busy={pages.isLoading} onClick={pages.more}>
            Show older sign-ins
          </Button>
        </div>
      ) : null}
      <Notice tone="info" title="Were these all you?">
        <p>
          If one was not, change your password now.{' '}
          {quarantined > 0
            ? `If they were, confirm them with your card: ${quarantined === 1 ? 'one entry is' : `${quarantined} entries are`} waiting to be learned.`
            : hasOpen
              ? 'If they were, you can confirm them with your card.'
              : 'If they were, there is nothing to do.'}
        </p>
        {hasOpen ? (
          <div className="actions">
            <Button look="secondary" busy={confirming.pending} onClick={() => void confirmAll()}>
              Confirm my sign-ins
            </Button>
          </div>
        ) : null}
      </Notice>
      <DeedError text={confirming.error} />
      {confirming.dialog}
    </section>
  );
}

function SignInTable({ signIns }: { signIns: readonly SignIn[] }) {
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
              {signIn.wordsPerMinute === null ? 'not measured' : `${Math.round(signIn.wordsPerMinute)} wpm`}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
