import type { CoarseState, EvidenceAnswer } from '@tacit-auth/features';
import { type EvidenceRefusal, isCoarseState, readAnswer } from './evidence-answers';
import type { Timer } from './timer';

/** How a batch fared on a socket. `lost`: the socket closed, or said nothing. */
export type SocketReply = { answer: EvidenceAnswer } | { refusal: EvidenceRefusal & { retryAfterMs?: number } } | 'lost';

export interface EvidenceSocketOptions {
  url: string;
  WebSocket: typeof globalThis.WebSocket;
  timer: Timer;
  /** Longest time for the handshake, and for an answer, in ms. */
  timeoutMs: number;
  onState: (state: CoarseState) => void;
  onOpen: () => void;
  /** It closed, or never opened. Called once. */
  onClose: (closed: { code: number; reason: string; wasOpen: boolean }) => void;
}

/** One connection, from its handshake to its close. */
export interface EvidenceSocket {
  readonly isOpen: boolean;
  /** Sends a batch; one at a time. */
  send(batch: { stream: string; seq: number }, text: string): Promise<SocketReply>;
  close(): void;
}

/** Most characters of a message from the server. */
const MAX_MESSAGE = 16_384;
const OPEN = 1;
const DAY = 86_400_000;

/** @throws what the platform's constructor throws, such as where the page's policy forbids the connection. */
export function evidenceSocket({ url, WebSocket, timer, timeoutMs, onState, onOpen, onClose }: EvidenceSocketOptions): EvidenceSocket {
  const socket = new WebSocket(url);
  let wasOpen = false;
  let over = false;
  let waiting: { stream: string; seq: number; settle: (reply: SocketReply) => void } | undefined;
  let limit = timer.set(() => end(4_408, 'handshake'), timeoutMs);

  function settle(reply: SocketReply): void {
    timer.clear(limit);
    const { settle: tell } = waiting!;
    waiting = undefined;
    tell(reply);
  }

  /** Does not wait for the browser's own close event, which a dead connection gives after minutes. */
  function end(code: number, reason: string): void {
    if (over) {
      return;
    }
    over = true;
    timer.clear(limit);
    socket.close();
    if (waiting) {
      settle('lost');
    }
    onClose({ code, reason, wasOpen });
  }

  socket.onopen = () => {
    if (!over) {
      wasOpen = true;
      timer.clear(limit);
      onOpen();
    }
  };
  socket.onclose = ({ code, reason }) => end(code, reason);
  socket.onmessage = ({ data }: MessageEvent<unknown>) => {
    const message = over ? undefined : readMessage(data);
    if (message === undefined) {
      end(4_400, 'not understood');
    } else if (message.type === 'state') {
      onState(message.state);
    } else if (waiting && message.type === 'refused') {
      // A frame that could not be read has no number.
      if (message.seq === waiting.seq || !message.seq) {
        settle({ refusal: message.refusal });
      }
    } else if (waiting && message.type === 'answer') {
      const answer = readAnswer(message.answer, waiting);
      if (answer) {
        settle({ answer });
      }
    }
  };

  return {
    get isOpen() {
      return !over && socket.readyState === OPEN;
    },
    send: ({ stream, seq }, text) =>
      new Promise((resolve) => {
        waiting = { stream, seq, settle: resolve };
        limit = timer.set(() => end(4_408, 'no answer'), timeoutMs);
        socket.send(text);
      }),
    close() {
      end(1_000, '');
    },
  };
}

type Message =
  | { type: 'state'; state: CoarseState }
  | { type: 'answer'; answer: unknown }
  | { type: 'refused'; seq: unknown; refusal: EvidenceRefusal & { retryAfterMs?: number } }
  /** Of a later version of the server. */
  | { type: 'other' };

function readMessage(data: unknown): Message | undefined {
  let value: { type?: unknown; state?: unknown; seq?: unknown; error?: { [name: string]: unknown } } | null;
  try {
    value = typeof data === 'string' && data.length <= MAX_MESSAGE ? JSON.parse(data) : undefined;
  } catch {
    return undefined;
  }
  switch (value?.type) {
    case undefined:
      return undefined;
    case 'state':
      return isCoarseState(value.state) ? { type: 'state', state: value.state } : { type: 'other' };
    case 'answer':
      return { type: 'answer', answer: value };
    case 'refused': {
      const { code, expected, retryAfter } = value.error ?? {};
      const refusal = { code: String(code).slice(0, 64), expected: expected as number | undefined };
      const told = Number.isFinite(retryAfter) ? { retryAfterMs: Math.min(Math.max(0, retryAfter as number) * 1_000, DAY) } : {};
      return { type: 'refused', seq: value.seq, refusal: { ...refusal, ...told } };
    }
    default:
      return { type: 'other' };
  }
}
