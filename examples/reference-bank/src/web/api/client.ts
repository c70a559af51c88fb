import { newIdempotencyKey } from '@tacit-auth/capture/transport';
import { ApiError } from './api-error';

export interface ApiRequest {
  method: 'GET' | 'POST';
  path: string;
  body?: unknown;
  idempotencyKey?: string;
  /** How long an answer is waited for, each time that it is sent; as long as the slowest takes by default. */
  timeoutMs?: number;
  signal?: AbortSignal;
}

/** Sends one request and returns the parsed body of a 2xx answer. Anything else throws {@link ApiError}. */
export type Send = (request: ApiRequest) => Promise<unknown>;

export interface ClientOptions {
  send: Send;
  /** Runs its work while no other tab does the same: two tabs must never rotate one refresh token. */
  exclusively: <T>(work: () => Promise<T>) => Promise<T>;
  /** The session is locked: some request was answered with 423. */
  onLocked: () => void;
  /** There is no session any more. `ended` where the bank ended it. */
  onSignedOut: (reason: 'expired' | 'ended') => void;
}

export interface PostOptions {
  idempotencyKey?: string;
  signal?: AbortSignal;
}

export interface Client {
  get<T>(path: string, options?: { signal?: AbortSignal }): Promise<T>;
  post<T>(path: string, body: unknown, options?: PostOptions): Promise<T>;
  /** Does the work, and once more after the tokens were renewed if they had run out. */
  renewing<T>(work: () => Promise<T>): Promise<T>;
}

/** Three of these, and the pauses between them, end before the server takes the old token for stolen. */
const RENEWAL_TIMEOUT_MS = 10_000;

/** A client of the bank that keeps the session alive: an expired access token is renewed once, and the request repeated. */
export function createClient({ send, exclusively, onLocked, onSignedOut }: ClientOptions): Client {
  let renewal: Promise<void> | undefined;

  function renew(): Promise<void> {
    renewal ??= exclusively(async () => {
      // With a key, so that one whose answer was lost is repeated at once: the server knows the old token for a minute more, and takes it for stolen then.
      await send({
        method: 'POST',
        path: '/auth/refresh',
        body: {},
        idempotencyKey: newIdempotencyKey(),
        timeoutMs: RENEWAL_TIMEOUT_MS,
      });
    }).finally(() => {
      renewal = undefined;
    });
    return renewal;
  }

  function tell(error: unknown): void {
    if (!(error instanceof ApiError)) {
      return;
    }
    if (error.status === 423) {
      onLocked();
    } else if (error.code === 'ERR_SESSION_ENDED') {
      onSignedOut('ended');
    } else if (error.code === 'ERR_SESSION_NONE' || error.code === 'ERR_SESSION_EXPIRED') {
      onSignedOut('expired');
    }
  }

  async function renewing<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 'ERR_SESSION_EXPIRED') {
        tell(error);
        throw error;
      }
    }
    try {
      await renew();
      return await work();
    } catch (error) {
      tell(error);
      throw error;
    }
  }

  return {
    renewing,
    get: async <T>(path: string, options: { signal?: AbortSignal } = {}) =>
      (await renewing(() => send({ method: 'GET', path, ...options }))) as T,
    post: async <T>(path: string, body: unknown, options: PostOptions = {}) =>
      (await renewing(() => send({ method: 'POST', path, body, ...options }))) as T,
  };
}
