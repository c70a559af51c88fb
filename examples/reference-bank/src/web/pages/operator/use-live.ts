import { type DependencyList, useCallback, useEffect, useRef, useState } from 'react';
import { messageFor } from '../../api/messages';
import { useSession } from '../../session/session-context';
import { useConsole } from './console-context';
import type { ConsoleChange } from './console-events';
import { gentleLoads } from './gentle-loads';

export interface Live<T> {
  data: T | undefined;
  error: string | undefined;
  reload: () => void;
}

/** What changes by time alone, such as a risk that grows while nobody types, is looked at so often. */
const LOOK_MS = 15_000;
/** Two looks a second are all that anybody follows, however many sessions change. */
const GAP_MS = 500;

/**
 * Loads something, and again whenever the server says that it has changed. One load at a time and two a second: what changes meanwhile is loaded once more after it,
 * so that a flood of changes neither piles up nor starves the page.
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
    const { ask, stop: rest } = gentleLoads({
      async load() {
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
      },
      gapMs: GAP_MS,
      clock: () => performance.now(),
      timer: { set: (work, ms) => window.setTimeout(work, ms), clear: (handle) => window.clearTimeout(handle as number | undefined) },
    });

    look.current = ask;
    ask();
    const stop = subscribe((change) => {
      if (change.topic === 'any' || latest.current.isAbout(change)) {
        ask();
      }
    });
    const ticking = setInterval(ask, LOOK_MS);
    return () => {
      controller.abort();
      rest();
      clearInterval(ticking);
      stop();
    };
  }, [epoch, subscribe, ...inputs]);

  return { ...state, reload: useCallback(() => look.current(), []) };
}
