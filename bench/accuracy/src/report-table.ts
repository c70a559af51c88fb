import type { Interval } from '@tacit-auth/models/evaluation';
import type { Row } from '../../speed/src/table';
import type { JudgedFloor } from './floors';
import type { Report, ReportRow } from './report';

export const ROW_HEADER = [
  'condition',
  'n',
  'users',
  'eer_user',
  '95 %',
  'eer_global',
  'auc',
  'fnmr@1%',
  'fnmr@.1%',
  'refused',
  'fmr/fnmr at .01',
];

/** A rate with three or four figures after the point, as the literature writes it. */
export function rate(value: number | null | undefined, digits = 4): string {
  return value === null || value === undefined ? '-' : value.toFixed(digits).replace(/^0\./, '.');
}

export function interval(ci: Interval | null | undefined): string {
  return ci === null || ci === undefined ? '-' : `[${rate(ci[0], 3)}, ${rate(ci[1], 3)}]`;
}

/** All rows, under a title for each suite and detector; below each that of the people of odd number alone, where there is one. */
export function rowTable({ rows, rows_odd }: Pick<Report, 'rows' | 'rows_odd'>): Row[] {
  const titles = [...new Set(rows.map(titleOf))];
  return titles.flatMap((title): Row[] => [
    title,
    ...rows
      .filter((row) => titleOf(row) === title)
      .flatMap((row) => [
        cells(row),
        ...rows_odd
          .filter((odd) => titleOf(odd) === title && odd.condition === row.condition && odd.enrol === row.enrol)
          .map((odd) => cells({ ...odd, condition: `${odd.condition}, odd people` })),
      ]),
  ]);
}

const titleOf = ({ suite, detector }: ReportRow) => `${suite}, ${detector}`;

function cells(row: ReportRow): string[] {
  const at = row.at_targets.find(({ target_fmr }) => target_fmr === 0.01);
  return [
    row.condition,
    String(row.enrol),
    String(row.users),
    rate(row.eer_user),
    interval(row.eer_user_ci),
    rate(row.eer_global),
    rate(row.auc),
    rate(row.fnmr_at_fmr_1pct, 3),
    `${rate(row.fnmr_at_fmr_01pct, 3)}${row.fmr_claimable !== null && row.fmr_claimable > 0.001 ? '*' : ''}`,
    rate(row.insufficient, 3),
    at === undefined ? classicalCell(row) : `${rate(at.fmr)} / ${rate(at.fnmr, 3)}`,
  ];
}

function classicalCell({ at_classical }: ReportRow): string {
  return at_classical === undefined ? '' : `${rate(at_classical.fmr)} / ${rate(at_classical.fnmr, 3)} at .7 of the trees`;
}

export const TRAVEL_HEADER = ['threshold on other sets', 'n', 'cut-off', 'fmr', '95 %', 'fnmr', ''];

export function travelTable({ travel, travel_summary }: Pick<Report, 'travel' | 'travel_summary'>): Row[] {
  const titles = [...new Set(travel.map(({ detector, cut_off }) => `${detector}, ${cut_off}`))];
  return titles.flatMap((title): Row[] => [
    title,
    ...travel
      .filter(({ detector, cut_off }) => `${detector}, ${cut_off}` === title)
      .map((row) => [row.set, String(row.enrol), row.cut_off, rate(row.fmr), interval(row.fmr_ci), rate(row.fnmr, 3), '']),
    ...travel_summary
      .filter(({ detector, cut_off }) => `${detector}, ${cut_off}` === title)
      .map((row) => [
        `mean of ${row.sets} sets, CMU not among them`,
        String(row.enrol),
        row.cut_off,
        rate(row.fmr_mean),
        `worst ${rate(row.fmr_worst, 3)}`,
        rate(row.fnmr_mean, 3),
        '',
      ]),
  ]);
}

export const FLOOR_HEADER = ['floor', 'bound', 'measured', ''];

export function floorTable(floors: readonly JudgedFloor[]): Row[] {
  return floors.map(({ what, bound, value, verdict }) => [
    what,
    bound,
    value === undefined ? '-' : rate(value),
    verdict === 'broken' ? 'BROKEN' : verdict,
  ]);
}
