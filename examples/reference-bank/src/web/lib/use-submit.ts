import { newIdempotencyKey } from '@tacit-auth/capture/transport';
import { useCallback, useMemo, useRef, useState } from 'react';
import { createRetriable, type Retriable } from '../api/retriable';

/** {@link createRetriable} for one place of a page: the key lives as long as the place does. */
export function useRetriable<Body, Answer>(send: (body: Body, idempotencyKey: string) => Promise<Answer>): Retriable<Body, Answer> {
  const latest = useRef(send);
  latest.current = send;
  return useMemo(() => createRetriable<Body, Answer>({ newKey: newIdempotencyKey, send: (body, key) => latest.current(body, key) }), []);
}

export interface Pending {
  pending: boolean;
  /** Runs one piece of work at a time; a second call while it runs is ignored. */
  run: (work: () => Promise<void>) => Promise<void>;
}

export function usePending(): Pending {
  const [pending, setPending] = useState(false);
  const running = useRef(false);
  const run = useCallback(async (work: () => Promise<void>) => {
    if (running.current) {
      return;
    }
    running.current = true;
    setPending(true);
    try {
      await work();
    } finally {
      running.current = false;
      setPending(false);
    }
  }, []);
  return { pending, run };
}
