/** What is looked at again; `any`: everything, changes may have been missed. An empty id stands for many. */
export interface ConsoleChange {
  topic: 'session' | 'alert' | 'any';
  id: string;
}

export type ConnectionState = 'connecting' | 'live' | 'reconnecting';

/** What of an `EventSource` is used. */
export interface EventStream {
  readonly readyState: number;
  addEventListener(type: string, listener: (event: Event) => void): void;
  close(): void;
}

export interface ConsoleEventsOptions {
  open: () => EventStream;
  onChange: (change: ConsoleChange) => void;
  onState: (state: ConnectionState) => void;
  /** The stream was refused: whether it may be asked for again, after the tokens were renewed. */
  onRefused: () => Promise<boolean>;
  /** The operator's session has locked or ended. */
  onEnd: () => void;
  timer: { set: (work: () => void, ms: number) => unknown; clear: (handle: unknown) => void };
}

const CLOSED = 2;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 15_000;
/** Without a stream everything is looked at so often. */
const POLL_MS = 5_000;

/** Hears from the server what has changed, and comes back to it after a break; until then everything is looked at every five seconds. Call what is returned to end it. */
export function listenToConsole({ open, onChange, onState, onRefused, onEnd, timer }: ConsoleEventsOptions): () => void {
  let stream: EventStream | undefined;
  let isOver = false;
  let waitMs = FIRST_WAIT_MS;
  let waiting: unknown;
  let polling: unknown;

  function poll(): void {
    polling ??= timer.set(() => {
      polling = undefined;
      if (!isOver) {
        onChange({ topic: 'any', id: '' });
        poll();
      }
    }, POLL_MS);
  }

  function stopPolling(): void {
    timer.clear(polling);
    polling = undefined;
  }

  function close(): void {
    isOver = true;
    stream?.close();
    timer.clear(waiting);
    stopPolling();
  }

  async function afterRefusal(): Promise<void> {
    const mayAsk = await onRefused();
    if (isOver) {
      return;
    }
    if (!mayAsk) {
      close();
      return;
    }
    waiting = timer.set(connect, waitMs);
    waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS);
  }

  function connect(): void {
    const opened = open();
    stream = opened;
    opened.addEventListener('open', () => {
      waitMs = FIRST_WAIT_MS;
      stopPolling();
      onState('live');
      // What changed while nobody listened.
      onChange({ topic: 'any', id: '' });
    });
    opened.addEventListener('change', (event) => {
      const change = readChange(event);
      if (change !== null) {
        onChange(change);
      }
    });
    opened.addEventListener('end', () => {
      close();
      onEnd();
    });
    opened.addEventListener('error', () => {
      if (isOver) {
        return;
      }
      onState('reconnecting');
      poll();
      // A lost connection is opened again by the browser; a refused one is not.
      if (opened.readyState === CLOSED) {
        void afterRefusal();
      }
    });
  }

  onState('connecting');
  connect();
  return close;
}

function readChange(event: Event): ConsoleChange | null {
  const data: unknown = 'data' in event ? event.data : undefined;
  if (typeof data !== 'string') {
    return null;
  }
  const value: unknown = JSON.parse(data);
  if (typeof value !== 'object' || value === null || !('topic' in value) || !('id' in value) || typeof value.id !== 'string') {
    return null;
  }
  const { topic, id } = value;
  return topic === 'session' || topic === 'alert' || topic === 'any' ? { topic, id } : null;
}
