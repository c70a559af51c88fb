import { Link, useNavigate } from 'react-router';
import type { Security } from '../../api/types';
import { Button } from '../../components/button';
import { DeedError } from '../../components/deed-error';
import { formatDay } from '../../lib/dates';
import { preferences } from '../../lib/preferences';
import { useCardDeed } from '../../lib/use-card-deed';
import { useSession } from '../../session/session-context';
import type { SectionProps } from './security-page';

/** What the state of the template means to its owner. */
export function typingStateText({ state, learned, readyAt }: Security['typing']): string {
  if (state === 'none') {
    return 'Not set up yet';
  }
  return state === 'young' ? `Learning ${Math.min(learned, readyAt)} of ${readyAt}` : 'Ready';
}

export function TypingSection({ security, onChanged }: SectionProps) {
  const { biometrics, typing } = security;
  return (
    <section className="panel stack" aria-labelledby="typing-title">
      <div className="panel-head">
        <h2 id="typing-title">Typing recognition</h2>
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

function Granted({ typing, since }: { typing: Security['typing']; since: number }) {
  return (
    <>
      <div className="typing-state">
        <p>
          <strong>{typingStateText(typing)}</strong>
        </p>
        {typing.state === 'young' ? (
          <progress className="progress" max={typing.readyAt} value={typing.learned} aria-label="Entries learned" />
        ) : null}
        <p className="hint">
          {typing.state === 'ready'
            ? 'We know your rhythm well. Most of the time your password is enough.'
            : typing.state === 'young'
              ? 'Each sign-in that you confirm with your card teaches us a little. Until then we ask for the card each time.'
              : 'Type your password a few times, so that we get to know your rhythm.'}
        </p>
      </div>
      <dl className="facts">
        <div>
          <dt>You agreed on</dt>
          <dd>{formatDay(since)}</dd>
        </div>
        <div>
          <dt>Set up on</dt>
          <dd>{typing.enrolledAt === null ? 'Not yet' : formatDay(typing.enrolledAt)}</dd>
        </div>
        <div>
          <dt>Last learned</dt>
          <dd>{typing.lastLearned === null ? 'Not yet' : formatDay(typing.lastLearned)}</dd>
        </div>
      </dl>
      <div className="actions">
        <Link className="button button-secondary" to="/security/typing">
          {typing.state === 'none' ? 'Set up my typing' : 'Set up my typing again'}
        </Link>
      </div>
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
            title: 'Turn off typing recognition',
            lead: 'We erase your template and every recorded entry at once. From then on you sign in with your password and your card.',
            submitLabel: 'Turn off and erase',
          }
        : {
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
