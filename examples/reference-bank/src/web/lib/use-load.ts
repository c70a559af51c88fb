import { type DependencyList, useCallback, useEffect, useState } from 'react';
import { messageFor } from '../api/messages';
import { useSession } from '../session/session-context';

export interface Loaded<T> {
  data: T | undefined;
  /** What to tell the person, when it did not come. */
  error: string | undefined;
  reload: () => void;
  /** Puts in what a change has just brought, without another request. */
  set: (data: T) => void;
}

/** Loads what a page shows: at its start, when `inputs` change, and again after a lock was opened. */
export function useLoad<T>(load: (signal: AbortSignal) => Promise<T>, inputs: DependencyList): Loaded<T> {
  const { epoch } = useSession();
  const [turn, setTurn] = useState(0);
  const [state, setState] = useState<{ data: T | undefined; error: string | undefined }>({ data: undefined, error: undefined });

  // biome-ignore lint/correctness/useExhaustiveDependencies: the caller's inputs stand for `load`.
  useEffect(() => {
    const controller = new AbortController();
    load(controller.signal).then(
      (data) => {
        if (!controller.signal.aborted) {
          setState({ data, error: undefined });
        }
      },
      (error: unknown) => {
        if (!controller.signal.aborted) {
          setState((before) => ({ data: before.data, error: messageFor(error) }));
        }
      },
    );
    return () => controller.abort();
  }, [epoch, turn, ...inputs]);

  const reload = useCallback(() => setTurn((value) => value + 1), []);
  const set = useCallback((data: T) => setState({ data, error: undefined }), []);
  return { ...state, reload, set };
}
