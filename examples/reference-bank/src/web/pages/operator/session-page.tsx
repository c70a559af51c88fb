import { lazy, type ReactNode, Suspense, useEffect, useMemo, useRef, useState } from 'react';
import { Link, useParams } from 'react-router';
import type { LiveSessionHistory, RiskPoint, SessionEvidence } from '../../api/operator-types';
import { Button } from '../../components/button';
import { Notice } from '../../components/notice';
import { Loading, PageHeading } from '../../components/page';
import { LoadProblem } from '../../components/problem';
import { formatAgo, formatClock, formatDayAndTime, formatSpan } from '../../lib/dates';
import type { ActivityRate } from './activity-log';
import { useAlerts } from './alerts-page';
import { activityChart, riskChart, riskSentence } from './chart-series';
import { useConsole } from './console-context';
import { levelTone, levelWords, measureWords, nameOf, percent, reasonsSentence, templateWords } from './operator-words';
import { RiskBar } from './risk-bar';
import { TerminateDialog } from './terminate-dialog';
import { Ticking } from './ticking';
import { useLive } from './use-live';

const TimeChart = lazy(() => import('./time-chart'));

/** Where a session was locked, or has ended, there is nothing left of its evidence to draw. */
const OVER = 'The checks of this session are over, and their course is not kept.';

export function SessionPage() {
  const { id = '' } = useParams();
  const { operators, activity } = useConsole();
  const { data, error, reload } = useLive(
    (signal) => operators.session(id, signal),
    (change) => change.topic === 'session' && (change.id === id || change.id === ''),
    [operators, id],
  );
  const [isAsking, setAsking] = useState(false);
  const [ended, setEnded] = useState<'terminated' | 'over' | null>(null);
  /** What is known stays on the page when the server has forgotten it with the session. */
  const points = useRef<RiskPoint[]>([]);
  if (data && data.points.length > 0) {
    points.current = data.points;
  }
  useEffect(() => {
    if (data && data.evidence !== null) {
      activity.note(id, data.evidence);
    }
  }, [data, activity, id]);

  return (
    <>
      <p>
        <Link to="/operator">All live sessions</Link>
      </p>
      <PageHeading title={data ? nameOf(data) : 'Session'} />
      {error === undefined ? null : <LoadProblem text={error} onRetry={reload} />}
      {data === undefined && error === undefined ? <Loading what="the session" /> : null}
      <div role="status">
        {ended === null ? null : (
          <Notice tone="good">
            {ended === 'terminated'
              ? 'The session is ended. Its owner gets a mail, and needs the card to sign in again.'
              : 'The session was over already.'}
          </Notice>
        )}
      </div>
      {data === undefined ? null : (
        <>
          <Facts session={data} onTerminate={() => setAsking(true)} />
          <ChartPanel
            title="Risk and confidence"
            empty={data.evidence === null ? OVER : 'No evidence has been compared yet.'}
            rows={points.current.length}
          >
            <RiskFigure points={points.current} />
          </ChartPanel>
          <ChartPanel
            title="How much is typed and pointed at"
            empty={data.evidence === null ? OVER : 'Nothing was typed or pointed at yet.'}
            rows={activity.rates(id).length}
          >
            <ActivityFigure rates={activity.rates(id)} />
          </ChartPanel>
          <SessionAlerts id={id} />
        </>
      )}
      {isAsking && data ? (
        <TerminateDialog
          name={nameOf(data)}
          terminate={(options) => operators.terminate(id, options)}
          onDone={(status) => {
            setAsking(false);
            setEnded(status);
            reload();
          }}
          onDismiss={() => setAsking(false)}
        />
      ) : null}
    </>
  );
}

function Facts({ session, onTerminate }: { session: LiveSessionHistory; onTerminate: () => void }) {
  const { evidence, startedAt, state } = session;
  const measure = measureWords(session);
  return (
    <section className="panel" aria-labelledby="session-facts">
      <div className="panel-head">
        <h2 id="session-facts">Now</h2>
        {state === 'ended' ? null : (
          <Button look="danger" onClick={onTerminate}>
            End this session
          </Button>
        )}
      </div>
      <dl className="facts">
        <Fact name="State">
          <span className="tags">
            {evidence === null ? null : <span className={levelTone(evidence.level)}>{levelWords(evidence.level)}</span>}
            {measure === null && evidence !== null ? null : <span className="tag">{measure ?? 'Not checked any more'}</span>}
          </span>
        </Fact>
        {evidence === null ? null : (
          <>
            <Fact name="Risk">
              <RiskBar risk={evidence.risk} level={evidence.level} />
            </Fact>
            {evidence.level === 'unsettled' ? null : <Fact name="Confidence">{percent(evidence.confidence)}</Fact>}
            <Fact name="Because">{reasonsSentence(evidence.reasons)}</Fact>
            <Fact name="At this level since">{formatClock(evidence.levelSince)}</Fact>
            <Fact name="Compared with">{templateWords(evidence.template)}</Fact>
            <Fact name="Seen">
              {evidence.lastAt === null ? 'Nothing yet' : <SeenFact counts={evidence.counts} lastAt={evidence.lastAt} />}
            </Fact>
            {evidence.counts.replayed + evidence.counts.untrusted === 0 ? null : (
              <Fact name="Unusual parts">
                {evidence.counts.replayed} repeated, {evidence.counts.untrusted} made by a program
              </Fact>
            )}
          </>
        )}
        <Fact name="Signed in">
          {formatDayAndTime(startedAt)}
          {state === 'ended' ? '' : <Ticking text={(now) => `, for ${formatSpan(now - startedAt)}`} />}
        </Fact>
      </dl>
    </section>
  );
}

function SeenFact({ counts: { keys, actions, scored }, lastAt }: { counts: SessionEvidence['counts']; lastAt: number }) {
  return (
    <>
      {keys} keys and {actions} movements, the last <Ticking text={(now) => formatAgo(lastAt, now)} />; {scored} parts compared
    </>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function ChartPanel({ title, empty, rows, children }: { title: string; empty: string; rows: number; children: ReactNode }) {
  return (
    <section className="panel stack" aria-label={title}>
      <h2>{title}</h2>
      {rows === 0 ? <p className="empty">{empty}</p> : <Suspense fallback={<Loading what="the chart" />}>{children}</Suspense>}
    </section>
  );
}

function RiskFigure({ points }: { points: readonly RiskPoint[] }) {
  const data = useMemo(() => riskChart(points), [points]);
  return (
    <>
      <TimeChart data={data} summary={riskSentence(points)} most={100} unit=" %" />
      <ChartTable
        caption="Risk and confidence over time"
        heads={['Time', 'Risk', 'Confidence']}
        rows={points.map(({ at, risk, confidence }) => [formatClock(at), percent(risk), percent(confidence)])}
      />
    </>
  );
}

function ActivityFigure({ rates }: { rates: readonly ActivityRate[] }) {
  // The log hands out another list each time: what it holds tells whether it is another one.
  const key = JSON.stringify(rates);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` stands for the rates.
  const data = useMemo(() => activityChart(rates), [key]);
  return (
    <>
      <p className="hint">Keys and movements a minute. The first figure is the mean of the time before this console looked.</p>
      <TimeChart data={data} summary="Keys and movements a minute over time; the table below says the same." unit="" />
      <ChartTable
        caption="Keys and movements a minute"
        heads={['From', 'To', 'Keys', 'Movements']}
        rows={rates.map(({ from, to, keysPerMinute, actionsPerMinute }) => [
          formatClock(from),
          formatClock(to),
          String(keysPerMinute),
          String(actionsPerMinute),
        ])}
      />
    </>
  );
}

/** The numbers of a chart, the newest first. */
function ChartTable({ caption, heads, rows }: { caption: string; heads: readonly string[]; rows: readonly (readonly string[])[] }) {
  return (
    <details>
      <summary>Show as a table</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls must be reached by the keyboard. */}
      <section className="table-scroll" tabIndex={0} aria-label={caption}>
        <table className="table">
          <caption className="visually-hidden">{caption}</caption>
          <thead>
            <tr>
              {heads.map((head) => (
                <th key={head} scope="col">
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.toReversed().map((cells, row) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place from the beginning, and two may say the same.
              <tr key={rows.length - row}>
                {cells.map((cell, index) => (
                  <td key={heads[index]}>{cell}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </details>
  );
}

function SessionAlerts({ id }: { id: string }) {
  const { data = [] } = useAlerts();
  const found = data.filter(({ session }) => session === id).length;
  return found === 0 ? null : (
    <p>
      <Link to="/operator/alerts">{found === 1 ? 'One alert tells of this session' : `${found} alerts tell of this session`}</Link>
    </p>
  );
}
