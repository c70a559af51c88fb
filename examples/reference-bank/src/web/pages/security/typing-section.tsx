import { Link, useNavigate } from 'react-router';
import type { Security } from '../../api/types';
import { Button } from '../../components/button';
import { DeedError } from '../../components/deed-error';
import { formatAge, formatDay } from '../../lib/dates';
import { preferences } from '../../lib/preferences';
import { useCardDeed } from '../../lib/use-card-deed';
import { useSession } from '../../session/session-context';
import type { SectionProps } from './security-page';

type Typing = Security['typing'];

/** What the state of the template means to its owner. */
export function typingStateText({ state, learned, readyAt }: Typing): string {
  if (state === 'none') {
    return 'Not set up yet';
  }
  return state === 'young' ? `Learning ${Math.min(learned, readyAt)} of ${readyAt}` : 'Ready';
}

const HINTS: Record<Typing['state'], string> = {
  ready: 'We know your rhythm well. Most of the time your password is enough.',
  young: 'Each sign-in that you confirm with your card teaches us a little. Until then we ask for the card each time.',
  none: 'Type your password a few times, so that we get to know your rhythm. Until then we ask for the card each time.',
};

/** `1 entry`, `3 entries`. */
export const entriesText = (count: number): string => (count === 1 ? '1 entry' : `${count} entries`);

/** What a card code made of the entries that waited for one. */
export function releasedText({ learned, dropped }: { learned: number; dropped: number }): string {
  if (learned === 0 && dropped === 0) {
    return 'Nothing was waiting';
  }
  const parts = [learned > 0 ? `${learned} learned` : '', dropped > 0 ? `${dropped} deleted` : ''];
  return parts.filter((part) => part !== '').join(', ');
}

export function TypingSection({ security, onChanged }: SectionProps) {
  const { biometrics, typing } = security;
  return (
    <section className="panel stack" aria-labelledby="typing-title">
      <div className="panel-head">
        <h2 id="typing-title">How you type</h2>
        <span className={biometrics.state === 'granted' ? 'tag tag-good' : 'tag'}>{biometrics.state === 'granted' ? 'On' : 'Off'}</span>
      </div>
      {biometrics.state === 'granted' ? <Granted typing={typing} since={biometrics.since} /> : null}
      {biometrics.state === 'declined' ? (
        <p>Nothing about your typing is measured or kept. You sign in with your password and your card.</p>
      ) : null}
      <ConsentButton security={security} onChanged={onChanged} />
    </section>
  );
}

function Granted({ typing, since }: { typing: Typing; since: number }) {
  const { state, learned, readyAt, enrolledAt, lastLearned } = typing;
  return (
    <>
      <div className="typing-state">
        <p>
          <strong>{typingStateText(typing)}</strong>
        </p>
        {state === 'young' ? <progress className="progress" max={readyAt} value={learned} aria-label="Entries learned" /> : null}
        <p className="hint">{HINTS[state]}</p>
      </div>
      <dl className="facts">
        <div>
          <dt>You agreed on</dt>
          <dd>{formatDay(since)}</dd>
        </div>
        <div>
          <dt>Set up on</dt>
          <dd>{enrolledAt === null ? 'Not yet' : `${formatDay(enrolledAt)}, ${formatAge(enrolledAt)}`}</dd>
        </div>
        {state === 'none' ? null : (
          <>
            <div>
              <dt>Learned so far</dt>
              <dd>{entriesText(learned)}</dd>
            </div>
            <div>
              <dt>Last learned</dt>
              <dd>{lastLearned === null ? 'Not yet' : formatDay(lastLearned)}</dd>
            </div>
            <WithoutCard typing={typing} />
          </>
        )}
      </dl>
      <div className="actions">
        <Link className="button button-secondary" to="/security/typing">
          {state === 'none' ? 'Set up my typing' : 'Set up my typing again'}
        </Link>
      </div>
    </>
  );
}

function WithoutCard({ typing: { released } }: { typing: Typing }) {
  return (
    <>
      <div>
        <dt>Sign-ins without your card</dt>
        <dd>
          Not learned from
          <p className="hint">We learn from what you type when your card vouches for you, and from nothing else.</p>
        </dd>
      </div>
      {released === null ? null : (
        <div>
          <dt>At your last card code</dt>
          <dd>
            {releasedText(released)}, {formatDay(released.at)}
          </dd>
        </div>
      )}
    </>
  );
}

function ConsentButton({ security, onChanged }: Pick<SectionProps, 'security' | 'onChanged'>) {
  const { auth, reload } = useSession();
  const navigate = useNavigate();
  const isGranted = security.biometrics.state === 'granted';
  const next = isGranted ? 'declined' : 'granted';
  const deed = useCardDeed((confirmation, idempotencyKey) => auth.consent({ biometrics: next, confirmation }, { idempotencyKey }));

  async function change(): Promise<void> {
    const changed = await deed.run(
      isGranted
        ? {
            binding: 'consent:declined',
            title: 'Turn off typing recognition',
            lead: 'We erase your template and every recorded entry at once, and your face with them. From then on you sign in with your password and your card.',
            submitLabel: 'Turn off and erase',
          }
        : {
            binding: 'consent:granted',
            title: 'Turn on typing recognition',
            lead: 'We measure when keys go down and up while you type your password, never which keys. The template is encrypted and used for nothing but recognising you.',
            submitLabel: 'I agree, turn it on',
          },
    );
    if (changed === null) {
      return;
    }
    preferences.setTyping(next === 'granted');
    onChanged(changed);
    await reload();
    if (next === 'granted') {
      navigate('/security/typing');
    }
  }

  return (
    <>
      <DeedError text={deed.error} />
      <div className="actions">
        <Button look={isGranted ? 'secondary' : 'primary'} busy={deed.pending} onClick={() => void change()}>
          {isGranted ? 'Turn off typing recognition' : 'Turn on typing recognition'}
        </Button>
      </div>
      {deed.dialog}
    </>
  );
}
