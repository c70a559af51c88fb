import { assertFunction } from './arguments';
import { errorCode } from './errors';
import type { Log } from './log';
import { assertChange, type Change, type ChangeListener, type Notifications } from './notifications';

/** Who wants to hear of changes in this process. */
export interface ChangeListeners {
  log: Log;
  tell(change: Change): void;
  add(listener: ChangeListener): () => void;
  clear(): void;
}

export function changeListeners(): ChangeListeners {
  const listeners = new Set<{ hear: ChangeListener }>();
  const all: ChangeListeners = {
    log: () => undefined,
    tell(change) {
      for (const { hear } of [...listeners]) {
        try {
          hear(change);
        } catch (error) {
          all.log({ level: 'error', event: 'listener-failed', code: errorCode(error) });
        }
      }
    },
    add(listener) {
      assertFunction(listener, 'listener');
      const entry = { hear: listener };
      listeners.add(entry);
      return () => {
        listeners.delete(entry);
      };
    },
    clear: () => listeners.clear(),
  };
  return all;
}

/** Tells the listeners of this process, at once. For one server; several need `postgresNotifications`. */
export function inProcessNotifications(): Notifications {
  const listeners = changeListeners();
  return {
    publish(topic, id) {
      assertChange(topic, id);
      listeners.tell({ topic, id });
    },
    subscribe: (listener) => listeners.add(listener),
    async start({ log }) {
      listeners.log = log;
    },
    async stop() {
      listeners.clear();
    },
  };
}
