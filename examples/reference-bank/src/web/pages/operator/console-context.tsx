import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef, useState } from 'react';
import { ApiError } from '../../api/api-error';
import { type OperatorCalls, operatorCalls } from '../../api/operator';
import { useSession } from '../../session/session-context';
import { ActivityLog } from './activity-log';
import { type ConnectionState, type ConsoleChange, listenToConsole } from './console-events';

interface Console {
  operators: OperatorCalls;
  connection: ConnectionState;
  subscribe: (listener: (change: ConsoleChange) => void) => () => void;
  /** How much was typed and pointed at, as this console has seen it come. */
  activity: ActivityLog;
}

const ConsoleContext = createContext<Console | null>(null);

export function useConsole(): Console {
  const value = useContext(ConsoleContext);
  if (value === null) {
    throw new Error('useConsole must be called below ConsoleProvider');
  }
  return value;
}

/** One stream of changes for all pages of the console, as long as the operator's session is open. */
export function ConsoleProvider({ children }: { children: ReactNode }) {
  const { client, session, auth, reload, epoch } = useSession();
  const [connection, setConnection] = useState<ConnectionState>('connecting');
  const listeners = useRef(new Set<(change: ConsoleChange) => void>());
  const [activity] = useState(() => new ActivityLog());
  const operators = useMemo(() => operatorCalls(client), [client]);
  const calls = useRef({ auth, reload });
  calls.current = { auth, reload };
  const isOpen = session?.state === 'full';

  // biome-ignore lint/correctness/useExhaustiveDependencies: a session that was opened again is another one.
  useEffect(() => {
    if (!isOpen) {
      return;
    }
    return listenToConsole({
      open: () => new EventSource('/auth/operators/events'),
      onChange: (change) => {
        for (const listener of listeners.current) {
          listener(change);
        }
      },
      onState: setConnection,
      onRefused: async () => {
        try {
          // A request that is made in the usual way renews the tokens, or finds out that the session is over.
          await operators.alerts();
          return true;
        } catch (failure) {
          return !(failure instanceof ApiError) || failure.isOpen || failure.status === 429 || failure.status >= 500;
        }
      },
      onEnd: () => {
        setConnection('reconnecting');
        // Unreachable, the next request is told.
        calls.current.reload().catch(() => undefined);
      },
      timer: { set: (work, ms) => window.setTimeout(work, ms), clear: (handle) => window.clearTimeout(handle as number | undefined) },
    });
  }, [isOpen, epoch, operators]);

  const value = useMemo<Console>(
    () => ({
      operators,
      connection,
      activity,
      subscribe: (listener) => {
        listeners.current.add(listener);
        return () => listeners.current.delete(listener);
      },
    }),
    [operators, connection, activity],
  );
  return <ConsoleContext value={value}>{children}</ConsoleContext>;
}
