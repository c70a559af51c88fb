import type { Report, ReportRow } from '../report';
import { rate } from '../report-table';
import type { DrawnPlot } from './plots';
import { type Series, svgPlot, type Tick } from './svg-plot';

/** Curves of the suites on windows of a session: how the error falls with evidence, and with enrolment. */
export function windowPlots({ rows }: Pick<Report, 'rows'>): DrawnPlot[] {
  const freeText = rows.filter(({ suite }) => suite === 'free-text');
  const pointer = rows.filter(({ suite }) => suite === 'pointer');
  return [
    plotOf({
      name: 'free-text-keys',
      title: 'Free text: error against keys typed',
      rows: freeText.filter((row) => row.enrol === USUAL[setOf(row)] && isPlain(row, 'keys')),
      series: ({ detector, condition }) => `${detector}, ${condition.replace(/ keys=\d+/, '')}`,
      at: numberIn('keys'),
      ticks: [25, 50, 100, 200, 500],
      label: 'keys of a probe',
    }),
    plotOf({
      name: 'free-text-enrolment',
      title: 'Free text: error against enrolment, probes of 50 keys',
      rows: freeText.filter((row) => isPlain(row, 'keys') && numberIn('keys')(row) === 50),
      series: ({ detector, condition }) => `${detector}, ${condition.replace(/ (?:keys|sessions)=\d+/g, '')}`,
      at: ({ enrol }) => enrol,
      ticks: [1, 2, 3, 5, 10],
      label: 'enrolled sentences (Aalto) or sessions (the others)',
    }),
    plotOf({
      name: 'pointer-actions',
      title: 'Pointer: error against actions',
      rows: pointer.filter((row) => isPlain(row, 'actions')),
      series: ({ detector, condition }) => `${detector}, ${condition.replace(/ actions=\d+/, '')}`,
      at: numberIn('actions'),
      ticks: [5, 10, 20, 50],
      label: 'actions of a probe',
    }),
  ].filter((plot) => plot !== undefined);
}

/** Enrolled recordings of the sets in the curves over keys. */
const USUAL: Readonly<Record<string, number>> = { 'aalto-desktop': 5, 'villani-freetext': 3, 'monaco-fable': 2 };

const setOf = ({ condition }: ReportRow) => condition.split(' ')[0] ?? '';

const numberIn =
  (word: string) =>
  ({ condition }: ReportRow): number =>
    Number(new RegExp(`(?:^| )${word}=(\\d+)`).exec(condition)?.[1] ?? Number.NaN);

/** Rows of the generic protocol alone. */
function isPlain(row: ReportRow, word: string): boolean {
  return !Number.isNaN(numberIn(word)(row)) && !/protocol=|clock=|centred|same-/.test(row.condition);
}

interface EvidencePlot {
  readonly name: string;
  readonly title: string;
  readonly rows: readonly ReportRow[];
  readonly series: (row: ReportRow) => string;
  readonly at: (row: ReportRow) => number;
  readonly ticks: readonly number[];
  readonly label: string;
}

const RATES = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.4];

function plotOf({ name, title, rows, series: nameOf, at, ticks, label }: EvidencePlot): DrawnPlot | undefined {
  const drawn = rows.filter(({ eer_global }) => eer_global !== null && eer_global > 0);
  const names = [...new Set(drawn.map(nameOf))];
  if (names.length === 0) return undefined;
  const series = names.map((own): Series => {
    const points = drawn.filter((row) => nameOf(row) === own).toSorted((a, b) => at(a) - at(b));
    return { name: own, points: points.map((row) => [Math.log(at(row)), Math.log(row.eer_global ?? 0)]), marks: true };
  });
  const words = names.map((own) => {
    const points = drawn.filter((row) => nameOf(row) === own).toSorted((a, b) => at(a) - at(b));
    return `${own}: ${points.map((row) => `${rate(row.eer_global)} at ${at(row)}`).join(', ')}.`;
  });
  const svg = svgPlot({
    title,
    description: `Equal error rate with one threshold for all people, both axes logarithmic. ${words.join(' ')}`,
    x: { label, from: Math.log(ticks[0] ?? 1) - 0.1, to: Math.log(ticks.at(-1) ?? 1) + 0.1, ticks: ticks.map(tick) },
    y: {
      label: 'equal error rate, one threshold for all',
      from: Math.log(RATES[0] ?? 0.001),
      to: Math.log(RATES.at(-1) ?? 1),
      ticks: RATES.map((value) => ({ at: Math.log(value), label: `${Number((100 * value).toPrecision(3))} %` })),
    },
    series,
  });
  return { name: `${name}.svg`, title, svg };
}

function tick(value: number): Tick {
  return { at: Math.log(value), label: String(value) };
}
