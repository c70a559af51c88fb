import type { SessionCurve, SessionRow } from './session-figures';
import type { TrustReport } from './trust-figures';

export interface SessionReport {
  readonly rows: readonly SessionRow[];
  readonly curves: readonly SessionCurve[];
  /** Trust over time: where every set is there, and a population is trained. */
  readonly trust?: TrustReport;
}
