/** What a suite on windows of a session is measured with. */
export interface WindowSuiteOptions {
  readonly data: string;
  /** Folder of the sets that a population is trained on; null: none is trained on another folder's people. */
  readonly trainData: string | null;
  readonly seed: number;
  readonly resamples: number;
  readonly threads: number;
  /** The rows that floors need. */
  readonly small: boolean;
  /** Twelve people of each set. */
  readonly quick: boolean;
  /** Names of detectors; empty: all. */
  readonly detectors: readonly string[];
}
