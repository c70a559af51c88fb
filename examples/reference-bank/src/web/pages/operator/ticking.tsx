import { useCallback, useSyncExternalStore } from 'react';
import { serverClock } from '../../api/server-clock';

const listeners = new Set<() => void>();
let handle: ReturnType<typeof setInterval> | undefined;

/** One clock for all that follow it. */
function onSecond(listener: () => void): () => void {
  listeners.add(listener);
  handle ??= setInterval(() => {
    for (const each of listeners) {
      each();
    }
  }, 1_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(handle);
      handle = undefined;
    }
  };
}

/** A text that follows the bank's clock, such as `12 s ago`. It alone is drawn again, and only when it reads otherwise. */
export function Ticking({ text }: { text: (now: number) => string }) {
  return useSyncExternalStore(
    onSecond,
    useCallback(() => text(serverClock.now()), [text]),
  );
}
