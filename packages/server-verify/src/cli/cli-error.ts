/** What `tacit` ends with. */
export const EXIT = Object.freeze({
  done: 0,
  /** A file, the database or the keys: the message says which. */
  failed: 1,
  /** The command line is not understood. */
  usage: 2,
  /** It ran, and what was asked for is not there or was done in part. */
  incomplete: 3,
  /** Ended by Ctrl-C, in order. */
  interrupted: 130,
  /** Whoever read the output went away. */
  closedPipe: 141,
});

/** Ends the command with a message. The message names the file or option and says what to do; it never repeats what a file holds. */
export class CliError extends Error {
  override readonly name: string = 'CliError';
  readonly exitCode: number = EXIT.failed;
}

/** A command line that is not understood. */
export class UsageError extends CliError {
  override readonly name = 'UsageError';
  override readonly exitCode = EXIT.usage;
}
