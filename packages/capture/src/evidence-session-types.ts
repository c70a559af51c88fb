import type { CoarseState } from '@tacit-auth/features';
import type { CaptureError } from './errors';
import type { OverState } from './evidence-answers';
import type { EvidenceContents } from './evidence-contents';
import type { EvidenceQueue, EvidenceQueueOptions } from './evidence-queue';
import type { EvidenceTransportOptions } from './evidence-transport';
import type { Timer } from './timer';

export interface EvidenceSessionOptions extends Omit<EvidenceQueueOptions, 'stream' | 'key' | 'next' | 'name' | 'random' | 'timer'> {
  name: string;
  random: (length: number) => Uint8Array;
  timer: Timer;
  clock: () => number;
  transport: EvidenceTransportOptions;
  /** What is to be done before anything is kept: the session before this one may still be deleting. */
  after: Promise<void>;
  locks: LockManager | undefined;
  BroadcastChannel: typeof globalThis.BroadcastChannel | undefined;
  /** The server takes evidence, at most once in so many ms. */
  onOpened: (everyMs: number) => void;
  onState: (state: CoarseState) => void;
  /** Whether the server can be reached, when it changes; true at first. */
  onReachable: (reachable: boolean) => void;
  /** Nothing is to be recorded any more: the session has let go of everything. `erased` resolves when what was kept of it is deleted. */
  onOver: (state: OverState, erased: Promise<void>) => void;
  onAnswered: () => void;
  onGivenUp: (batches: number) => void;
  onError: (error: CaptureError) => void;
}

/** From the opening of a stream to its end: the queue, the way to the server, and the turn among the tabs. It knows no page. */
export interface EvidenceSession {
  readonly storage: EvidenceQueue['storage'];
  /** The page is in sight: opens the stream, and sends when it is this tab's turn. */
  resume(): void;
  /** Queues these. Resolves once they are. */
  add(contents: readonly EvidenceContents[]): Promise<void>;
  /** The page is put away: sends what there is at once, by a request that outlives it, and queues it all the same. */
  addLast(contents: readonly EvidenceContents[]): Promise<void>;
  /** Sends what can be sent now, and hands the turn on. Resolves when that is done. */
  leave(): Promise<void>;
  /** Hands the turn on at once. */
  halt(): void;
  /** The network is back. */
  nudge(): void;
  /** The network is gone. */
  offline(): void;
  /** Ends it. What is queued stays. */
  close(): void;
  /** Ends it here and in the other tabs, and deletes everything that is kept under its name. */
  erase(): Promise<void>;
}
