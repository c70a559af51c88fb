import type { SessionCurve, SessionRow } from './session-figures';

export interface SessionReport {
  readonly rows: readonly SessionRow[];
  readonly curves: readonly SessionCurve[];
}
