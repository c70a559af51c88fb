import { createContext, useContext } from 'react';
import { Link } from 'react-router';
import type { OperatorAlert } from '../../api/operator-types';
import { Loading, PageHeading } from '../../components/page';
import { LoadProblem } from '../../components/problem';
import { RowAction } from '../../components/row-action';
import { alertText } from '../../lib/alert-words';
import { formatDayAndTime } from '../../lib/dates';
import { useConsole } from './console-context';
import { CustomerLink } from './customer-link';
import { alertFacts, reasonWords } from './operator-words';
import type { Live } from './use-live';

export const AlertsContext = createContext<Live<OperatorAlert[]>>({ data: undefined, error: undefined, reload: () => undefined });

/** All alerts, kept up to date for the whole console. */
export const useAlerts = (): Live<OperatorAlert[]> => useContext(AlertsContext);

/** An alert that nobody has seen yet, and no right code has answered. */
export const isOpenAlert = ({ acknowledged, settled }: Pick<OperatorAlert, 'acknowledged' | 'settled'>): boolean =>
  !acknowledged && !settled;

export function AlertsPage() {
  const { data, error, reload } = useAlerts();
  return (
    <>
      <PageHeading title="Alerts">
        <p className="muted">What should be seen by somebody. A right code of the card answers a doubt by itself.</p>
      </PageHeading>
      {error === undefined ? null : <LoadProblem text={error} onRetry={reload} />}
      {data === undefined && error === undefined ? <Loading what="alerts" /> : null}
      {data === undefined ? null : (
        <section className="panel" aria-label="Alerts">
          {data.length === 0 ? (
            <p className="empty">No alerts.</p>
          ) : (
            <ul className="rows" aria-label="Alerts">
              {[...data.filter(isOpenAlert), ...data.filter((alert) => !isOpenAlert(alert))].map((alert) => (
                <AlertRow key={alert.id} alert={alert} onChanged={reload} />
              ))}
            </ul>
          )}
        </section>
      )}
    </>
  );
}

function AlertRow({ alert, onChanged }: { alert: OperatorAlert; onChanged: () => void }) {
  const { operators } = useConsole();
  const { id, at, code, customer, email, session, reasons, detail, acknowledged, settled } = alert;
  const facts = alertFacts(detail);
  /** Two of one name must be told apart by ear, too. */
  const whose = email === null ? customer : `${customer}, ${email}`;
  return (
    <li className={isOpenAlert(alert) ? 'row row-open' : 'row'}>
      <div className="row-text">
        <p>
          <strong>{alertText(code)}</strong>
        </p>
        <p className="detail">
          <CustomerLink name={customer} email={email} />
        </p>
        {reasons.length === 0 ? null : <p>Because: {reasons.map(reasonWords).join('; ')}</p>}
        {facts === '' ? null : <p className="muted">{facts}</p>}
        <p className="muted">
          {formatDayAndTime(at)}
          {session === null ? null : (
            <>
              {' · '}
              <Link to={`/operator/sessions/${encodeURIComponent(session)}`}>
                See the session<span className="visually-hidden"> of {whose}</span>
              </Link>
            </>
          )}
        </p>
      </div>
      {acknowledged ? (
        <span className="tag tag-good">Acknowledged</span>
      ) : settled ? (
        <span className="tag tag-good">Answered by the card</span>
      ) : (
        <RowAction
          label="Acknowledge"
          about={`${alertText(code)}, ${whose}`}
          act={async (idempotencyKey) => {
            await operators.acknowledgeAlert(id, { idempotencyKey });
            onChanged();
          }}
        />
      )}
    </li>
  );
}
