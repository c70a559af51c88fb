import type { RiskPoint } from '../../api/operator-types';
import { formatClock } from '../../lib/dates';
import type { ActivityRate } from './activity-log';
import { percent } from './operator-words';

/** One line of a chart. Values are in the unit of the chart, one for each time. */
export interface ChartLine {
  label: string;
  /** A colour of the page, by its custom property. */
  colour: string;
  /** Told apart without colour, too. */
  dash?: readonly number[];
  /** Held until the next time instead of a slope. */
  isStepped?: boolean;
  values: readonly number[];
}

export interface ChartData {
  /** Seconds since the epoch, ascending, none twice. */
  times: readonly number[];
  lines: readonly ChartLine[];
}

/** Risk and confidence over time, in hundredths, with the two thresholds as lines of their own. */
export function riskChart(points: readonly RiskPoint[]): ChartData {
  const known = distinct(points);
  const hundredths = (share: number): number => Math.round(share * 100);
  return {
    times: known.map(({ at }) => at / 1_000),
    lines: [
      { label: 'Risk', colour: '--danger', values: known.map(({ risk }) => hundredths(risk)) },
      { label: 'Confidence', colour: '--brand', dash: [6, 4], values: known.map(({ confidence }) => hundredths(confidence)) },
      { label: 'Card asked for (50 %)', colour: '--ink-soft', dash: [2, 4], values: known.map(() => 50) },
      { label: 'Locked (70 %)', colour: '--ink-soft', dash: [8, 3, 2, 3], values: known.map(() => 70) },
    ],
  };
}

/** Keys and movements a minute, each held over the time that it was taken over. */
export function activityChart(rates: readonly ActivityRate[]): ChartData {
  const [first] = rates;
  const times = first === undefined ? [] : [first.from, ...rates.map(({ to }) => to)];
  // A figure holds from its time to the next one; the last one has none.
  const of = (pick: (rate: ActivityRate) => number): number[] =>
    times.flatMap((_, index) =>
      rates
        .slice(Math.min(index, rates.length - 1))
        .slice(0, 1)
        .map(pick),
    );
  return {
    times: times.map((at) => at / 1_000),
    lines: [
      { label: 'Keys', colour: '--info', isStepped: true, values: of(({ keysPerMinute }) => keysPerMinute) },
      { label: 'Movements', colour: '--accent', isStepped: true, dash: [6, 4], values: of(({ actionsPerMinute }) => actionsPerMinute) },
    ],
  };
}

/** What the chart of a risk shows, in a sentence. */
export function riskSentence(points: readonly RiskPoint[]): string {
  const last = points.at(-1);
  if (last === undefined) {
    return 'Risk and confidence over time: nothing yet.';
  }
  const worst = points.reduce((most, point) => (point.risk > most.risk ? point : most), last);
  return `Risk and confidence over time. Risk is ${percent(last.risk)} at ${formatClock(last.at)}; the highest was ${percent(worst.risk)} at ${formatClock(worst.at)}.`;
}

function distinct(points: readonly RiskPoint[]): RiskPoint[] {
  const byTime = new Map<number, RiskPoint>();
  for (const point of points) {
    byTime.set(point.at, point);
  }
  return [...byTime.values()].sort((a, b) => a.at - b.at);
}
