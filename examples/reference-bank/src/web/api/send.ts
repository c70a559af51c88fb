import { CaptureError, getJson, postJson } from '@tacit-auth/capture/transport';
import { ApiError, readApiError } from './api-error';
import type { ApiRequest, Send } from './client';
import { type ServerClock, serverClock } from './server-clock';

/** A registration fits a model and hashes a password on a small machine: longer than a look-up. */
const TIMEOUT_MS = 30_000;
/** An export holds every raw sample of a customer. */
const MAX_BYTES = 8_388_608;

/** How often a submit is asked for again that the bank is still at, and how long it is waited for at most: one that broke off is begun anew after some seconds. */
const MOST_WAITS = 3;
const LONGEST_WAIT_SECONDS = 10;

/**
 * Sends one request by the capture package's transport, and turns everything that is no answer into an {@link ApiError}. One with an idempotency key is repeated
 * where no server answered, and where one is still at it; any other is sent once. `clock` hears the bank's time.
 */
export function createSend(
  fetch: typeof globalThis.fetch,
  clock: Pick<ServerClock, 'hear'> = serverClock,
  wait: (ms: number) => Promise<void> = (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
): Send {
  const once = sendOnce(fetch, clock);
  return async (request) => {
    for (let waits = 0; ; waits += 1) {
      try {
        return await once(request);
      } catch (error) {
        const isBusy = error instanceof ApiError && error.code === 'ERR_CHALLENGE_BUSY' && request.idempotencyKey !== undefined;
        if (!isBusy || waits === MOST_WAITS || request.signal?.aborted) {
          throw error;
        }
        await wait(Math.min(error.retryAfter ?? 1, LONGEST_WAIT_SECONDS) * 1_000);
      }
    }
  };
}

function sendOnce(fetch: typeof globalThis.fetch, clock: Pick<ServerClock, 'hear'>): Send {
  return async ({ method, path, body, idempotencyKey, timeoutMs = TIMEOUT_MS, signal }: ApiRequest) => {
    // The time to wait is in the body, too, where a proxy has taken the header away.
    let refusal: unknown;
    const watched: typeof globalThis.fetch = async (input, init) => {
      const response = await fetch(input, init);
      clock.hear(response);
      refusal = response.ok
        ? undefined
        : await response
            .clone()
            .json()
            .catch(() => undefined);
      return response;
    };
    const options = { url: path, timeoutMs, maxBytes: MAX_BYTES, fetch: watched, ...(signal ? { signal } : {}) };
    try {
      const result =
        method === 'GET' ? await getJson(options) : await postJson({ ...options, body, ...(idempotencyKey ? { idempotencyKey } : {}) });
      if (result.ok) {
        return result.data;
      }
      throw readApiError(result.status, refusal, result.retryAfterMs);
    } catch (error) {
      throw error instanceof CaptureError ? fromTransport(error) : error;
    }
  };
}

function fromTransport(error: CaptureError): ApiError {
  const isUnreadable = error.code === 'ERR_TRANSPORT_RESPONSE' || error.code === 'ERR_TRANSPORT_SIZE';
  return new ApiError({ code: isUnreadable ? 'ERR_ANSWER' : 'ERR_NETWORK', status: 0, cause: error });
}

export const sendRequest: Send = createSend((input, init) => globalThis.fetch(input, init));

/** Fetches a file that is no JSON, with the session's cookies. */
export async function fetchText(path: string): Promise<string> {
  let response: Response;
  try {
    response = await fetch(path, { credentials: 'same-origin', redirect: 'error', cache: 'no-store' });
  } catch (cause) {
    throw new ApiError({ code: 'ERR_NETWORK', status: 0, cause });
  }
  if (response.ok) {
    return response.text();
  }
  throw readApiError(response.status, await response.json().catch(() => undefined));
}
