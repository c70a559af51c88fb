import type { CoarseState, EvidenceBatch, EvidenceOpening } from '@tacit-auth/features';
import { assertFunction, assertInteger, assertOptions } from './assert';
import { CaptureError } from './errors';
import { type EvidenceOutcome, isOver, readAnswer, readOpening, readRefusal } from './evidence-answers';
import { evidencePause } from './evidence-pause';
import { evidenceReach } from './evidence-reach';
import { evidenceReconnect } from './evidence-reconnect';
import { platformRandom } from './idempotency-key';
import { assertUrl, postJson, type TransportResult } from './json-request';
import { assertTimer, pageTimer, type Timer } from './timer';

export type { EvidenceOutcome, OverState } from './evidence-answers';

export interface EvidenceTransportOptions {
  /** Where your server takes evidence, such as `/auth/continuous`. */
  url: string | URL;
  /** Its WebSocket; `socket` below `url` by default. false uses none. */
  socketUrl?: string | URL | false;
  /** The state that the server pushed through the socket. */
  onState?: (state: CoarseState) => void;
  /** Whether the server can be reached: false after 5 s without an answer to what was asked, true as soon as there is one. Told when it changes. */
  onReachable?: (reachable: boolean) => void;
  /** The login's token has run out: renew it, and say whether that worked. Without it the session counts as over. */
  onRenew?: () => Promise<boolean>;
  /** The server could not be reached (`ERR_TRANSPORT_NETWORK`, `ERR_TRANSPORT_TIMEOUT`, `ERR_TRANSPORT_RESPONSE`): told once, until it was reached again. */
  onError?: (error: CaptureError) => void;
  /** Longest time for an answer, in ms: 1,000-120,000; 10,000 by default. */
  timeoutMs?: number;
  /** First pause after a failure, in ms: 100-60,000; 1,000 by default. It doubles with each, up to a minute. */
  pauseMs?: number;
  fetch?: typeof globalThis.fetch;
  /** null uses none. */
  WebSocket?: typeof globalThis.WebSocket | null;
  random?: (length: number) => Uint8Array;
  timer?: Timer;
}

export type OpeningOutcome =
  | { readonly status: 'opened'; readonly opening: EvidenceOpening }
  | Extract<EvidenceOutcome, { status: 'later' | 'over' }>;

/** Carries batches to the server: through a WebSocket while there is one, by `fetch` else. It keeps nothing; each verb is one attempt. */
export interface EvidenceTransport {
  /** How the next batch would go. */
  readonly route: 'socket' | 'fetch';
  /** Whether the server is left alone for a while: it failed, or said when to come back. */
  readonly isPaused: boolean;
  /** Resolves when the server may be asked (again), or once `signal` is aborted. */
  ready(signal?: AbortSignal): Promise<void>;
  /** Asks for a stream: the one that all pages of the session share, or with `own` another one, for a page that shares no queue with them. */
  open(options?: { own?: boolean }): Promise<OpeningOutcome>;
  /** Sends one batch and waits for its answer. One at a time. */
  send(batch: EvidenceBatch): Promise<EvidenceOutcome>;
  /** Sends batches at once, by requests that outlive the page, as far as 60,000 bytes go. What becomes of them is not told. */
  sendLast(batches: readonly EvidenceBatch[]): void;
  /** Connects the socket, and connects it again whenever it closes. */
  connect(): void;
  disconnect(): void;
  /** The network is back: does not wait out a pause that the server did not ask for. */
  nudge(): void;
  /** The network is gone, as far as the browser knows. */
  offline(): void;
  /** Closes the socket and aborts what is under way. */
  destroy(): void;
}

const LONGEST_PAUSE_MS = 60_000;
/** Of the 64 KiB that a browser allows for all such requests of a page together. */
const LAST_BYTES = 60_000;
/** A token that is renewed and refused again and again is not renewed for ever. */
const MAX_RENEWALS = 3;

/** @throws TypeError or RangeError for a wrong argument. */
export function evidenceTransport(options: EvidenceTransportOptions): EvidenceTransport {
  assertOptions(options, 'options');
  const { url, socketUrl, onRenew, timeoutMs = 10_000, pauseMs = 1_000, random = platformRandom, timer = pageTimer } = options;
  const { onState = ignore, onReachable = ignore, onError = ignore } = options;
  assertUrl(url);
  if (socketUrl !== undefined && socketUrl !== false) {
    assertSocketUrl(socketUrl);
  }
  assertInteger(timeoutMs, 'timeoutMs', 1_000, 120_000);
  assertInteger(pauseMs, 'pauseMs', 100, 60_000);
  for (const [name, given] of Object.entries({
    onState,
    onReachable,
    onError,
    onRenew: onRenew ?? ignore,
    random,
    fetch: options.fetch ?? ignore,
  })) {
    assertFunction(given, name);
  }
  assertTimer(timer);

  const base = String(url).replace(/\/$/, '');
  const pause = evidencePause({ timer, random, firstMs: pauseMs, longestMs: LONGEST_PAUSE_MS });
  const reach = evidenceReach(timer, onReachable);
  const controller = new AbortController();
  let unreachable = false;
  let renewals = 0;
  let renewing: Promise<'renewed' | 'failed' | 'over'> | undefined;

  const sockets = evidenceReconnect({
    url: () => (socketUrl === false ? undefined : webSocketUrl(socketUrl ?? `${base}/socket`)),
    WebSocket: () => (options.WebSocket === undefined ? globalThis.WebSocket : options.WebSocket) ?? undefined,
    timer,
    random,
    timeoutMs,
    pause,
    onState,
    onOpen: reach.answered,
    onLost: reach.failed,
    // Else a page in which nothing happens for long would have used up all its renewals.
    onStable: () => {
      renewals = 0;
    },
    renew,
  });

  function wait(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        timer.clear(handle);
        resolve();
      };
      const handle = timer.set(done, ms);
      signal.addEventListener('abort', done, { once: true });
    });
  }

  function post(path: string, body: unknown, keepalive = false): Promise<TransportResult> {
    const { fetch = globalThis.fetch } = options;
    const request = { url: `${base}${path}`, body, timeoutMs, retries: 0, maxBytes: 65_536, wait, random, fetch };
    return postJson({ ...request, keepalive, ...(keepalive ? {} : { signal: controller.signal }) });
  }

  /** Several may find at once that the token has run out; it is renewed once. */
  function renew(): Promise<'renewed' | 'failed' | 'over'> {
    renewing ??= (async () => {
      if (!onRenew || renewals >= MAX_RENEWALS) {
        return 'over';
      }
      renewals++;
      try {
        return (await onRenew()) ? 'renewed' : 'over';
      } catch (cause) {
        failed(new CaptureError('ERR_TRANSPORT_NETWORK', 'the token could not be renewed', { cause }));
        return 'failed';
      }
    })().finally(() => {
      renewing = undefined;
    });
    return renewing;
  }

  function failed(error: CaptureError): void {
    if (controller.signal.aborted) {
      return;
    }
    pause.afterFailure();
    reach.failed();
    if (!unreachable) {
      unreachable = true;
      onError(error);
    }
  }

  function reached(): void {
    unreachable = false;
    renewals = 0;
    pause.afterSuccess();
    reach.answered();
  }

  /** What a refusal comes to, once the token was renewed or the pause was set that it asks for. */
  async function settle(refusal: { code: string; status?: number; expected?: number | undefined; retryAfterMs?: number }) {
    const { code, retryAfterMs } = refusal;
    const kind = readRefusal(refusal);
    if (kind.status === 'renew') {
      const renewed = await renew();
      if (renewed === 'over') {
        return { status: 'over', state: 'ended', code } as const;
      }
      if (renewed === 'renewed' && renewals > 1) {
        // The one before was refused too.
        pause.afterFailure();
      }
      return { status: 'later', code } as const;
    }
    if (kind.status === 'later') {
      retryAfterMs === undefined ? pause.afterFailure() : pause.asTold(retryAfterMs);
      if (refusal.status !== 429 && code !== 'ERR_EVIDENCE_RATE') {
        reach.failed();
      }
    } else {
      reached();
    }
    return kind;
  }

  /** One request; `read` finds what is wanted in an answer that is right. */
  async function request<Found>(path: string, body: unknown, read: (data: unknown) => Found | undefined) {
    let result: TransportResult;
    try {
      result = await post(path, body);
    } catch (cause) {
      if (controller.signal.aborted) {
        return { status: 'later', code: 'ERR_TRANSPORT_ABORTED' } as const;
      }
      const error =
        cause instanceof CaptureError ? cause : new CaptureError('ERR_TRANSPORT_NETWORK', 'the request could not be made', { cause });
      failed(error);
      return { status: 'later', code: error.code } as const;
    }
    if (!result.ok) {
      return settle(result);
    }
    const found = read(result.data);
    if (found === undefined) {
      failed(new CaptureError('ERR_TRANSPORT_RESPONSE', 'the server did not answer as the wire type says'));
      return { status: 'later', code: 'ERR_TRANSPORT_RESPONSE' } as const;
    }
    reached();
    return { status: 'found', found } as const;
  }

  return {
    get route() {
      return sockets.isOpen ? 'socket' : 'fetch';
    },
    get isPaused() {
      return pause.isOn;
    },
    ready: (signal) => pause.end(signal),
    async open({ own = false } = {}) {
      const outcome = await request('/open', own ? { own } : {}, readOpening);
      if (outcome.status === 'found') {
        const { found } = outcome;
        return isOver(found.state)
          ? { status: 'over', state: found.state, code: '' }
          : { status: 'opened', opening: found as EvidenceOpening };
      }
      if (outcome.status === 'later' || outcome.status === 'over') {
        return outcome;
      }
      // There is no batch that could be wrong: it is the request that this server does not take.
      return { status: 'over', state: 'off', code: 'code' in outcome ? outcome.code : 'ERR_EVIDENCE_GAP' };
    },
    async send(batch) {
      if (sockets.isOpen) {
        const reply = await sockets.send(batch);
        if (typeof reply === 'object' && 'answer' in reply) {
          reached();
          return { status: 'answered', answer: reply.answer };
        }
        if (typeof reply === 'object') {
          return settle(reply.refusal);
        }
        if (pause.isOn || controller.signal.aborted) {
          return { status: 'later', code: 'ERR_TRANSPORT_NETWORK' };
        }
      }
      const outcome = await request('/batch', batch, (data) => readAnswer(data, batch));
      return outcome.status === 'found' ? { status: 'answered', answer: outcome.found } : outcome;
    },
    sendLast(batches) {
      let left = LAST_BYTES;
      for (const batch of batches) {
        left -= JSON.stringify(batch).length;
        if (left < 0) {
          return;
        }
        // Nobody is left to hear of it; a batch that did not arrive is still in the queue.
        post('/batch', batch, true).catch(ignore);
      }
    },
    connect: () => sockets.connect(),
    disconnect: () => sockets.disconnect(),
    nudge() {
      pause.cutShort();
      sockets.nudge();
      reach.online();
    },
    offline: () => reach.offline(),
    destroy() {
      controller.abort();
      sockets.disconnect();
      pause.stop();
      reach.stop();
    },
  };
}

/** @throws TypeError or RangeError unless it is a URL of the web, or of a WebSocket. */
function assertSocketUrl(value: unknown): void {
  const text = value instanceof URL ? value.href : value;
  if (typeof text !== 'string') {
    throw new TypeError('socketUrl must be a string, a URL or false');
  }
  if (text === '' || text.length > 2_048 || (/^[a-z][a-z0-9+.-]*:/i.test(text) && !/^(https?|wss?):/i.test(text))) {
    throw new RangeError('socketUrl must be of ws, wss, http or https');
  }
}

/** Not every browser takes a relative address for a WebSocket, or one of http. */
function webSocketUrl(url: string | URL): string {
  return new URL(url, globalThis.document?.baseURI).href.replace(/^http/i, 'ws');
}

function ignore(): undefined {
  return undefined;
}
