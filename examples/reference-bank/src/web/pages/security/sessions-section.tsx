import { RowAction } from '../../components/row-action';
import { formatDayAndTime } from '../../lib/dates';
import { useSession } from '../../session/session-context';
import type { SectionProps } from './security-page';

const STATES = { full: 'Signed in', locked: 'Locked', 'step-up': 'Waiting for the card' } as const;

export function SessionsSection({ security, onChanged }: SectionProps) {
  const { auth } = useSession();
  return (
    <section className="panel" aria-labelledby="sessions-title">
      <h2 id="sessions-title">Where you are signed in</h2>
      <ul className="rows" aria-labelledby="sessions-title">
        {security.sessions.map((session) => (
          <li key={session.id} className="row">
            <div className="row-text">
              <p>
                <strong>{session.current ? 'This browser' : 'Another browser'}</strong> <span className="tag">{STATES[session.state]}</span>
              </p>
              <p className="muted">
                Since {formatDayAndTime(session.startedAt)}, last used {formatDayAndTime(session.lastActivityAt)}
              </p>
            </div>
            {session.current ? null : (
              <RowAction
                label="Sign out there"
                about={`signed in since ${formatDayAndTime(session.startedAt)}`}
                act={async (idempotencyKey) => {
                  await auth.endSession(session.id, { idempotencyKey });
                  onChanged({ ...security, sessions: security.sessions.filter(({ id }) => id !== session.id) });
                }}
              />
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
