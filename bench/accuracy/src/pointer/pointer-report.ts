import type { ReportRow } from '../report';
import type { TrainedPopulation } from '../windows/population-lines';

export interface PointerReport {
  readonly rows: readonly ReportRow[];
  readonly populations: readonly TrainedPopulation[];
}
