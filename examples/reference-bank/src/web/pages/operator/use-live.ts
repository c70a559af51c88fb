import { type DependencyList, useCallback, useEffect, useRef, useState } from 'react';
import { messageFor } from '../../api/messages';
import { serverClock } from '../../api/server-clock';
import { useSession } from '../../session/session-context';
import { useConsole } from './console-context';
import type { ConsoleChange } from './console-events';

export interface Live<T> {
  data: T | undefined;
  error: string | undefined;
  reload: () => void;
}

/** What changes by time alone, such as a risk that grows while nobody types, is looked at so often. */
const LOOK_MS = 15_000;

/**
 * Loads something, and again whenever the server says that it has changed. One load at a time: what changes meanwhile is loaded once more after it, so that a
 * flood of changes neither piles up nor starves the page.
 */
export function useLive<T>(
  load: (signal: AbortSignal) => Promise<T>,
  isAbout: (change: ConsoleChange) => boolean,
  inputs: DependencyList,
): Live<T> {
  const { epoch } = useSession();
  const { subscribe } = useConsole();
  const [state, setState] = useState<{ data: T | undefined; error: string | undefined }>({ data: undefined, error: undefined });
  const latest = useRef({ load, isAbout });
  latest.current = { load, isAbout };
  const look = useRef<() => void>(() => undefined);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the caller's inputs stand for `load` and `isAbout`.
  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    let isLoading = false;
    let again = false;

    async function run(): Promise<void> {
      do {
        again = false;
        try {
          const data = await latest.current.load(signal);
          if (!signal.aborted) {
            setState({ data, error: undefined });
          }
        } catch (failure) {
          if (!signal.aborted) {
            setState((before) => ({ data: before.data, error: messageFor(failure) }));
          }
        }
      } while (again && !signal.aborted);
      isLoading = false;
    }

    function lookAgain(): void {
      if (isLoading) {
        again = true;
        return;
      }
      isLoading = true;
      void run();
    }

    look.current = lookAgain;
    lookAgain();
    const stop = subscribe((change) => {
      if (change.topic === 'any' || latest.current.isAbout(change)) {
        lookAgain();
      }
    });
    const ticking = setInterval(lookAgain, LOOK_MS);
    return () => {
      controller.abort();
      clearInterval(ticking);
      stop();
    };
  }, [epoch, subscribe, ...inputs]);

  return { ...state, reload: useCallback(() => look.current(), []) };
}

/** The time by the bank's clock, every second: for `12 s ago`. */
export function useNow(): number {
  const [now, setNow] = useState(serverClock.now);
  useEffect(() => {
    const ticking = setInterval(() => setNow(serverClock.now()), 1_000);
    return () => clearInterval(ticking);
  }, []);
  return now;
}
