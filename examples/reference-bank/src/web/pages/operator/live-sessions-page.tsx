import { memo, useEffect, useMemo, useRef } from 'react';
import { Link } from 'react-router';
import type { LiveSession } from '../../api/operator-types';
import { Loading, PageHeading } from '../../components/page';
import { LoadProblem } from '../../components/problem';
import { formatAgo, formatSpan } from '../../lib/dates';
import { useConsole } from './console-context';
import { keepEqual } from './keep-equal';
import { byUrgency, levelTone, levelWords, measureWords, nameOf } from './operator-words';
import { RiskBar } from './risk-bar';
import { Ticking } from './ticking';
import { useLive } from './use-live';

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
        <p className="muted">
          Customers who are signed in and have agreed to be checked, the most doubtful first. A session that the checks have locked is told
          of under Alerts.
        </p>
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

export function SessionTable({ sessions }: { sessions: readonly LiveSession[] }) {
  const shown = useRef<readonly LiveSession[]>([]);
  const rows = useMemo(() => {
    shown.current = keepEqual(shown.current, sessions);
    return [...shown.current].sort(byUrgency);
  }, [sessions]);
  return (
    <table className="table table-live">
      <caption className="visually-hidden">Live sessions</caption>
      <thead>
        <tr>
          <th scope="col">Customer</th>
          <th scope="col">Level</th>
          <th scope="col">Risk</th>
          <th scope="col">Signed in for</th>
          <th scope="col">Last seen</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((session) => (
          <SessionRow key={session.id} session={session} />
        ))}
      </tbody>
    </table>
  );
}

/** Drawn again when its session has changed, and not when another one has. */
const SessionRow = memo(function SessionRow({ session }: { session: LiveSession }) {
  const { id, evidence, startedAt } = session;
  const measure = measureWords(session);
  const lastAt = evidence?.lastAt ?? null;
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
      <td className="cell-risk">{evidence === null ? null : <RiskBar risk={evidence.risk} level={evidence.level} />}</td>
      <td className="cell-since">
        <span className="cell-label">Signed in for </span>
        <Ticking text={(now) => formatSpan(now - startedAt)} />
      </td>
      <td className="cell-seen">
        <span className="cell-label">Seen </span>
        {lastAt === null ? 'nothing yet' : <Ticking text={(now) => formatAgo(lastAt, now)} />}
      </td>
    </tr>
  );
});
