/** A detector that this installation has not: its rows are left out, and the reader is told. */
export class MissingDetector extends Error {
  override readonly name = 'MissingDetector';
}
