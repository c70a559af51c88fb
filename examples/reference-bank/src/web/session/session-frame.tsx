import { watchIdle } from '@tacit-auth/capture';
import { type ReactNode, useEffect, useReducer, useRef } from 'react';
import type { FullSession, Session } from '../api/types';
import { createHeartbeat } from './heartbeat';
import { nextIdleFrame, warnAfter } from './idle-frame';
import { LockDialog } from './lock-dialog';
import { FullSessionProvider, useSession } from './session-context';
import { WarnDialog } from './warn-dialog';

const HEARTBEAT_MS = 15_000;

/**
 * What surrounds every signed-in page: it watches for idleness in all tabs, warns, locks, and hides the page under the lock. The page
 * stays mounted, so that a half-written form is still there after the password; what it may load is the server's business.
 */
export function SessionFrame({ session, children }: { session: Exclude<Session, { state: 'none' | 'step-up' }>; children: ReactNode }) {
  const { auth, lock, signOut } = useSession();
  const last = useRef<FullSession | null>(null);
  if (session.state === 'full') {
    last.current = session;
  }
  const isLocked = session.state === 'locked';

  return (
    <>
      {session.state === 'full' ? (
        <IdleGuard
          idleAfterMs={session.idleAfterMs}
          onLock={() => {
            lock();
            // The server locks by itself too; an unreachable one changes nothing about the page being hidden.
            auth.lock().catch(() => undefined);
          }}
          onActivity={() => {
            // A refusal that matters (locked, signed out) has been taken over by the client already.
            auth.activity().catch(() => undefined);
          }}
          onLeave={() => {
            signOut().catch(() => lock());
          }}
        />
      ) : null}
      {last.current ? (
        <div hidden={isLocked}>
          <FullSessionProvider value={last.current}>{children}</FullSessionProvider>
        </div>
      ) : null}
      {isLocked ? <LockDialog name={session.name} listens={session.biometrics === 'granted'} /> : null}
    </>
  );
}

interface IdleGuardProps {
  idleAfterMs: number;
  onLock: () => void;
  onActivity: () => void;
  onLeave: () => void;
}

function IdleGuard(props: IdleGuardProps) {
  const { idleAfterMs } = props;
  const [frame, dispatch] = useReducer(nextIdleFrame, { phase: 'active' });
  const handlers = useRef(props);
  handlers.current = props;
  const watcher = useRef<ReturnType<typeof watchIdle> | null>(null);

  useEffect(() => {
    const warnAfterMs = warnAfter(idleAfterMs);
    const heartbeat = createHeartbeat({
      everyMs: Math.min(HEARTBEAT_MS, idleAfterMs / 4),
      clock: () => performance.now(),
      send: () => handlers.current.onActivity(),
      setTimer: (run, afterMs) => window.setTimeout(run, afterMs),
      clearTimer: (timer) => window.clearTimeout(timer),
    });
    watcher.current = watchIdle({
      warnAfterMs,
      lockAfterMs: idleAfterMs,
      onWarn: () => dispatch({ type: 'warn', locksAt: Date.now() + idleAfterMs - warnAfterMs }),
      onActive: () => dispatch({ type: 'active' }),
      onActivity: () => heartbeat.beat(),
      onLock: () => {
        heartbeat.stop();
        dispatch({ type: 'lock' });
        handlers.current.onLock();
      },
    });
    return () => {
      heartbeat.stop();
      watcher.current?.destroy();
      watcher.current = null;
    };
  }, [idleAfterMs]);

  return frame.phase === 'warned' ? (
    <WarnDialog locksAt={frame.locksAt} onStay={() => dispatch({ type: 'active' })} onLeave={props.onLeave} />
  ) : null;
}
