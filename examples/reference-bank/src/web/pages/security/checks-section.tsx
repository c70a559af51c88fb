import type { Security } from '../../api/types';
import { Button } from '../../components/button';
import { ChecksFacts } from '../../components/checks-facts';
import { DeedError } from '../../components/deed-error';
import { formatDayAndTime, formatSpan } from '../../lib/dates';
import { useCardDeed } from '../../lib/use-card-deed';
import { useChecks } from '../../session/session-checks';
import { useSession } from '../../session/session-context';
import type { SectionProps } from './security-page';

/** What came of the checks of one session, in words. */
export function outcomeWords({ codesAsked, stopped }: Security['checks']['sessions'][number]): string {
  if (stopped) {
    return 'Locked';
  }
  return codesAsked === 0 ? 'Nothing asked' : codesAsked === 1 ? 'Asked once' : `Asked ${codesAsked} times`;
}

export function ChecksSection({ security: { biometrics, checks }, onChanged }: SectionProps) {
  const { auth } = useSession();
  const { decided } = useChecks();
  const isOn = checks.consent === 'granted';
  const deciding = useCardDeed((confirmation, idempotencyKey) =>
    auth.consentToChecks(isOn ? 'declined' : 'granted', confirmation, { idempotencyKey }),
  );

  async function decide(): Promise<void> {
    const changed = await deciding.run(
      isOn
        ? {
            binding: 'consent:session-declined',
            title: 'Turn off checks in the session',
            lead: 'We stop at once, and erase what we have learned of how you type and point in a session.',
            submitLabel: 'Turn off checks',
          }
        : {
            binding: 'consent:session-granted',
            title: 'Turn on checks in the session',
            lead: 'You agree that we look at how you type and point while you are signed in.',
            submitLabel: 'Turn on checks',
          },
    );
    if (changed !== null) {
      onChanged(changed);
      decided();
    }
  }

  return (
    <section className="panel stack" aria-labelledby="checks-title">
      <div className="panel-head">
        <h2 id="checks-title">Checks while you are signed in</h2>
        <span className={isOn ? 'tag tag-good' : 'tag'}>{isOn ? 'On' : 'Off'}</span>
      </div>
      <p>
        {isOn
          ? 'We look at how you type and move the pointer, and ask you when it does not look like you.'
          : 'Nothing is measured while you are signed in.'}
      </p>
      <details>
        <summary>What is measured, and what happens to it</summary>
        <ChecksFacts />
      </details>
      <DeedError text={deciding.error} />
      {biometrics.state === 'declined' ? (
        <p className="hint">Turn on typing recognition first: the checks build on it.</p>
      ) : (
        <div className="actions">
          <Button look="secondary" busy={deciding.pending} onClick={() => void decide()}>
            {isOn ? 'Turn off checks' : 'Turn on checks'}
          </Button>
        </div>
      )}
      {checks.sessions.length === 0 ? null : (
        <>
          <h3 id="checked-title">Sessions that were checked</h3>
          <ul className="rows" aria-labelledby="checked-title">
            {checks.sessions.map((session) => (
              <li key={session.startedAt} className="row">
                <div className="row-text">
                  <p>{formatDayAndTime(session.startedAt)}</p>
                  <p className="muted">
                    {formatSpan(session.endedAt - session.startedAt)}, {session.keys} keys and {session.actions} movements looked at
                  </p>
                </div>
                <span className={session.stopped ? 'tag tag-warning' : 'tag'}>{outcomeWords(session)}</span>
              </li>
            ))}
          </ul>
        </>
      )}
      {deciding.dialog}
    </section>
  );
}
