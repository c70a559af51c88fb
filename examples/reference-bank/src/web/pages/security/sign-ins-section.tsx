import { type ReactNode, useEffect, useRef, useState } from 'react';
import { Link } from 'react-router';
import type { SignInDisputed, SignInsConfirmed } from '../../api/types';
import { Button } from '../../components/button';
import { DeedError } from '../../components/deed-error';
import { DownloadButton } from '../../components/download-button';
import { Notice } from '../../components/notice';
import { Loading } from '../../components/page';
import { LoadProblem } from '../../components/problem';
import { useCardDeed } from '../../lib/use-card-deed';
import { usePages } from '../../lib/use-pages';
import { useSession } from '../../session/session-context';
import { CARD_SECTION } from './card-section';
import type { SectionProps } from './security-page';
import { SignInTable } from './sign-in-table';
import { entriesText } from './typing-section';

type Outcome = SignInsConfirmed | SignInDisputed;
/** `turn` counts them: each is read out anew. */
type Brought = { outcome: Outcome; turn: number };

/** What a confirmation has brought, in words. */
export function confirmedText({ learned, dropped }: Pick<SignInsConfirmed, 'learned' | 'dropped'>): string {
  if (learned + dropped === 0) {
    return 'They are marked as yours.';
  }
  const kept = learned === 0 ? '' : `We learned from ${entriesText(learned)}.`;
  const gone = dropped === 0 ? '' : `We deleted ${entriesText(dropped)} without learning from ${dropped === 1 ? 'it' : 'them'}.`;
  return [kept, gone].filter((part) => part !== '').join(' ');
}

const FORGOTTEN: Record<SignInDisputed['typing'], string> = {
  none: '',
  unchanged: 'We had learned nothing of your typing that has to be forgotten.',
  'rolled-back': 'We forgot what we had learned of your typing that is not surely yours.',
  'enrol-again': 'Too little of what we had learned of your typing is surely yours, so we forgot all of it.',
};

/** What a dispute has brought, in words. */
export function disputedText({ already, sessionsEnded, typing }: Pick<SignInDisputed, 'already' | 'sessionsEnded' | 'typing'>): string {
  if (already) {
    return 'You had told us of it before, and nothing more had to be done.';
  }
  const browsers = sessionsEnded === 1 ? '1 other browser' : `${sessionsEnded} other browsers`;
  const ended = sessionsEnded === 0 ? 'Nobody else was signed in.' : `We signed out ${browsers}.`;
  return [ended, FORGOTTEN[typing], 'We sent you an e-mail, and look into it.'].filter((part) => part !== '').join(' ');
}

export function SignInsSection({ reload }: Pick<SectionProps, 'reload'>) {
  const { auth } = useSession();
  const pages = usePages(
    async (before, signal) => {
      const { signIns, next } = await auth.history(before, signal);
      return { items: signIns, next };
    },
    [auth],
  );
  const [brought, setBrought] = useState<Brought | null>(null);
  const confirming = useCardDeed((confirmation, idempotencyKey) => auth.confirmSignIns(confirmation, { idempotencyKey }));
  const hasOpen = pages.items?.some((signIn) => signIn.outcome === 'signed-in' && !signIn.confirmed && !signIn.disputed);

  function take(outcome: Outcome): void {
    setBrought((last) => ({ outcome, turn: (last?.turn ?? 0) + 1 }));
    reload();
    pages.reload();
  }

  async function confirmAll(): Promise<void> {
    const confirmed = await confirming.run({
      binding: 'sign-ins/confirm',
      title: 'Confirm your sign-ins',
      lead: 'By this you say that all the sign-ins in the list were your own.',
      submitLabel: 'They were all me',
    });
    if (confirmed !== null) {
      take(confirmed);
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
      {brought === null ? null : (
        <Focused key={brought.turn}>
          <OutcomeNotice outcome={brought.outcome} />
        </Focused>
      )}
      {pages.error === undefined ? null : <LoadProblem text={pages.error} onRetry={pages.items ? pages.more : pages.reload} />}
      {pages.items ? <SignInTable signIns={pages.items} onDisputed={take} /> : pages.isLoading ? <Loading what="sign-ins" /> : null}
      {pages.hasMore ? (
        <div className="actions">
          <Button look="secondary" busy={pages.isLoading} onClick={pages.more}>
            Show older sign-ins
          </Button>
        </div>
      ) : null}
      <Notice tone="info" title="Were these all you?">
        <p>
          If one was not, say so in its row.{' '}
          {hasOpen ? 'If they were, you can confirm them with your card.' : 'If they were, there is nothing to do.'}
        </p>
        {hasOpen ? (
          <div className="actions">
            <Button look="secondary" busy={confirming.pending} onClick={() => void confirmAll()}>
              These were all me
            </Button>
          </div>
        ) : null}
      </Notice>
      <DeedError text={confirming.error} />
      {confirming.dialog}
    </section>
  );
}

function OutcomeNotice({ outcome }: { outcome: Outcome }) {
  if (outcome.status === 'confirmed') {
    return (
      <Notice tone="good" title="Thank you">
        {confirmedText(outcome)}
      </Notice>
    );
  }
  return (
    <Notice tone="warning" title="Thank you for telling us">
      <p>{disputedText(outcome)}</p>
      <p>
        <Link to="/security/password">Change your password now</Link>, to one that you use nowhere else.
      </p>
      {outcome.byCard ? (
        <p>
          Your card was used in that sign-in, so somebody else has it or a copy. <a href={`#${CARD_SECTION}`}>Report it as lost</a>, and get
          a new one.
        </p>
      ) : null}
      {outcome.typing === 'enrol-again' ? (
        <p>
          After that, <Link to="/security/typing">set up your typing again</Link>.
        </p>
      ) : null}
    </Notice>
  );
}

/** Takes the focus when it appears: what had it before is gone with the list. */
function Focused({ children }: { children: ReactNode }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => place.current?.focus(), []);
  return (
    <div ref={place} tabIndex={-1}>
      {children}
    </div>
  );
}
