import type { Row } from '../../../speed/src/table';
import type { ReportRow } from '../report';
import { interval, rate } from '../report-table';

/** Rows about windows of a session, which have a table of their own. */
export function isWindowRow({ suite, condition }: Pick<ReportRow, 'suite' | 'condition'>): boolean {
  return suite === 'free-text' || suite === 'pointer' || (suite === 'typing-jsonl' && condition.split(' ')[0] === 'free');
}

export const WINDOW_HEADER = [
  'condition',
  'n',
  'users',
  'genuine',
  'impostor',
  'eer_global',
  '95 %',
  'eer_user',
  '95 %',
  'auc',
  '95 %',
  'fnmr@1%',
  '95 %',
  'fnmr@.1%',
  'refused',
  'fmr/fnmr at .01',
];

/** Rows under a title for each suite and detector. */
export function windowTable(rows: readonly ReportRow[]): Row[] {
  return [...new Set(rows.map(titleOf))].flatMap((title): Row[] => [title, ...rows.filter((row) => titleOf(row) === title).map(cells)]);
}

const titleOf = ({ suite, detector }: ReportRow) => `${suite}, ${detector}`;

function cells(row: ReportRow): string[] {
  const at = row.at_targets.find(({ target_fmr }) => target_fmr === 0.01);
  return [
    row.condition,
    String(row.enrol),
    String(row.users),
    String(row.genuine),
    String(row.impostor),
    rate(row.eer_global),
    interval(row.eer_global_ci),
    rate(row.eer_user),
    interval(row.eer_user_ci),
    rate(row.auc),
    interval(row.auc_ci),
    rate(row.fnmr_at_fmr_1pct, 3),
    interval(row.fnmr_at_fmr_1pct_ci),
    `${rate(row.fnmr_at_fmr_01pct, 3)}${row.fmr_claimable !== null && row.fmr_claimable > 0.001 ? '*' : ''}`,
    rate(row.insufficient, 3),
    at === undefined ? '' : `${rate(at.fmr)} / ${rate(at.fnmr, 3)}`,
  ];
}
