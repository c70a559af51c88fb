import { type IdleWatcher, watchIdle } from '@tacit-auth/capture';
import { type ReactNode, useEffect, useLayoutEffect, useReducer, useRef } from 'react';
import type { FullSession, Session } from '../api/types';
import { coverPageTitle } from '../lib/window-title';
import { nextIdleFrame, warnAfter } from './idle-frame';
import { LockDialog } from './lock-dialog';
import { FullSessionProvider, useSession } from './session-context';
import { onUserActivity } from './user-activity';
import { WarnDialog } from './warn-dialog';

const HEARTBEAT_MS = 15_000;
/** Another tab that is in use may object to a lock within a second; only then is the server told. */
const TELL_SERVER_AFTER_MS = 1_500;

/**
 * What surrounds every signed-in page: it watches for idleness in all tabs, warns, locks, and hides the page under the lock. The page
 * stays mounted, so that a half-written form is still there after the password; what it may load is the server's business.
 */
export function SessionFrame({ session, children }: { session: Exclude<Session, { state: 'none' | 'step-up' }>; children: ReactNode }) {
  const last = useRef<FullSession | null>(null);
  if (session.state === 'full') {
    last.current = session;
  }
  const isLocked = session.state === 'locked';
  useLayoutEffect(() => (isLocked ? coverPageTitle() : undefined), [isLocked]);
  return (
    <>
      {last.current ? (
        <>
          <IdleGuard idleAfterMs={last.current.idleAfterMs} isLocked={isLocked} />
          <div hidden={isLocked}>
            <FullSessionProvider value={last.current}>{children}</FullSessionProvider>
          </div>
        </>
      ) : null}
      {isLocked ? <LockDialog name={session.name} listens={session.biometrics === 'granted'} cause={session.cause} /> : null}
    </>
  );
}

/** Joins the watcher of this tab and its neighbours to the session: idleness locks it, a lock from the server locks all tabs, an unlock opens them. */
function IdleGuard({ idleAfterMs, isLocked }: { idleAfterMs: number; isLocked: boolean }) {
  const { auth, lock, reload, signOut } = useSession();
  const [frame, dispatch] = useReducer(nextIdleFrame, { phase: 'active' });
  const watcher = useRef<IdleWatcher | null>(null);
  const calls = useRef({ auth, lock, reload, isLocked });
  calls.current = { auth, lock, reload, isLocked };

  useEffect(() => {
    let tell: ReturnType<typeof setTimeout> | undefined;
    const watching = watchIdle({
      warnAfterMs: warnAfter(idleAfterMs),
      lockAfterMs: idleAfterMs,
      heartbeatMs: Math.max(1_000, Math.min(HEARTBEAT_MS, Math.round(idleAfterMs / 4))),
      channel: 'fernhill.idle',
      onWarn: ({ remainingMs }) => dispatch({ type: 'warn', locksAt: Date.now() + remainingMs }),
      onActivity: () => {
        // A refusal that matters (locked, signed out) has been taken over by the client already.
        calls.current.auth.activity().catch(() => undefined);
      },
      onLock: ({ reason }) => {
        dispatch({ type: 'lock' });
        calls.current.lock();
        if (reason === 'idle') {
          // The server locks by its own clock as well: an unreachable one changes nothing about the page being hidden.
          tell = setTimeout(() => calls.current.auth.lock().catch(() => undefined), TELL_SERVER_AFTER_MS);
        }
      },
      onActive: () => {
        clearTimeout(tell);
        dispatch({ type: 'unlock' });
        if (calls.current.isLocked) {
          // Another tab unlocked, or objected to the lock. The server knows whether that is so; unreachable, the lock stays.
          calls.current.reload().catch(() => undefined);
        }
      },
    });
    watching.start();
    watcher.current = watching;
    const deaf = onUserActivity(() => watching.reportActivity());
    return () => {
      deaf();
      clearTimeout(tell);
      watching.destroy();
      watcher.current = null;
    };
  }, [idleAfterMs]);

  useEffect(() => {
    const isWatcherLocked = watcher.current?.state === 'locked';
    if (isLocked && !isWatcherLocked) {
      watcher.current?.lockNow();
    } else if (!isLocked && isWatcherLocked) {
      watcher.current?.unlock();
    }
  }, [isLocked]);

  return frame.phase === 'warned' && !isLocked ? (
    <WarnDialog
      locksAt={frame.locksAt}
      onStay={() => watcher.current?.reportActivity()}
      onLeave={() => {
        // A sign-out that did not reach the server must not leave the page open.
        signOut().catch(() => watcher.current?.lockNow());
      }}
    />
  ) : null;
}
