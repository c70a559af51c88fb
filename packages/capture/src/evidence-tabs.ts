import type { CoarseState } from '@tacit-auth/features';
import { isCoarseState } from './evidence-answers';

/** What the tabs of a stream tell each other. */
export type TabMessage =
  /** Something is in the queue: whoever sends is to look, and to say that it is there. */
  | { type: 'queued'; stream: string }
  /** The tab that sends is there. */
  | { type: 'sending'; stream: string }
  /** What the server said to the tab that sends. */
  | { type: 'state'; stream: string; state: CoarseState }
  /** Whether the tab that sends reaches the server. */
  | { type: 'reachable'; stream: string; reachable: boolean };

export interface EvidenceTabs {
  tell(message: TabMessage): void;
  close(): void;
}

const TYPES: readonly unknown[] = ['queued', 'sending', 'state', 'reachable'] satisfies TabMessage['type'][];

/** Where the browser has no `BroadcastChannel` each tab hears nothing, and the queue is all that they share. */
export function evidenceTabs(
  name: string,
  Channel: typeof globalThis.BroadcastChannel | undefined,
  onMessage: (message: TabMessage) => void,
): EvidenceTabs {
  const channel = Channel && new Channel(name);
  if (channel) {
    channel.onmessage = ({ data }: MessageEvent<unknown>) => {
      // Other scripts of the origin may use the same name.
      const message = (data ?? {}) as Partial<TabMessage>;
      if (
        TYPES.includes(message.type) &&
        typeof message.stream === 'string' &&
        (message.type !== 'state' || isCoarseState(message.state)) &&
        (message.type !== 'reachable' || typeof message.reachable === 'boolean')
      ) {
        onMessage(message as TabMessage);
      }
    };
  }
  let open = true;
  return {
    tell(message) {
      // One that is closed throws.
      if (open) {
        channel?.postMessage(message);
      }
    },
    close() {
      open = false;
      channel?.close();
    },
  };
}
