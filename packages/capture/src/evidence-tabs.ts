import type { CoarseState } from '@tacit-auth/features';
import { isCoarseState } from './evidence-answers';

/** What a tab has to tell. */
type News =
  /** Something is in the queue: whoever sends is to look, and to say that it is there. */
  | { type: 'queued' }
  /** The tab that sends is there. */
  | { type: 'sending' }
  /** What the server said to the tab that sends. */
  | { type: 'state'; state: CoarseState }
  /** Whether the tab that sends reaches the server. */
  | { type: 'reachable'; reachable: boolean };

/** What the tabs of a stream tell each other. */
type TabMessage = News & { stream: string };

export interface EvidenceTabsOptions {
  name: string;
  /** undefined where the browser has none: then each tab hears nothing, and the queue is all that they share. */
  BroadcastChannel: typeof globalThis.BroadcastChannel | undefined;
  /** The stream that this tab has. What is told of another one is not for it. */
  stream: () => string | undefined;
  /** Another tab has queued something. Returns whether this is the tab that sends it. */
  onQueued: () => boolean;
  /** The tab that sends is there. */
  onSender: () => void;
  /** What the server said to the tab that sends. */
  onState: (state: CoarseState) => void;
  /** Whether the server can be reached, when it changes; true at first. */
  onReachable: (reachable: boolean) => void;
}

/** What the tabs of a stream know together: one of them sends, and tells the others what it finds. */
export interface EvidenceTabs {
  /** Whether the server can be reached, by whichever tab sends. */
  readonly reachable: boolean;
  /** Something is in the queue of this stream. */
  queued(stream: string): void;
  /** What the server said to this tab. */
  state(state: CoarseState): void;
  /** Whether this tab reached the server. */
  reach(reachable: boolean): void;
  /** Nothing is heard or told any more. */
  close(): void;
}

export function evidenceTabs(options: EvidenceTabsOptions): EvidenceTabs {
  const { name, BroadcastChannel: Channel, stream, onQueued, onSender, onState, onReachable } = options;
  let reachable = true;
  let open = true;
  const channel = Channel && new Channel(name);
  if (channel) {
    // Other scripts of the origin may use the same name.
    channel.onmessage = ({ data }: MessageEvent<unknown>) => hear((data ?? {}) as Partial<TabMessage>);
  }

  function hear(message: Partial<TabMessage>): void {
    if (!open || message.stream === undefined || message.stream !== stream()) {
      return;
    }
    if (message.type === 'queued') {
      if (onQueued()) {
        tell({ type: 'sending' });
      }
    } else if (message.type === 'sending') {
      onSender();
    } else if (message.type === 'state' && isCoarseState(message.state)) {
      onSender();
      onState(message.state);
    } else if (message.type === 'reachable' && typeof message.reachable === 'boolean') {
      onSender();
      learn(message.reachable);
    }
  }

  function tell(news: News, of = stream()): void {
    // One that is closed throws.
    if (open && of !== undefined) {
      channel?.postMessage({ ...news, stream: of } satisfies TabMessage);
    }
  }

  function learn(next: boolean): void {
    if (open && next !== reachable) {
      reachable = next;
      onReachable(next);
    }
  }

  return {
    get reachable() {
      return reachable;
    },
    queued: (of) => tell({ type: 'queued' }, of),
    state: (state) => tell({ type: 'state', state }),
    reach(next) {
      if (next !== reachable) {
        tell({ type: 'reachable', reachable: next });
        learn(next);
      }
    },
    close() {
      open = false;
      channel?.close();
    },
  };
}
