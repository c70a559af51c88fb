import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useReducer, useRef, useState } from 'react';
import { type AuthCalls, authCalls } from '../api/auth';
import { type BankCalls, bankCalls } from '../api/bank';
import { type Client, createClient, type Send } from '../api/client';
import { exclusively } from '../api/exclusively';
import { messageFor } from '../api/messages';
import type { FullSession, LoginOutcome } from '../api/types';
import { initialSessionState, nextSessionState, type SessionState, type SignedOutReason } from './session-state';

export interface SessionValue extends SessionState {
  client: Client;
  auth: AuthCalls;
  bank: BankCalls;
  /** Why it is not known whether there is a session: the bank could not be reached at the start. */
  unreached: string | undefined;
  /** Asks again whether there is one. */
  begin: () => Promise<void>;
  /** Takes over what a sign-in, a step-up or a re-authentication brought. */
  apply: (outcome: LoginOutcome) => void;
  /** Hides the page at once; the server is told by the frame. */
  lock: () => void;
  /** Asks the server again, after another tab changed something. */
  reload: () => Promise<void>;
  signOut: () => Promise<void>;
  leave: (reason: SignedOutReason) => void;
  overTold: () => void;
}

const SessionContext = createContext<SessionValue | null>(null);

/** Names of a broadcast between the tabs of this browser: somebody signed in, unlocked or signed out. */
const CHANNEL = 'fernhill.session';

export function SessionProvider({ send, children }: { send: Send; children: ReactNode }) {
  const [state, dispatch] = useReducer(nextSessionState, initialSessionState);
  const channel = useRef<BroadcastChannel | null>(null);
  const tellTabs = useCallback(() => channel.current?.postMessage('changed'), []);

  const reloading = useRef<() => Promise<void>>(async () => undefined);
  const client = useMemo(
    () =>
      createClient({
        send,
        exclusively,
        onLocked: () => {
          dispatch({ type: 'locked' });
          // What it is locked for is not in the refusal. Unreachable, the dialog asks for the password all the same.
          reloading.current().catch(() => undefined);
        },
        onSignedOut: (reason) => {
          dispatch({ type: 'over', reason });
          tellTabs();
        },
      }),
    [send, tellTabs],
  );
  const auth = useMemo(() => authCalls(client), [client]);
  const bank = useMemo(() => bankCalls(client), [client]);

  const reload = useCallback(async () => {
    dispatch({ type: 'loaded', session: await auth.session() });
  }, [auth]);
  reloading.current = reload;

  const [unreached, setUnreached] = useState<string | undefined>();
  const begin = useCallback(async () => {
    try {
      await reload();
      setUnreached(undefined);
    } catch (failure) {
      setUnreached(messageFor(failure));
    }
  }, [reload]);
  useEffect(() => {
    void begin();
  }, [begin]);

  useEffect(() => {
    const tabs = new BroadcastChannel(CHANNEL);
    channel.current = tabs;
    tabs.onmessage = () => {
      // A tab that cannot reach the server keeps what it shows: every request is judged by the server anyway.
      reload().catch(() => undefined);
    };
    return () => {
      channel.current = null;
      tabs.close();
    };
  }, [reload]);

  const apply = useCallback(
    (outcome: LoginOutcome) => {
      dispatch({ type: 'outcome', outcome });
      tellTabs();
    },
    [tellTabs],
  );
  const leave = useCallback(
    (reason: SignedOutReason) => {
      dispatch({ type: 'over', reason });
      tellTabs();
    },
    [tellTabs],
  );
  const signOut = useCallback(async () => {
    await auth.logout();
    leave('signed-out');
  }, [auth, leave]);
  const lock = useCallback(() => dispatch({ type: 'locked' }), []);
  const overTold = useCallback(() => dispatch({ type: 'over-told' }), []);

  const value = useMemo(
    () => ({ ...state, client, auth, bank, unreached, begin, apply, lock, reload, signOut, leave, overTold }),
    [state, client, auth, bank, unreached, begin, apply, lock, reload, signOut, leave, overTold],
  );
  return <SessionContext value={value}>{children}</SessionContext>;
}

export function useSession(): SessionValue {
  const value = useContext(SessionContext);
  if (value === null) {
    throw new Error('useSession must be called below SessionProvider');
  }
  return value;
}

const FullSessionContext = createContext<FullSession | null>(null);
export const FullSessionProvider = FullSessionContext.Provider;

/** The signed-in session, below the signed-in part of the site. Under the lock it is the last one. */
export function useFullSession(): FullSession {
  const value = useContext(FullSessionContext);
  if (value === null) {
    throw new Error('useFullSession must be called below FullSessionProvider');
  }
  return value;
}
