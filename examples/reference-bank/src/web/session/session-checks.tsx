import { type EvidenceStream, streamEvidence } from '@tacit-auth/capture/transport';
import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef, useState } from 'react';
import type { Session } from '../api/types';
import { preferences } from '../lib/preferences';
import { type CheckedField, type CheckedFields, CheckedFieldsContext } from './checked-fields';
import { useSession } from './session-context';

/**
 * What the customer may know of the checks: that they are off, on, still getting to know the session, paused because the bank can not be reached, or that he
 * is asked to show that it is him.
 */
export type ChecksState = 'off' | 'on' | 'checking' | 'paused' | 'confirm';

interface Checks {
  state: ChecksState;
  /** He has shown that it is him: the question goes away at once. */
  settled: () => void;
  /** He has agreed to the checks, or withdrawn: the server is asked again what is to be done. */
  decided: () => void;
}

const ChecksContext = createContext<Checks>({ state: 'off', settled: () => undefined, decided: () => undefined });

export const useChecks = (): Checks => useContext(ChecksContext);

/** What to show of what the bank said last: nothing is checked that does not reach it. A question that it asked stays. */
export const shownState = (state: Exclude<ChecksState, 'paused'>, reachable: boolean): ChecksState =>
  !reachable && (state === 'on' || state === 'checking') ? 'paused' : state;

/** What should become of the recorders in a session: operators are not checked, and nobody is whose browser is told not to. */
export function planOf(session: Session | undefined, listens: boolean): 'record' | 'pause' | 'erase' {
  if (session === undefined) {
    return 'pause';
  }
  if (session.state === 'none' || session.state === 'step-up') {
    return 'erase';
  }
  return session.state === 'full' && session.role === 'customer' && session.biometrics === 'granted' && listens ? 'record' : 'pause';
}

/**
 * Looks, while a customer is signed in, at how he types in the fields that take part and how he moves the pointer. The server says whether he has agreed to it;
 * before that nothing is recorded. It stands above all pages, so that a session is one stream.
 */
export function SessionChecks({ children }: { children: ReactNode }) {
  const { session, auth, reload, epoch } = useSession();
  const [said, setSaid] = useState<Exclude<ChecksState, 'paused'>>('off');
  const [reachable, setReachable] = useState(true);
  const state = shownState(said, reachable);
  const stream = useRef<EvidenceStream | null>(null);
  /** Fields say so before the stream is there, too. */
  const taking = useRef(new Set<CheckedField>());
  const calls = useRef({ auth, reload });
  calls.current = { auth, reload };

  useEffect(() => {
    const made = streamEvidence({
      url: '/auth/continuous',
      // The face frame has its own page; the cells of a card's code are left out by their own attribute.
      pointer: document,
      onState: (next) => {
        if (next === 'locked' || next === 'ended') {
          setSaid('off');
          // What came of it, in the server's words. Unreachable, the next request is told.
          calls.current.reload().catch(() => undefined);
          return;
        }
        setSaid(next);
      },
      onReachable: setReachable,
      onRenew: async () => {
        const { state: now } = await calls.current.auth.session();
        return now === 'full';
      },
    });
    stream.current = made;
    for (const field of taking.current) {
      made.add(field);
    }
    return () => {
      stream.current = null;
      made.destroy();
    };
  }, []);

  const plan = planOf(session, preferences.typing());
  // biome-ignore lint/correctness/useExhaustiveDependencies: a session that was opened again is another stream.
  useEffect(() => {
    if (plan === 'record') {
      stream.current?.start();
    } else {
      setSaid('off');
      void stream.current?.stop({ erase: plan === 'erase' });
    }
  }, [plan, epoch]);

  const fields = useMemo<CheckedFields>(
    () => ({
      add: (field: CheckedField) => {
        taking.current.add(field);
        stream.current?.add(field);
      },
      remove: (field: CheckedField) => {
        taking.current.delete(field);
        stream.current?.remove(field);
      },
    }),
    [],
  );
  const checks = useMemo(
    () => ({
      state,
      settled: () => setSaid('on'),
      decided: () => {
        if (plan === 'record') {
          stream.current?.start();
        }
      },
    }),
    [state, plan],
  );
  return (
    <CheckedFieldsContext value={fields}>
      <ChecksContext value={checks}>{children}</ChecksContext>
    </CheckedFieldsContext>
  );
}
