import { type CoarseState, isTacitError } from '@tacit-auth/features';
import type { WebSocket } from 'ws';
import { errorCode, isTacitServerError } from '../errors';
import type { SocketAdmission } from '../http';
import type { Timer } from '../job-runner';
import type { Log } from '../log';
import { CLOSE_CODES, type CloseCode } from './close-codes';
import { CLOSING } from './coded-websocket';
import type { SocketLimits } from './socket-limits';

export interface EvidenceSocketOptions {
  limits: Readonly<SocketLimits>;
  clock: () => number;
  timer: Timer;
  log: Log;
  /** Called once, when the connection is gone. */
  onClosed(code: number): void;
}

export interface EvidenceSocket {
  /** Closes the socket; terminates it where the client does not close its side in time. */
  finish(code: CloseCode, reason: string): void;
  /** Takes nothing more, and resolves when what it took is answered. */
  drain(): Promise<void>;
}

/** Longest time of one timer, in ms. */
const LONGEST_WAIT = 2 ** 31 - 1;
/** Serves one admitted socket until it closes: batches one at a time and in order, pings, changes of state, and the end of its token. */
export function serveEvidence(socket: WebSocket, admission: SocketAdmission, options: EvidenceSocketOptions): EvidenceSocket {
  const { limits, clock, timer, log } = options;
  const queue: Buffer[] = [];
  const timers = new Map<'heartbeat' | 'expiry' | 'close', unknown>();
  let told: CoarseState | undefined;
  let unanswered = 0;
  let controlFrames = 0;
  /** Until when it was told to wait, and how many batches have come before that. */
  let waitsUntil = 0;
  let early = 0;
  let open = true;
  let draining = false;
  let working: Promise<void> | undefined;

  function wait(name: 'heartbeat' | 'expiry' | 'close', ms: number, work: () => void): void {
    timer.clear(timers.get(name));
    timers.set(name, timer.set(work, ms));
  }

  function finish(code: CloseCode, reason: string): void {
    if (!open) {
      return;
    }
    open = false;
    queue.length = 0;
    socket.close(code, reason);
  }

  /** Whoever began it, and whatever the library thinks of how long it may take. */
  function onClosing(): void {
    stopTimers();
    wait('close', limits.closeMs, () => socket.terminate());
  }

  function stopTimers(): void {
    for (const handle of timers.values()) {
      timer.clear(handle);
    }
    timers.clear();
  }

  function send(message: Record<string, unknown>): void {
    if (!open) {
      return;
    }
    socket.send(JSON.stringify(message));
    if (socket.bufferedAmount > limits.bufferedBytes) {
      finish(CLOSE_CODES.tooFast, 'ERR_SOCKET_SLOW');
    }
  }

  function tell(state: CoarseState): void {
    if (state !== told) {
      told = state;
      send({ type: 'state', state });
    }
    endWith(state);
  }

  function endWith(state: CoarseState): void {
    if (state === 'ended' || state === 'locked') {
      finish(CLOSE_CODES.ended, state === 'ended' ? 'ERR_SESSION_ENDED' : 'ERR_SESSION_LOCKED');
    }
  }

  async function judge(batch: string): Promise<void> {
    try {
      const answer = await admission.submit(batch);
      told = answer.state;
      send({ type: 'answer', ...answer });
      endWith(answer.state);
    } catch (error) {
      refuse(error, batch);
    }
  }

  function refuse(error: unknown, batch: string): void {
    const code = errorCode(error);
    const status = isTacitServerError(error) ? error.status : isTacitError(error) ? 400 : 500;
    if (status >= 500) {
      log({ level: 'error', event: 'socket-failed', code });
      finish(CLOSE_CODES.overloaded, 'ERR_OVERLOADED');
      return;
    }
    if (code.startsWith('ERR_SESSION_')) {
      finish(code === 'ERR_SESSION_EXPIRED' ? CLOSE_CODES.expired : CLOSE_CODES.ended, code);
      return;
    }
    const { message, expected, retryAfter } = error as { message: string; expected?: number; retryAfter?: number };
    if (retryAfter !== undefined) {
      waitsUntil = clock() + retryAfter * 1_000;
    }
    send({ type: 'refused', seq: seqOf(batch), error: { code, message, expected, retryAfter } });
    // Another code says that the batch is right, only not now: a gap, another stream, too much at once.
    if (status === 400 || status === 413) {
      finish(status === 413 || code === 'ERR_EVIDENCE_SIZE' ? CLOSE_CODES.tooLarge : CLOSE_CODES.malformed, code);
    }
  }

  async function work(): Promise<void> {
    for (let batch = queue.shift(); batch !== undefined && open; batch = queue.shift()) {
      await judge(batch.toString('utf8'));
    }
    working = undefined;
  }

  function heartbeat(): void {
    if (unanswered === 2) {
      finish(CLOSE_CODES.silent, 'ERR_SOCKET_HEARTBEAT');
      return;
    }
    unanswered++;
    controlFrames = 0;
    socket.ping();
    wait('heartbeat', limits.heartbeatMs, heartbeat);
  }

  function expire(): void {
    const left = admission.expiresAt - clock();
    if (left > 0) {
      wait('expiry', Math.min(left, LONGEST_WAIT), expire);
    } else {
      finish(CLOSE_CODES.expired, 'ERR_SESSION_EXPIRED');
    }
  }

  function countControlFrame(): void {
    controlFrames++;
    if (controlFrames > limits.controlFrames) {
      finish(CLOSE_CODES.tooFast, 'ERR_EVIDENCE_RATE');
    }
  }

  /** Whoever goes on while he is to wait is refused at once each time, so that his queue never fills: each batch is read all the same. */
  function isTooEarly(): boolean {
    early = clock() < waitsUntil ? early + 1 : 0;
    return early > limits.queued;
  }

  socket.on('message', (data: Buffer, isBinary: boolean) => {
    if (!open || draining) {
      return;
    }
    unanswered = 0;
    if (isBinary) {
      finish(CLOSE_CODES.malformed, 'ERR_EVIDENCE_TYPE');
    } else if (queue.length >= limits.queued || isTooEarly()) {
      finish(CLOSE_CODES.tooFast, 'ERR_EVIDENCE_RATE');
    } else {
      queue.push(data);
      working ??= work();
    }
  });
  socket.on('ping', countControlFrame);
  socket.on('pong', () => {
    unanswered = 0;
    countControlFrame();
  });
  socket.on(CLOSING, onClosing);
  // The socket closes after an error; what the client did to cause it is nothing to log.
  socket.on('error', () => undefined);
  socket.on('close', (code: number) => {
    open = false;
    queue.length = 0;
    stopTimers();
    admission.release();
    options.onClosed(code);
  });

  // The first that it tells is the state as it is.
  admission.onChange(tell);
  wait('heartbeat', limits.heartbeatMs, heartbeat);
  expire();

  return {
    finish,
    async drain() {
      draining = true;
      await working;
    },
  };
}

/** The number of a batch, for the page to know which one was refused; 0 where it can not be told. */
function seqOf(batch: string): number {
  try {
    const { seq } = JSON.parse(batch) as { seq?: unknown };
    return Number.isSafeInteger(seq) ? (seq as number) : 0;
  } catch {
    return 0;
  }
}
