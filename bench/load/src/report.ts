import type { Trial } from './largest';
import type { SoakFigures } from './soak';
import type { StoredCost } from './stored-cost';

export const REPORT_SCHEMA = 'tacit-load/1';

export interface LoadReport {
  schema: typeof REPORT_SCHEMA;
  machine: { node: string; cpus: number };
  /** Null where only the other part was measured. */
  soak: SoakFigures | null;
  /** Runs that looked for the largest number of sessions; none where the first one kept the limit. */
  trials: Trial[];
  stored: StoredCost[];
}

/** @throws Error for what is no report of this version */
export function parseReport(text: string): LoadReport {
  const report = JSON.parse(text) as LoadReport;
  if (report.schema !== REPORT_SCHEMA) throw new Error(`the last results are of ${report.schema}, not of ${REPORT_SCHEMA}: measure anew`);
  return report;
}
