/** What tabs tell each other. `at` is the sender's last activity, in ms since the epoch. */
export interface IdleMessage {
  /** `hello`: a tab began to watch. `lock`: with `forced` even a tab that was active a moment ago locks. */
  type: 'hello' | 'activity' | 'lock' | 'unlock';
  at: number;
  forced?: boolean;
}

/** The message in the event, or undefined: other scripts of the origin may use the same channel. */
export function readIdleMessage({ data }: MessageEvent): IdleMessage | undefined {
  return Number.isFinite((data as Partial<IdleMessage> | null | undefined)?.at) ? (data as IdleMessage) : undefined;
}

/** The channel of that name, or undefined where the browser has none. */
export function openIdleChannel(name: string, onMessage: (event: MessageEvent) => void): BroadcastChannel | undefined {
  if (typeof BroadcastChannel === 'undefined') {
    return undefined;
  }
  const channel = new BroadcastChannel(name);
  channel.onmessage = onMessage;
  return channel;
}
