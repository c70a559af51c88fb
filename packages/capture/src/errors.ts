/** Every code of a {@link CaptureError}. */
export type CaptureErrorCode =
  /** The recorder, watcher or meter was used before `start()`, or its result was asked for before there was one. */
  | 'ERR_CAPTURE_NOT_STARTED'
  /** It was used after `destroy()`, or destroyed while a result was awaited. */
  | 'ERR_CAPTURE_DESTROYED'
  /** `start()` was called where there is no document, such as on a server. */
  | 'ERR_CAPTURE_NO_DOCUMENT'
  /** A field that holds a password was given to a recorder of free text. */
  | 'ERR_CAPTURE_PASSWORD_FIELD'
  /** An entry came after the last step was done. */
  | 'ERR_ENROLMENT_COMPLETE'
  /** The samples were asked for before every step was done. */
  | 'ERR_ENROLMENT_INCOMPLETE'
  /** The enrolment has no step of that id. */
  | 'ERR_ENROLMENT_STEP'
  /** No answer from the server, after every retry that was allowed. */
  | 'ERR_TRANSPORT_NETWORK'
  /** No whole answer within `timeoutMs`, after every retry that was allowed. */
  | 'ERR_TRANSPORT_TIMEOUT'
  /** The caller's signal was aborted. */
  | 'ERR_TRANSPORT_ABORTED'
  /** The answer to a successful request is not JSON. */
  | 'ERR_TRANSPORT_RESPONSE'
  /** The request or the answer has more bytes than allowed. */
  | 'ERR_TRANSPORT_SIZE'
  /** The server refused a batch of evidence, or to take any. */
  | 'ERR_TRANSPORT_REFUSED'
  /** The browser keeps nothing for this page: what waits to be sent is in memory only. */
  | 'ERR_TRANSPORT_STORAGE'
  /** The queue is of a stream that is over: another tab erased it, or opened another one. */
  | 'ERR_TRANSPORT_STREAM';

/** What may accompany the code and the message of a {@link CaptureError}. */
export interface CaptureErrorOptions {
  /** Name of the argument or step at fault. Never a typed value. */
  field?: string;
  /** The error that led to this one. */
  cause?: unknown;
}

/**
 * What this package throws for misuse that the types cannot rule out, and for a network that failed.
 *
 * `code` is stable and drawn from a literal union: compare it, not the message. Arguments of a wrong kind or size throw the language's own
 * `TypeError` and `RangeError` instead. Neither message nor `field` ever repeats what a person typed.
 */
export class CaptureError extends Error {
  override readonly name: string = 'CaptureError';
  readonly code: CaptureErrorCode;
  // Declared only: an absent field must not become an own property that is undefined.
  declare readonly field?: string;

  constructor(code: CaptureErrorCode, message: string, options: CaptureErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    if (options.field !== undefined) {
      this.field = options.field;
    }
  }
}

/** What use after `destroy()` throws. */
export function destroyed(what: string): CaptureError {
  return new CaptureError('ERR_CAPTURE_DESTROYED', `the ${what} was destroyed: make a new one`);
}
