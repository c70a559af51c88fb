import type { TemplateAge } from '@tacit-auth/models';
import type { Interval } from '@tacit-auth/models/evaluation';
import type { Row } from '../../../speed/src/table';
import { rate } from '../report-table';
import type { TrustReport, TrustRow } from './trust-figures';

export const AGE_TITLES: Readonly<Record<TemplateAge, string>> = {
  sitting: 'template of the very sitting',
  day: 'template of one other day',
  days: 'template of three other days',
};

export const TRUST_HEADER = [
  'condition',
  'risk',
  'C',
  'users',
  'hours',
  'false alarms',
  'an hour',
  '95 %',
  'asked for',
  'switches',
  'seconds until noticed',
  '95 %',
  'p90',
  'keys',
  'actions',
  'never',
  'of streams of',
];

/** What the product's thresholds do, under a title for each age of the template. */
export function trustTable({ rows }: Pick<TrustReport, 'rows'>): Row[] {
  return byAge(rows, (row) => [trustCells(row)]);
}

function trustCells(row: TrustRow): string[] {
  const { seconds, keys, actions } = row.detected;
  const or = (value: number | null | undefined) => (value === null || value === undefined ? '-' : String(Math.round(value)));
  return [
    nameOf(row),
    row.level,
    (['freeText', 'pointer'] as const)
      .flatMap((part) => (row.thresholds[part] === null ? [] : `${row.thresholds[part]} / ${row.own_thresholds[part] ?? '-'}`))
      .join(', '),
    String(row.users),
    row.hours.toFixed(1),
    String(row.false_alarms),
    rate(row.false_alarms_per_hour, 3),
    rates(row.false_alarms_per_hour_ci),
    `${rate(row.target_per_hour, 2)}${row.rate === 'observed' ? '' : '*'}`,
    String(row.switches),
    or(seconds.median),
    seconds.median_ci === null || seconds.median === null ? '-' : `[${seconds.median_ci.map((each) => Math.round(each)).join(', ')}]`,
    or(seconds.p90),
    or(keys?.median),
    or(actions?.median),
    rate(row.never, 3),
    `${Math.round(row.stream_median)} s`,
  ];
}

export const CHOICE_HEADER = [
  'condition',
  'beside',
  'risk',
  'half',
  'users',
  'hours',
  'C',
  '95 %',
  'found',
  'hours of the other half',
  'false alarms',
  'an hour',
  '95 %',
];

/** What each half of the people chose, and how that did on the other, under a title for each age of the template. */
export function choiceTable({ rows }: Pick<TrustReport, 'rows'>): Row[] {
  return byAge(
    rows.filter(({ chosen }) => chosen.length > 0),
    (row) =>
      row.chosen.map(({ sum, half, users, hours, threshold, threshold_ci, origin, on_the_other_half: on }) => [
        nameOf(row),
        sum === 'own' ? 'its beginning' : 'template',
        row.level,
        half,
        String(users),
        hours.toFixed(1),
        threshold === null ? '-' : threshold.toFixed(1),
        threshold_ci === null ? '-' : `[${threshold_ci.map((each) => (each > 1_000 ? '> 1000' : each.toFixed(1))).join(', ')}]`,
        origin.replaceAll('-', ' '),
        on === null ? '-' : on.hours.toFixed(1),
        on === null ? '-' : String(on.false_alarms),
        on === null ? '-' : rate(on.false_alarms_per_hour, 3),
        rates(on?.false_alarms_per_hour_ci ?? null),
      ]),
  );
}

function byAge(rows: readonly TrustRow[], cells: (row: TrustRow) => Row[]): Row[] {
  return (Object.keys(AGE_TITLES) as TemplateAge[]).flatMap((age): Row[] => {
    const own = rows.filter(({ template }) => template === age);
    return own.length === 0 ? [] : [AGE_TITLES[age][0]?.toUpperCase() + AGE_TITLES[age].slice(1), ...own.flatMap(cells)];
  });
}

function nameOf({ detector, condition }: TrustRow): string {
  return `${detector}, ${condition}`;
}

function rates(ci: Interval | null): string {
  return ci === null ? '-' : `[${ci.map((each) => rate(each, 3)).join(', ')}]`;
}
