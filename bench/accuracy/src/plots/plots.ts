import { normalDeviate } from '@tacit-auth/models/evaluation';
import type { Curve, DetPlotCurve, Report } from '../report';
import { rate } from '../report-table';
import { sessionPlots } from './session-plots';
import { type Axis, type Series, svgPlot } from './svg-plot';
import { windowPlots } from './window-plots';

export interface DrawnPlot {
  /** Name of the file. */
  readonly name: string;
  readonly title: string;
  readonly svg: string;
}

/** Every plot that the report has the curves for. */
export function drawPlots(report: Pick<Report, 'rows' | 'curves' | 'det' | 'session'>): DrawnPlot[] {
  return [
    detPlot(report, 'det-cmu-static', 'CMU, first 200 entries enrolled, novice impostors', (curve) =>
      isCurve(curve, 'cmu-static', 200, 'novice') ? curve.detector + withoutFirst(curve.condition) : undefined,
    ),
    detPlot(report, 'det-cmu-practised', 'CMU, the 5 entries before the test enrolled, practised impostors', (curve) =>
      isCurve(curve, 'cmu-practised', 5, 'practised') ? curve.detector + withoutFirst(curve.condition) : undefined,
    ),
    detPlot(report, 'det-cmu-adaptive', 'CMU, 5 entries enrolled, learning as it goes', (curve) =>
      curve.suite === 'cmu-adaptive' && curve.detector === 'default' ? curve.condition : undefined,
    ),
    detPlot(report, 'det-phrases', 'Other texts, 5 entries enrolled, default detector', (curve) =>
      curve.suite === 'phrases' &&
      curve.detector === 'default' &&
      curve.enrol === 5 &&
      (!curve.condition.startsWith('mobikey') || curve.condition.includes('36-40'))
        ? curve.condition
        : undefined,
    ),
    firstDaysPlot(report, 'novice'),
    firstDaysPlot(report, 'practised'),
    attemptsPlot(report),
    ...windowPlots(report),
    ...sessionPlots(report),
  ].filter((plot): plot is DrawnPlot => plot !== undefined);
}

function isCurve(curve: DetPlotCurve, suite: string, enrol: number, first: string): boolean {
  return curve.suite === suite && curve.enrol === enrol && curve.condition.split(' ')[0] === first;
}

function withoutFirst(condition: string): string {
  const rest = condition.split(' ').slice(1).join(' ');
  return rest === '' ? '' : `, ${rest} impostors`;
}

/** Error rates on axes of normal deviates, on which two normal distributions make a straight line. */
function deviateAxis(label: string, least: number): Axis {
  const rates = [0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8].filter((value) => value >= least);
  return {
    label,
    from: normalDeviate(least),
    to: normalDeviate(0.8),
    ticks: rates.map((value) => ({ at: normalDeviate(value), label: percent(value) })),
  };
}

function percent(value: number): string {
  return `${Number((100 * value).toPrecision(3))} %`;
}

function detPlot(
  { det, rows }: Pick<Report, 'det' | 'rows'>,
  name: string,
  title: string,
  named: (curve: DetPlotCurve) => string | undefined,
): DrawnPlot | undefined {
  const drawn = det.flatMap((curve) => {
    const label = named(curve);
    return label === undefined || curve.points.length === 0 ? [] : [{ curve, label }];
  });
  if (drawn.length === 0) return undefined;
  const series = drawn.map(
    ({ curve, label }): Series => ({
      name: label,
      points: curve.points.map(([fmr, fnmr]) => [normalDeviate(fmr), normalDeviate(fnmr)]),
    }),
  );
  const words = drawn.map(({ curve, label }) => {
    const row = rows.find(
      (each) =>
        each.suite === curve.suite && each.detector === curve.detector && each.condition === curve.condition && each.enrol === curve.enrol,
    );
    return `${label}: equal error rate with one threshold ${rate(row?.eer_global)}.`;
  });
  const svg = svgPlot({
    title,
    description: `Detection error trade-off, one threshold for all people, both axes as normal deviates. ${words.join(' ')}`,
    x: deviateAxis('false match rate (impostors accepted)', 0.0005),
    y: deviateAxis('false non-match rate (customers refused)', 0.002),
    series,
    diagonal: true,
  });
  return { name: `${name}.svg`, title, svg };
}

const RATE_TICKS = (most: number, step: number) =>
  Array.from({ length: Math.round(most / step) + 1 }, (_, i) => ({ at: i * step, label: percent(i * step) }));

function firstDaysPlot({ curves }: Pick<Report, 'curves'>, impostors: string): DrawnPlot | undefined {
  const drawn = curves.filter(
    ({ suite, detector, condition }) => suite === 'cmu-adaptive' && detector === 'default' && condition.startsWith(`${impostors} `),
  );
  if (drawn.length === 0) return undefined;
  const title = `First days: mean equal error rate per person, ${impostors} impostors`;
  const svg = svgPlot({
    title,
    description: `${describeCurves(drawn)} Shaded: 95 % intervals over people.`,
    x: {
      label: 'logins so far',
      from: 0,
      to: 400,
      ticks: [0, 50, 100, 150, 200, 250, 300, 350, 400].map((at) => ({ at, label: String(at) })),
    },
    y: { label: 'equal error rate', from: 0, to: 0.08, ticks: RATE_TICKS(0.08, 0.01) },
    series: drawn.map((curve) => firstDays(curve)),
  });
  return { name: `first-days-${impostors}.svg`, title, svg };
}

/** Bands for the two that matter most: four would hide each other. */
const WITH_BAND = ['gate=timing', 'gate=product'];

function firstDays(curve: Curve): Series {
  const name = curve.condition.split(' ').slice(1).join(' ');
  const { band, ...line } = seriesOf(curve, name, ({ from, attempts }) => (from + attempts) / 2);
  return band !== undefined && WITH_BAND.includes(name) ? { ...line, band } : line;
}

function attemptsPlot({ curves }: Pick<Report, 'curves'>): DrawnPlot | undefined {
  const drawn = curves.filter(({ suite, condition }) => suite === 'learning-curve' && condition.endsWith(' novice'));
  if (drawn.length === 0) return undefined;
  const title = 'Learning curve: templates of n entries, judged on entries 201-400';
  const svg = svgPlot({
    title,
    description: `${describeCurves(drawn)} First: a person's first n entries, many days old by the test. Latest: the n entries just before the test. Novice impostors; shaded: 95 % intervals over people.`,
    x: {
      label: 'entries in the template',
      from: Math.log(3),
      to: Math.log(200),
      ticks: [3, 5, 10, 20, 50, 100, 200].map((n) => ({ at: Math.log(n), label: String(n) })),
    },
    y: { label: 'mean equal error rate per person', from: 0, to: 0.45, ticks: RATE_TICKS(0.45, 0.05) },
    series: drawn.map((curve) =>
      seriesOf(curve, `${curve.detector}, ${curve.condition.split(' ')[0]} n`, ({ attempts }) => Math.log(attempts)),
    ),
  });
  return { name: 'learning-curve.svg', title, svg };
}

function describeCurves(curves: readonly Curve[]): string {
  return curves
    .map(
      ({ detector, condition, points }) =>
        `${detector}, ${condition}: ${points.map(({ attempts, eer_user }) => `${rate(eer_user)} at ${attempts}`).join(', ')}.`,
    )
    .join(' ');
}

function seriesOf({ points }: Curve, name: string, at: (point: Curve['points'][number]) => number): Series {
  const known = points.filter(({ eer_user, eer_user_ci }) => eer_user !== null && eer_user_ci !== null);
  return {
    name,
    points: known.map((point) => [at(point), point.eer_user ?? 0]),
    band: known.map(({ eer_user_ci }) => eer_user_ci ?? [0, 0]),
    marks: true,
  };
}
