/** Every code of a {@link FaceEngineError}. */
export type FaceEngineErrorCode =
  /** A file of the engine or a model is missing, cannot be reached, or is not the one this version was made with. `field` names it. */
  | 'ERR_FACE_ENGINE_ASSETS'
  /** The browser has no workers, no WebAssembly or no WebGL in workers, or the page is not served securely. */
  | 'ERR_FACE_ENGINE_UNSUPPORTED'
  /** A frame was handed in before `warmUp()` was done. */
  | 'ERR_FACE_ENGINE_COLD'
  /** A frame was handed in while one was being worked on in the same way. */
  | 'ERR_FACE_ENGINE_BUSY'
  /** The engine was closed. */
  | 'ERR_FACE_ENGINE_CLOSED'
  /** A worker or a model broke. */
  | 'ERR_FACE_ENGINE_FAILED';

/** What the face engine rejects with. Compare `code`, not the message. */
export class FaceEngineError extends Error {
  override readonly name: string = 'FaceEngineError';
  readonly code: FaceEngineErrorCode;
  /** Name of the file at fault. */
  declare readonly field?: string;

  constructor(code: FaceEngineErrorCode, message: string, options: { field?: string | undefined; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    if (options.field !== undefined) {
      this.field = options.field;
    }
  }
}
