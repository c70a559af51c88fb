import type { ReportHead } from '../../shared/src/report-file';
import type { Trial } from './largest';
import type { SoakFigures } from './soak';
import type { StoredCost } from './stored-cost';

export const REPORT_SCHEMA = 'tacit-load/3';

export interface LoadReport extends ReportHead<typeof REPORT_SCHEMA> {
  /** Null where only the other part was measured. */
  soak: SoakFigures | null;
  /** Runs that looked for the largest number of sessions; none where the first one kept the limit. */
  trials: Trial[];
  stored: StoredCost[];
}
