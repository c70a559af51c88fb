import { isTacitServerError, TacitServerError } from './errors';

/** Two transactions that can not both be: run it again. Serialisation failure, deadlock. */
const CONTENTION = /^40(?:001|P01)$/;
/** Statement or lock waited too long; too many connections; a transaction that did nothing for too long, which it would do again. */
const BUSY = /^(?:57014|55P03|53300|25P03)$/;
/** The connection is gone: class 08, shutdowns, and what the operating system says. */
const LOST = /^(?:08...|57P0[1-5]|ECONNRESET|ECONNREFUSED|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)$/;
/** Not lost by accident, and gone all the same. */
const ENDED = '25P03';

/**
 * `contention`: run it again. `lost`: the connection is gone, and unless it was being committed, nothing was written. `busy`: it took too long.
 */
export type PostgresTrouble = 'contention' | 'lost' | 'busy' | 'failed';

/** What PostgreSQL or the way to it said, by its code alone: messages and details may repeat addresses, names and values. */
export class PostgresFailure extends Error {
  override readonly name = 'PostgresFailure';

  constructor(
    /** SQLSTATE, or the code of the operating system. */
    readonly code: string,
    readonly trouble: PostgresTrouble,
  ) {
    super(`PostgreSQL or the connection to it failed: ${code}`);
  }

  /** Whether there is no connection any more. */
  get endsConnection(): boolean {
    return this.trouble === 'lost' || this.code === ENDED;
  }
}

export function postgresFailure(error: unknown): PostgresFailure {
  if (error instanceof PostgresFailure) {
    return error;
  }
  const { code, message = '' } = (typeof error === 'object' && error !== null ? error : {}) as { code?: unknown; message?: string };
  if (typeof code === 'string' && /^[A-Z0-9_]{1,40}$/.test(code)) {
    return new PostgresFailure(code, CONTENTION.test(code) ? 'contention' : BUSY.test(code) ? 'busy' : LOST.test(code) ? 'lost' : 'failed');
  }
  // These have no code of their own.
  if (/query read timeout/i.test(message)) {
    return new PostgresFailure('ANSWER_TIMEOUT', 'lost');
  }
  if (/timeout/i.test(message)) {
    return new PostgresFailure('CONNECT_TIMEOUT', 'busy');
  }
  const lost = /terminat|not queryable|closed the connection/i.test(message);
  return new PostgresFailure(lost ? 'CONNECTION_LOST' : 'UNKNOWN', lost ? 'lost' : 'failed');
}

/** The error of a store for what went wrong. */
export function storeError(error: unknown): TacitServerError {
  if (isTacitServerError(error)) {
    return error;
  }
  const cause = postgresFailure(error);
  if (cause.trouble === 'contention' || cause.trouble === 'busy') {
    return new TacitServerError('ERR_STORE_BUSY', {
      message: 'The store stayed too busy for too long: try again, and see whether it has enough connections.',
      cause,
    });
  }
  return new TacitServerError('ERR_STORE_FAILED', { cause });
}

/** The connection was lost on the way of a commit: nobody knows whether it took effect. */
export function commitLost(cause: PostgresFailure): TacitServerError {
  return new TacitServerError('ERR_STORE_FAILED', {
    message:
      'The connection was lost during a commit, which may have taken effect: repeat with the same idempotency key, or read before you repeat.',
    cause,
  });
}
