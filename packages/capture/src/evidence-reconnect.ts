import type { CoarseState, EvidenceBatch } from '@tacit-auth/features';
import { type EvidencePause, evidencePause } from './evidence-pause';
import { type EvidenceSocket, evidenceSocket, type SocketReply } from './evidence-socket';
import type { Timer } from './timer';

export interface EvidenceReconnectOptions {
  /** undefined where there is to be none. Asked at each attempt. */
  url: () => string | undefined;
  WebSocket: () => typeof globalThis.WebSocket | undefined;
  timer: Timer;
  random: (length: number) => Uint8Array;
  timeoutMs: number;
  /** The pause of all that is sent: a server that is overloaded is left alone altogether. */
  pause: EvidencePause;
  onState: (state: CoarseState) => void;
  onOpen: () => void;
  /** It was open before, and could not be opened again. */
  onLost: () => void;
  /** It has lasted: the token was taken. */
  onStable: () => void;
  /** `failed`: nobody knows whether the token can be renewed. */
  renew: () => Promise<'renewed' | 'failed' | 'over'>;
}

/** A socket that is there whenever it can be. */
export interface EvidenceReconnect {
  readonly isOpen: boolean;
  send(batch: EvidenceBatch): Promise<SocketReply>;
  connect(): void;
  disconnect(): void;
  nudge(): void;
}

const FIRST_MS = 1_000;
/** Where a proxy lets none through, one attempt in so many ms costs nobody anything. */
const LONGEST_MS = 300_000;
/** A connection that lasted as long was a good one. */
const STABLE_MS = 10_000;

const TOKEN_EXPIRED = 4_401;
const SESSION_OVER = 4_403;
const TOO_MANY = 4_409;
const OVERLOADED: ReadonlySet<number> = new Set([1_013, 4_429]);

export function evidenceReconnect(options: EvidenceReconnectOptions): EvidenceReconnect {
  const { timer, timeoutMs, pause, onState, onOpen, onLost, onStable, renew, random } = options;
  const ownPause = evidencePause({ timer, random, firstMs: FIRST_MS, longestMs: LONGEST_MS });
  let wanted: AbortController | undefined;
  let socket: EvidenceSocket | undefined;
  let stable: unknown;
  /** Whether this network lets one through. */
  let works = false;

  function attempt(): void {
    const { signal } = wanted!;
    const onOpened = () => {
      works = true;
      onOpen();
    };
    try {
      const [url, WebSocket] = [options.url(), options.WebSocket()];
      if (!url || !WebSocket) {
        return;
      }
      socket = evidenceSocket({
        ...{ url, WebSocket, timer, timeoutMs, onState },
        onOpen: onOpened,
        onClose: (closed) => onClose(closed, signal),
      });
    } catch {
      // The page's policy forbids it, or the address is none: it will not change, and `fetch` says what is wrong.
      return;
    }
    stable = timer.set(() => {
      if (socket?.isOpen) {
        ownPause.afterSuccess();
        onStable();
      }
    }, STABLE_MS);
  }

  async function onClose({ code, reason, wasOpen }: { code: number; reason: string; wasOpen: boolean }, signal: AbortSignal) {
    socket = undefined;
    timer.clear(stable);
    if (signal.aborted) {
      return;
    }
    if (code === SESSION_OVER) {
      wanted = undefined;
      onState(reason === 'ERR_SESSION_LOCKED' ? 'locked' : 'ended');
      return;
    }
    if (works && !wasOpen) {
      onLost();
    }
    if (OVERLOADED.has(code)) {
      pause.afterFailure();
    } else if (wasOpen) {
      // Where a server goes down, all its pages see it in the same moment.
      pause.shortly();
    }
    if (code === TOO_MANY) {
      ownPause.asTold(LONGEST_MS);
    } else {
      ownPause.afterFailure();
    }
    if (code === TOKEN_EXPIRED && (await renew()) === 'over') {
      // The next batch learns by `fetch` what the session has come to.
      return;
    }
    await ownPause.end(signal);
    await pause.end(signal);
    if (!signal.aborted) {
      attempt();
    }
  }

  return {
    get isOpen() {
      return socket?.isOpen === true;
    },
    send: (batch) => socket!.send(batch, JSON.stringify(batch)),
    connect() {
      if (!wanted) {
        wanted = new AbortController();
        attempt();
      }
    },
    disconnect() {
      wanted?.abort();
      wanted = undefined;
      socket?.close();
      ownPause.stop();
    },
    nudge: () => ownPause.cutShort(),
  };
}
