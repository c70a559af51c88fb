import { useEffect } from 'react';
import { Link } from 'react-router';
import type { LiveSession } from '../../api/operator-types';
import { Loading, PageHeading } from '../../components/page';
import { LoadProblem } from '../../components/problem';
import { formatAgo, formatSpan } from '../../lib/dates';
import { useConsole } from './console-context';
import { byUrgency, levelTone, levelWords, measureWords, nameOf } from './operator-words';
import { RiskBar } from './risk-bar';
import { useLive, useNow } from './use-live';

export function LiveSessionsPage() {
  const { operators, activity } = useConsole();
  const { data, error, reload } = useLive(
    (signal) => operators.live(signal),
    ({ topic }) => topic === 'session',
    [operators],
  );
  useEffect(() => {
    for (const { id, evidence } of data?.sessions ?? []) {
      if (evidence !== null) {
        activity.note(id, evidence);
      }
    }
  }, [data, activity]);
  return (
    <>
      <PageHeading title="Live sessions">
        <p className="muted">Customers who are signed in and have agreed to be checked. The most doubtful come first.</p>
      </PageHeading>
      {error === undefined ? null : <LoadProblem text={error} onRetry={reload} />}
      {data === undefined && error === undefined ? <Loading what="live sessions" /> : null}
      {data === undefined ? null : (
        <section className="panel" aria-label="Live sessions">
          {data.sessions.length === 0 ? (
            <p className="empty">Nobody is being checked at the moment.</p>
          ) : (
            <SessionTable sessions={data.sessions} />
          )}
          {data.isWhole ? null : <p className="hint">There are more sessions than are shown here.</p>}
        </section>
      )}
    </>
  );
}

function SessionTable({ sessions }: { sessions: readonly LiveSession[] }) {
  const now = useNow();
  return (
    <table className="table table-live">
      <caption className="visually-hidden">Live sessions</caption>
      <thead>
        <tr>
          <th scope="col">Customer</th>
          <th scope="col">Level</th>
          <th scope="col">Risk</th>
          <th scope="col">Signed in</th>
          <th scope="col">Last seen</th>
        </tr>
      </thead>
      <tbody>
        {[...sessions].sort(byUrgency).map((session) => (
          <SessionRow key={session.id} session={session} now={now} />
        ))}
      </tbody>
    </table>
  );
}

function SessionRow({ session, now }: { session: LiveSession; now: number }) {
  const { id, evidence, startedAt } = session;
  const measure = measureWords(session);
  return (
    <tr>
      <th scope="row" className="cell-name">
        <Link to={`/operator/sessions/${encodeURIComponent(id)}`}>{nameOf(session)}</Link>
      </th>
      <td className="cell-level">
        <span className="tags">
          {evidence === null ? null : <span className={levelTone(evidence.level)}>{levelWords(evidence.level)}</span>}
          {measure === null ? null : <span className="tag">{measure}</span>}
        </span>
      </td>
      <td className="cell-risk">{evidence === null ? null : <RiskBar risk={evidence.risk} />}</td>
      <td className="cell-since">
        <span className="cell-label">Signed in for </span>
        {formatSpan(now - startedAt)}
      </td>
      <td className="cell-seen">
        <span className="cell-label">Seen </span>
        {evidence?.lastAt == null ? 'nothing yet' : formatAgo(evidence.lastAt, now)}
      </td>
    </tr>
  );
}
