/** A request that brought no answer that could be used. `code` is the server's, or one of this side's: `ERR_NETWORK`, `ERR_ANSWER`. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: string;
  /** The HTTP status; 0 where there was no answer. */
  readonly status: number;
  /** The path of the property that is at fault, `entries[2]`. */
  readonly field: string | undefined;
  /** Seconds until another try makes sense. */
  readonly retryAfter: number | undefined;
  /** Tries that are left. */
  readonly left: number | undefined;

  constructor(options: {
    code: string;
    status: number;
    message?: string | undefined;
    field?: string | undefined;
    retryAfter?: number | undefined;
    left?: number | undefined;
    cause?: unknown;
  }) {
    super(options.message ?? options.code, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = options.code;
    this.status = options.status;
    this.field = options.field;
    this.retryAfter = options.retryAfter;
    this.left = options.left;
  }

  /** Whether the server may or may not have done what was asked, so that the same request must be sent again with the same key. */
  get isOpen(): boolean {
    return this.status === 0 || this.status >= 500 || this.code === 'ERR_CHALLENGE_BUSY';
  }
}

/** Reads the error that the server wrote as JSON. A body of another shape gives `ERR_ANSWER`. `retryAfterMs` is the header's. */
export function readApiError(status: number, body: unknown, retryAfterMs?: number): ApiError {
  const outer = asRecord(body);
  const error = asRecord(outer?.error);
  const code = error?.code;
  const told = retryAfterMs === undefined ? undefined : retryAfterMs / 1000;
  if (error === undefined || typeof code !== 'string') {
    return new ApiError({ code: 'ERR_ANSWER', status, retryAfter: told });
  }
  return new ApiError({
    code,
    status,
    message: text(error.message),
    field: text(error.field),
    retryAfter: count(error.retryAfter) ?? told,
    left: count(error.left ?? outer?.left),
  });
}

function asRecord(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const count = (value: unknown): number | undefined => (typeof value === 'number' && value >= 0 ? value : undefined);
