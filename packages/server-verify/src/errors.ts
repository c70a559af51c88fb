import { TacitError, type TacitErrorOptions } from '@tacit-auth/features';
import { ERROR_CODES, type ServerErrorCode } from './error-codes';

export interface TacitServerErrorOptions extends TacitErrorOptions {
  /** Instead of the standard message of the code. Never repeats a value. */
  message?: string;
  /** Whole seconds after which the same call may succeed. */
  retryAfter?: number;
  /** How many attempts are left before something is locked. */
  left?: number;
  /** The number of the batch that is expected next. */
  expected?: number;
}

/**
 * What the server half throws: misuse, input it refuses, and failures of what it depends on. Compare `code`, not the message.
 *
 * `status` is the HTTP status that suits the code.
 */
export class TacitServerError extends TacitError<ServerErrorCode> {
  override readonly name: string = 'TacitServerError';
  readonly status: number;
  declare readonly retryAfter?: number;
  declare readonly left?: number;
  declare readonly expected?: number;

  constructor(code: ServerErrorCode, options: TacitServerErrorOptions = {}) {
    const entry = ERROR_CODES[code];
    super(code, options.message ?? entry.message, options);
    this.status = entry.status;
    if (options.retryAfter !== undefined) {
      this.retryAfter = options.retryAfter;
    }
    if (options.left !== undefined) {
      this.left = options.left;
    }
    if (options.expected !== undefined) {
      this.expected = options.expected;
    }
  }
}

/** Whether `error` is a {@link TacitServerError}; with `code`, whether it carries that code. */
export function isTacitServerError(error: unknown, code?: ServerErrorCode): error is TacitServerError {
  return error instanceof TacitServerError && (code === undefined || error.code === code);
}

/** Whole seconds, at least 1, that cover a wait in ms. */
export function retryAfterSeconds(waitMs: number): number {
  return Math.max(1, Math.ceil(waitMs / 1000));
}

/** The code of any error, for logs: never its message, which may repeat what somebody typed. */
export function errorCode(error: unknown): string {
  if (error instanceof Error) {
    const { code } = error as { code?: unknown };
    return typeof code === 'string' && /^[A-Z][A-Z0-9_]{0,63}$/.test(code) ? code : error.name;
  }
  return 'unknown';
}
