/** What tabs tell each other. `at` is the sender's last activity, in ms since the epoch. */
export interface IdleMessage {
  /** `hello`: a tab began to watch. `lock`: with `forced` even a tab that was active a moment ago locks. */
  type: 'hello' | 'activity' | 'lock' | 'unlock';
  at: number;
  forced?: boolean;
}

/** The part of a `BroadcastChannel` that is used. */
export interface IdleChannel {
  postMessage(message: IdleMessage): void;
  addEventListener(type: 'message', listener: (event: MessageEvent) => void): void;
  removeEventListener(type: 'message', listener: (event: MessageEvent) => void): void;
  close(): void;
}

const TYPES: ReadonlySet<unknown> = new Set(['hello', 'activity', 'lock', 'unlock']);

/** The message in the event, or undefined: other scripts of the origin may use the same channel. */
export function readIdleMessage(event: MessageEvent): IdleMessage | undefined {
  const data = event.data as Partial<IdleMessage> | null | undefined;
  if (typeof data !== 'object' || data === null || !TYPES.has(data.type) || !Number.isFinite(data.at)) {
    return undefined;
  }
  return data as IdleMessage;
}

/** The channel of that name, or undefined where the browser has none. */
export function openIdleChannel(name: string): IdleChannel | undefined {
  return typeof BroadcastChannel === 'function' ? new BroadcastChannel(name) : undefined;
}
