import { type DependencyList, useCallback, useEffect, useRef, useState } from 'react';
import { messageFor } from '../api/messages';
import { useSession } from '../session/session-context';

export interface Page<T> {
  items: T[];
  next: string | null;
}

export interface Pages<T> {
  items: T[] | undefined;
  error: string | undefined;
  hasMore: boolean;
  isLoading: boolean;
  more: () => void;
  /** Starts again with the first page. */
  reload: () => void;
  /** Puts an item in the place of those that `is` names. */
  replace: (is: (item: T) => boolean, item: (old: T) => T) => void;
}

/** Loads a list page by page and keeps what came. Starts again when `inputs` change and after a lock was opened. */
export function usePages<T>(load: (before: string | null, signal: AbortSignal) => Promise<Page<T>>, inputs: DependencyList): Pages<T> {
  const { epoch } = useSession();
  const [turn, setTurn] = useState(0);
  const [items, setItems] = useState<T[] | undefined>();
  const [next, setNext] = useState<string | null>(null);
  const [error, setError] = useState<string | undefined>();
  const [isLoading, setLoading] = useState(false);
  const current = useRef<AbortController | null>(null);
  const latest = useRef(load);
  latest.current = load;

  const fetchPage = useCallback((before: string | null, kept: T[]) => {
    current.current?.abort();
    const controller = new AbortController();
    current.current = controller;
    setLoading(true);
    setError(undefined);
    latest
      .current(before, controller.signal)
      .then((page) => {
        if (!controller.signal.aborted) {
          setItems([...kept, ...page.items]);
          setNext(page.next);
          setLoading(false);
        }
      })
      .catch((failure: unknown) => {
        if (!controller.signal.aborted) {
          setError(messageFor(failure));
          setLoading(false);
        }
      });
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the caller's inputs stand for `load`.
  useEffect(() => {
    setItems(undefined);
    setNext(null);
    fetchPage(null, []);
    return () => current.current?.abort();
  }, [epoch, turn, fetchPage, ...inputs]);

  return {
    items,
    error,
    hasMore: next !== null,
    isLoading,
    more: useCallback(() => {
      if (next !== null) {
        fetchPage(next, items ?? []);
      }
    }, [fetchPage, next, items]),
    reload: useCallback(() => setTurn((value) => value + 1), []),
    replace: useCallback((is, item) => setItems((old) => old?.map((each) => (is(each) ? item(each) : each))), []),
  };
}
