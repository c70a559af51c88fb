/** One thing worth knowing about the running server. Names and codes only: never an identifier, an address, a value that somebody typed. */
export interface LogEvent {
  readonly level: 'info' | 'warn' | 'error';
  /** What happened, such as `job-failed`. */
  readonly event: string;
  readonly [detail: string]: string | number | boolean;
}

export type Log = (event: LogEvent) => void;
