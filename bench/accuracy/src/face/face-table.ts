import { formatText, type Row } from '../../../speed/src/table';
import { interval, rate } from '../report-table';
import type { FaceCrossRow, FaceReport } from './face-report';
import type { PeopleCell } from './people-table';

export const FACE_HEADER = [
  'pairs',
  'same',
  'different',
  'accuracy at .6',
  '95 %',
  'auc',
  '95 %',
  'eer',
  '95 %',
  'best',
  'at',
  'not acquired',
  '',
];

export function faceTable({ rows }: Pick<FaceReport, 'rows'>): Row[] {
  return rows.map((row) => [
    row.condition,
    String(row.genuine),
    String(row.impostor),
    rate(row.accuracy_at_06, 3),
    interval(row.accuracy_at_06_ci),
    rate(row.auc),
    interval(row.auc_ci),
    rate(row.eer_global, 3),
    interval(row.eer_global_ci),
    rate(row.best_accuracy, 3),
    rate(row.best_threshold, 3),
    rate(row.failure_to_acquire, 4),
    '',
  ]);
}

export const FACE_FNMR_HEADER = ['pairs', 'fmr/fnmr at .6', 'fnmr at fmr 1 %', '95 %', 'fnmr at fmr .1 %', '95 %', ''];

export function faceFnmrTable({ rows }: Pick<FaceReport, 'rows'>): Row[] {
  return rows.map((row) => [
    row.condition,
    `${rate(row.fmr_at_06, 3)} / ${rate(row.fnmr_at_06, 3)}`,
    rate(row.fnmr_at_fmr_1pct, 3),
    interval(row.fnmr_at_fmr_1pct_ci),
    `${rate(row.fnmr_at_fmr_01pct, 3)}${row.fmr_claimable !== null && row.fmr_claimable > 0.001 ? '*' : ''}`,
    interval(row.fnmr_at_fmr_01pct_ci),
    '',
  ]);
}

export const FACE_CROSS_HEADER = ['threshold', 'distance', 'people', 'same', 'different', 'fmr', '95 %', 'fnmr', '95 %', ''];

const PEOPLE_WORDS = { all: 'all', fit: 'half that set it', check: 'other half' } as const;

/** Rows under a title for each light. */
export function faceCrossTable({ cross }: Pick<FaceReport, 'cross'>): Row[] {
  return [...new Set(cross.map(({ lighting }) => lighting))].flatMap((lighting): Row[] => [
    `all pairs, ${lighting}`,
    ...cross.filter((row) => row.lighting === lighting).flatMap(crossCells),
  ]);
}

function crossCells({ people, genuine, impostor, at }: FaceCrossRow): string[][] {
  return at.map(({ target_fmr, distance, fmr, fmr_ci, fnmr, fnmr_ci }) => [
    target_fmr === null ? 'the .6 convention' : `fmr ${target_fmr}`,
    rate(distance, 3),
    PEOPLE_WORDS[people],
    String(genuine),
    String(impostor),
    fmr === null ? '-' : fmr.toPrecision(2),
    fmr_ci === null ? '-' : `[${fmr_ci.map((end) => end.toPrecision(2)).join(', ')}]`,
    rate(fnmr, 3),
    interval(fnmr_ci),
    '',
  ]);
}

/** Strangers within .6, within the shipped threshold, and the nearest pair: one person a row, one a column. */
export function peopleHeader({ people }: Pick<FaceReport, 'people'>): string[] {
  return ['', ...namesOf(people), ''];
}

export function peopleRows({ people }: Pick<FaceReport, 'people'>): Row[] {
  const names = namesOf(people);
  return names.map((a) => [a, ...names.map((b) => cellText(people.find((cell) => cell.a === a && cell.b === b))), '']);
}

function namesOf(people: readonly PeopleCell[]): string[] {
  return [...new Set(people.map(({ a }) => a))];
}

function cellText(cell: PeopleCell | undefined): string {
  if (cell === undefined) return '';
  const counts = cell.within.join(', ');
  // Of one person the farthest pair is the one to look at, of two the nearest.
  return cell.a === cell.b
    ? `${counts} of ${cell.pairs}, up to ${rate(cell.most, 2)}`
    : `${counts} of ${cell.pairs}, from ${rate(cell.least, 2)}`;
}

/** Every table, for a terminal. */
export function faceText(face: FaceReport): string {
  const parts = [formatText(FACE_HEADER, faceTable(face)), formatText(FACE_FNMR_HEADER, faceFnmrTable(face))];
  if (face.cross.length > 0) parts.push(formatText(FACE_CROSS_HEADER, faceCrossTable(face)));
  if (face.people.length > 0) parts.push(formatText(peopleHeader(face), peopleRows(face)));
  return parts.join('\n\n');
}
