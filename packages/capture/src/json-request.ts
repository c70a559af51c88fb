import { assertFunction, assertInteger, assertOptionalEventTarget, assertOptions } from './assert';
import { boundedText, parseJson } from './bounded-json';
import { CaptureError } from './errors';
import { assertIdempotencyKey, platformRandom } from './idempotency-key';

export interface TransportOptions {
  /** Where to, relative to the page or absolute. http and https only. Never put personal data into it. */
  url: string | URL;
  signal?: AbortSignal;
  /** Longest time for one attempt and its answer, in ms: 1-120,000; 10,000 by default. */
  timeoutMs?: number;
  /** Attempts after the first: 0-5; 2 by default. A POST is repeated only with an idempotency key. */
  retries?: number;
  /** Most bytes of the answer: 1-8,388,608; 262,144 by default. */
  maxBytes?: number;
  /** The page's `fetch` by default. */
  fetch?: typeof globalThis.fetch;
  /** Resolves after `ms`, or early once `signal` is aborted. A timer of the page by default. */
  wait?: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Random bytes for the pause between attempts; the platform's by default. */
  random?: (length: number) => Uint8Array;
  /** Whether the request outlives its page. Browsers let such requests hold 64 KiB together, and fail those that are more. */
  keepalive?: boolean;
}

export interface PostJsonOptions extends TransportOptions {
  /** Any value that JSON can carry, up to 524,288 bytes of it. */
  body: unknown;
  /** 16-128 characters of `[A-Za-z0-9_-]`, by {@link newIdempotencyKey} (Tacit's server takes 64 at most): lets the server answer a repeated attempt as it did the first. */
  idempotencyKey?: string;
}

export type GetJsonOptions = TransportOptions;

/** What the server answered. `data` is not checked: it has the shape that your server gives it, null for an empty answer. */
export type TransportResult<Data = unknown> =
  | {
      readonly ok: true;
      readonly status: number;
      readonly data: Data;
      readonly code?: never;
      readonly message?: never;
      readonly field?: never;
      readonly left?: never;
    }
  | {
      readonly ok: false;
      readonly status: number;
      /** The server's `error.code`, or `ERR_HTTP_STATUS` where it sent none. */
      readonly code: string;
      readonly message: string;
      /** Path of the property that the server refused. */
      readonly field?: string;
      /** The server's `error.left`: how many tries are left. */
      readonly left?: number;
      /** From the `retry-after` header, in ms; at most one day. */
      readonly retryAfterMs?: number;
      /** The server's `error.expected`: the number that it takes next, where a stream of batches has a gap. */
      readonly expected?: number;
      readonly data?: never;
    };

const MAX_REQUEST_BYTES = 524_288;
const DAY = 86_400_000;
const RETRIED = new Set([502, 503, 504]);
const CODE = /^[A-Za-z][A-Za-z0-9_.-]{0,63}$/;

/**
 * Sends JSON to your own server and reads a bounded JSON answer. Credentials go to the same origin only, redirects are refused, and the header
 * `x-tacit: 1` makes the request one that a foreign form cannot send.
 *
 * @returns What the server answered, errors included; they have the shape `{ error: { code, message, field?, left? } }`.
 * @throws CaptureError `ERR_TRANSPORT_*` when there is no answer or one that cannot be read; TypeError or RangeError for a wrong argument.
 */
export async function postJson<Data = unknown>(options: PostJsonOptions): Promise<TransportResult<Data>> {
  assertOptions(options, 'options');
  const { body, idempotencyKey } = options;
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (idempotencyKey !== undefined) {
    assertIdempotencyKey(idempotencyKey);
    headers['idempotency-key'] = idempotencyKey;
  }
  const json = JSON.stringify(body) as string | undefined;
  if (json === undefined) {
    throw new TypeError('body must be a value that JSON can carry');
  }
  if (new TextEncoder().encode(json).byteLength > MAX_REQUEST_BYTES) {
    throw new CaptureError('ERR_TRANSPORT_SIZE', `the request has more than ${MAX_REQUEST_BYTES} bytes`, { field: 'body' });
  }
  return request<Data>(options, { method: 'POST', headers, body: json }, idempotencyKey !== undefined);
}

/**
 * Reads a bounded JSON answer from your own server, on the same terms as {@link postJson}. A GET changes nothing, so it is repeated without a key.
 *
 * @throws CaptureError `ERR_TRANSPORT_*`; TypeError or RangeError for a wrong argument.
 */
export async function getJson<Data = unknown>(options: GetJsonOptions): Promise<TransportResult<Data>> {
  assertOptions(options, 'options');
  return request<Data>(options, { method: 'GET', headers: {} }, true);
}

async function request<Data>(options: TransportOptions, init: RequestInit & { headers: Record<string, string> }, repeatable: boolean) {
  const { url, signal, timeoutMs = 10_000, retries = 2, maxBytes = 262_144, random = platformRandom, wait = pageWait } = options;
  const { fetch = globalThis.fetch, keepalive = false } = options;
  assertUrl(url);
  assertOptionalEventTarget(signal, 'signal');
  assertInteger(timeoutMs, 'timeoutMs', 1, 120_000);
  assertInteger(retries, 'retries', 0, 5);
  assertInteger(maxBytes, 'maxBytes', 1, 8_388_608);
  for (const [name, given] of Object.entries({ random, wait, fetch })) {
    assertFunction(given, name);
  }
  const whole: RequestInit = {
    ...init,
    headers: { accept: 'application/json', 'x-tacit': '1', ...init.headers },
    credentials: 'same-origin',
    redirect: 'error',
    cache: 'no-store',
    ...(keepalive ? { keepalive } : {}),
  };
  const attempts = repeatable ? retries + 1 : 1;
  for (let attempt = 1; ; attempt++) {
    const last = attempt === attempts;
    try {
      const answer = await within(signal, timeoutMs, wait, async (attemptSignal) => {
        const response = await fetch(url, { ...whole, signal: attemptSignal });
        return { response, text: await boundedText(response, maxBytes) };
      });
      if (last || !RETRIED.has(answer.response.status)) {
        return toResult<Data>(answer.response, answer.text);
      }
    } catch (error) {
      const repeat = error instanceof CaptureError && /NETWORK|TIMEOUT/.test(error.code);
      if (last || !repeat) {
        throw error;
      }
    }
    // Doubling, and spread so that many clients do not come back at once.
    await pause(250 * 2 ** (attempt - 1) * (0.5 + random(1)[0]! / 512), wait, signal);
  }
}

/** Runs one piece of work that a time limit or the caller may cut short, and names the way in which it failed. */
async function within<Result>(
  signal: AbortSignal | undefined,
  timeoutMs: number,
  wait: NonNullable<TransportOptions['wait']>,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController();
  const abort = () => controller.abort(signal?.reason);
  if (signal?.aborted) {
    throw aborted(signal);
  }
  signal?.addEventListener('abort', abort);
  let timedOut = false;
  const limit = new AbortController();
  const expire = () => {
    if (!limit.signal.aborted) {
      timedOut = true;
      controller.abort();
    }
  };
  // A wait that fails, however it does, must not leave an attempt without a limit.
  void wait(timeoutMs, limit.signal).then(expire, expire);
  try {
    const result = await work(controller.signal);
    if (signal?.aborted) {
      throw aborted(signal);
    }
    return result;
  } catch (error) {
    if (signal?.aborted) {
      throw aborted(signal);
    }
    if (timedOut) {
      throw new CaptureError('ERR_TRANSPORT_TIMEOUT', `no whole answer within ${timeoutMs} ms`, { cause: error });
    }
    throw error instanceof CaptureError
      ? error
      : new CaptureError('ERR_TRANSPORT_NETWORK', 'the server could not be reached: check the connection and try again', { cause: error });
  } finally {
    signal?.removeEventListener('abort', abort);
    limit.abort();
  }
}

async function pause(ms: number, wait: NonNullable<TransportOptions['wait']>, signal: AbortSignal | undefined): Promise<void> {
  try {
    await wait(ms, signal ?? new AbortController().signal);
  } catch (error) {
    if (!signal?.aborted) {
      throw error;
    }
  }
  // A wait that was aborted may resolve or reject; it is the same to the caller.
  if (signal?.aborted) {
    throw aborted(signal);
  }
}

function aborted(signal: AbortSignal): CaptureError {
  return new CaptureError('ERR_TRANSPORT_ABORTED', 'the request was aborted by its signal', { cause: signal.reason });
}

function toResult<Data>(response: Response, text: string): TransportResult<Data> {
  const { ok, status } = response;
  const value = parseJson(text);
  if (ok) {
    if (value === undefined) {
      throw new CaptureError('ERR_TRANSPORT_RESPONSE', `the answer with status ${status} is not JSON`);
    }
    return { ok, status, data: value as Data };
  }
  const error = (value as { error?: Partial<Record<string, unknown>> } | null | undefined)?.error;
  const code = typeof error?.code === 'string' && CODE.test(error.code) ? error.code : 'ERR_HTTP_STATUS';
  const message = typeof error?.message === 'string' ? error.message.slice(0, 500) : `the server answered with status ${status}`;
  const retryAfter = response.headers.get('retry-after');
  return {
    ok: false,
    status,
    code,
    message,
    ...(typeof error?.field === 'string' ? { field: error.field.slice(0, 128) } : {}),
    ...(Number.isSafeInteger(error?.left) ? { left: error?.left as number } : {}),
    ...(Number.isSafeInteger(error?.expected) ? { expected: error?.expected as number } : {}),
    ...(retryAfter !== null && /^\d{1,9}$/.test(retryAfter) ? { retryAfterMs: Math.min(Number(retryAfter) * 1_000, DAY) } : {}),
  };
}

/** @throws TypeError unless `url` is a string or a URL; RangeError unless it is one of the web of at most 2,048 characters. */
export function assertUrl(url: unknown): void {
  const text = url instanceof URL ? url.href : url;
  if (typeof text !== 'string') {
    throw new TypeError('url must be a string or a URL');
  }
  if (text === '' || text.length > 2_048) {
    throw new RangeError('url must have 1 to 2048 characters');
  }
  // A scheme other than the web's would read a file, or code.
  if (/^[a-z][a-z0-9+.-]*:/i.test(text) && !/^https?:/i.test(text)) {
    throw new RangeError('url must be of http or https');
  }
}

function pageWait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(handle);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const handle = setTimeout(done, ms);
    signal.addEventListener('abort', done);
    if (signal.aborted) {
      done();
    }
  });
}
