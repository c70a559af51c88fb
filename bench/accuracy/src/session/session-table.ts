import type { Row } from '../../../speed/src/table';
import { rate } from '../report-table';
import { FOUND_BY, type SessionRow } from './session-figures';

export interface SessionTable {
  readonly header: readonly string[];
  readonly rows: readonly Row[];
}

/** A table for keys and one for actions, where there are rows of them. */
export function sessionTables(rows: readonly SessionRow[]): SessionTable[] {
  return (['keys', 'actions'] as const).flatMap((unit) => {
    const own = rows.filter((row) => row.unit === unit);
    return own.length === 0 ? [] : [{ header: headerOf(unit), rows: sessionTable(own) }];
  });
}

function headerOf(unit: SessionRow['unit']): string[] {
  return [
    'condition',
    'n',
    'asked for in 10,000',
    'h',
    'users',
    `genuine ${unit}`,
    'false alarms in 10,000',
    '95 %',
    'users with any',
    'switches',
    `median ${unit} until noticed`,
    '95 %',
    'p90',
    ...FOUND_BY[unit].map((amount) => `by ${amount}`),
    'never',
  ];
}

/** Rows under a title for each detector. */
function sessionTable(rows: readonly SessionRow[]): Row[] {
  return [...new Set(rows.map(titleOf))].flatMap((title): Row[] => [title, ...rows.filter((row) => titleOf(row) === title).map(cells)]);
}

const titleOf = ({ suite, detector }: SessionRow) => `${suite}, ${detector}`;

function cells(row: SessionRow): string[] {
  return [
    row.condition,
    String(row.enrol),
    String(row.target_per_10k),
    row.threshold === null ? 'none' : String(row.threshold),
    String(row.users),
    String(row.genuine),
    row.false_alarms_per_10k === null ? '-' : row.false_alarms_per_10k.toPrecision(2),
    row.false_alarms_per_10k_ci === null ? '-' : `[${row.false_alarms_per_10k_ci.map((each) => each.toPrecision(2)).join(', ')}]`,
    rate(row.users_with_false_alarm, 3),
    String(row.switches),
    amount(row.detected_median, row),
    row.detected_median_ci === null ? '-' : `[${row.detected_median_ci.map((each) => Math.round(each)).join(', ')}]`,
    amount(row.detected_p90, row),
    ...row.found_by.map(([, share]) => rate(share, 3)),
    rate(row.never, 3),
  ];
}

/** What was never noticed may have been, had the stream been longer. */
function amount(value: number | null, { stream_median, threshold }: SessionRow): string {
  return value === null ? (threshold === null ? '-' : `> ${stream_median}`) : String(value);
}
