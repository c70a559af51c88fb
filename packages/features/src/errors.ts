/** What may accompany the code and the message of a {@link TacitError}. */
export interface TacitErrorOptions {
  /** Path of the argument or property at fault, such as `keys[3].press`. Never its value. */
  field?: string;
  /** The error that led to this one. Leave it out where its message could repeat what a customer typed. */
  cause?: unknown;
}

/**
 * The base of every error that Tacit throws for misuse or for input it refuses.
 *
 * `code` is stable and drawn from a literal union: compare it, not the message. Neither `message` nor `field` ever repeats a refused value.
 * Arguments of a wrong kind or size throw the language's own `TypeError` and `RangeError` instead.
 */
export class TacitError<Code extends string = string> extends Error {
  override readonly name: string = 'TacitError';
  readonly code: Code;
  // Declared only: an absent field must not become an own property that is undefined.
  declare readonly field?: string;

  constructor(code: Code, message: string, options: TacitErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    if (options.field !== undefined) {
      this.field = options.field;
    }
  }
}

/** Whether `error` is a {@link TacitError}; with `code`, whether it carries that code. */
export function isTacitError<Code extends string = string>(error: unknown, code?: Code): error is TacitError<Code> {
  return error instanceof TacitError && (code === undefined || error.code === code);
}
