import type { Report, ReportRow, TravelSummary } from './report';

/** A figure that must stay within bounds. Exactly one of `row` and `travel` says where it stands. */
export interface Floor {
  readonly row?: { readonly suite: string; readonly detector: string; readonly condition: string; readonly enrol: number };
  readonly travel?: { readonly detector: string; readonly cut_off: string; readonly enrol: number | 'all' };
  readonly figure: string;
  readonly least?: number;
  readonly most?: number;
}

export interface JudgedFloor {
  readonly what: string;
  readonly bound: string;
  /** `undefined` where the run did not measure it. */
  readonly value: number | undefined;
  readonly kept: boolean;
}

/** Every floor against a report. A floor whose row the run has not counts as broken unless `partial`: a run of some suites judges those alone. */
export function judgeFloors(floors: readonly Floor[], report: Pick<Report, 'rows' | 'travel_summary'>, partial: boolean): JudgedFloor[] {
  return floors.flatMap((floor): JudgedFloor[] => {
    const found = floor.row === undefined ? travelOf(report, floor) : rowOf(report, floor);
    if (found === undefined && partial) return [];
    const value = found === undefined ? undefined : numberOf(found, floor.figure);
    const kept =
      value !== undefined && value >= (floor.least ?? Number.NEGATIVE_INFINITY) && value <= (floor.most ?? Number.POSITIVE_INFINITY);
    return [{ what: describe(floor), bound: boundOf(floor), value, kept }];
  });
}

function rowOf({ rows }: Pick<Report, 'rows'>, { row }: Floor): ReportRow | undefined {
  return rows.find(
    (each) => each.suite === row?.suite && each.detector === row.detector && each.condition === row.condition && each.enrol === row.enrol,
  );
}

function travelOf(report: Pick<Report, 'travel_summary'>, { travel }: Floor): TravelSummary | undefined {
  return report.travel_summary.find(
    (each) => each.detector === travel?.detector && each.cut_off === travel.cut_off && each.enrol === travel.enrol,
  );
}

function numberOf(row: ReportRow | TravelSummary, figure: string): number | undefined {
  const value: unknown = Object.entries(row).find(([name]) => name === figure)?.[1];
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function describe({ row, travel, figure }: Floor): string {
  if (row !== undefined) return `${row.suite} ${row.condition} n=${row.enrol} ${row.detector} ${figure}`;
  return `threshold on other sets, ${travel?.cut_off} n=${travel?.enrol} ${travel?.detector} ${figure}`;
}

function boundOf({ least, most }: Floor): string {
  return [least === undefined ? '' : `>= ${least}`, most === undefined ? '' : `<= ${most}`].filter((part) => part !== '').join(' and ');
}

/** @throws TypeError or RangeError for a list that holds anything but floors. */
export function parseFloors(text: string): Floor[] {
  const list: unknown = JSON.parse(text);
  if (!Array.isArray(list)) throw new TypeError('floors must be a list');
  for (const floor of list as Partial<Floor>[]) {
    if ((floor.row === undefined) === (floor.travel === undefined)) throw new RangeError('a floor must name a row or a threshold');
    if (typeof floor.figure !== 'string') throw new TypeError('a floor must name a figure');
    if (![floor.least, floor.most].some((bound) => typeof bound === 'number')) throw new RangeError('a floor must have a bound');
  }
  return list as Floor[];
}
