import { useMemo } from 'react';
import { Navigate, NavLink, Route, Routes } from 'react-router';
import { useFullSession } from '../../session/session-context';
import { NotFoundPage } from '../not-found';
import { AlertsContext, AlertsPage, isOpenAlert } from './alerts-page';
import { AuditPage } from './audit-page';
import { ConsoleProvider, useConsole } from './console-context';
import { CustomersPage } from './customers-page';
import { LiveSessionsPage } from './live-sessions-page';
import { MessagesPage } from './messages-page';
import { SessionPage } from './session-page';
import { useLive } from './use-live';
import '../../styles/operator.css';

const PLACES = [
  { to: '/operator', label: 'Live sessions' },
  { to: '/operator/alerts', label: 'Alerts' },
  { to: '/operator/customers', label: 'Customers' },
  { to: '/operator/messages', label: 'Messages' },
  { to: '/operator/audit', label: 'Audit log' },
] as const;

const CONNECTIONS = {
  connecting: 'Connecting …',
  live: 'Live',
  reconnecting: 'Connection lost, trying again. What you see may be some seconds old.',
} as const;

/** The operators' console: its own pages, and one stream of changes for all of them. */
export default function OperatorConsole() {
  return useFullSession().role === 'operator' ? (
    <ConsoleProvider>
      <ConsoleFrame />
    </ConsoleProvider>
  ) : (
    <Navigate to="/accounts" replace />
  );
}

function ConsoleFrame() {
  const { operators, connection } = useConsole();
  const { data, error, reload } = useLive(
    (signal) => operators.alerts(signal),
    ({ topic }) => topic === 'alert',
    [operators],
  );
  const alerts = useMemo(() => ({ data, error, reload }), [data, error, reload]);
  const open = data?.filter(isOpenAlert).length ?? 0;
  return (
    <div className="console">
      <div className="console-bar">
        <nav aria-label="Operator console">
          <ul className="console-nav">
            {PLACES.map(({ to, label }) => (
              <li key={to}>
                <NavLink to={to} end>
                  {label}
                  {label === 'Alerts' && open > 0 ? (
                    <span className="console-count">
                      {open}
                      <span className="visually-hidden"> open</span>
                    </span>
                  ) : null}
                </NavLink>
              </li>
            ))}
          </ul>
        </nav>
        <p className={`console-connection console-connection-${connection}`} role="status">
          <span className="console-dot" aria-hidden="true" />
          {CONNECTIONS[connection]}
        </p>
      </div>
      <AlertsContext value={alerts}>
        <Routes>
          <Route index element={<LiveSessionsPage />} />
          <Route path="sessions/:id" element={<SessionPage />} />
          <Route path="alerts" element={<AlertsPage />} />
          <Route path="customers" element={<CustomersPage />} />
          <Route path="messages" element={<MessagesPage />} />
          <Route path="audit" element={<AuditPage />} />
          <Route path="*" element={<NotFoundPage />} />
        </Routes>
      </AlertsContext>
    </div>
  );
}
