import type { Report } from '../report';
import type { SessionCurve } from '../session/session-figures';
import type { DrawnPlot } from './plots';
import { type Axis, svgPlot } from './svg-plot';

/** How soon somebody else is noticed, against how often a customer is taken for somebody else. */
export function sessionPlots({ session }: Pick<Report, 'session'>): DrawnPlot[] {
  return (['keys', 'actions'] as const).flatMap((unit) => {
    const curves = (session?.curves ?? []).filter((curve) => curve.unit === unit && drawn(curve).length > 1);
    if (curves.length === 0) return [];
    const title = `Another person takes over: ${unit} until half of them are noticed`;
    const words = curves.map((curve) => {
      const points = drawn(curve).map((point) => `${point.detected_median} at ${point.false_alarms_per_10k.toPrecision(2)}`);
      return `${nameOf(curve)}: ${points.join(', ')}.`;
    });
    const svg = svgPlot({
      title,
      description: `Median number of ${unit} of the other person until the alarm, against false alarms in 10,000 ${unit} of the customer, both on logarithmic axes, over thresholds. ${words.join(' ')}`,
      x: logAxis(
        `false alarms in 10,000 ${unit} of the customer`,
        unit === 'keys' ? [0.1, 0.3, 1, 3, 10, 30, 100] : [1, 3, 10, 30, 100, 300, 1_000],
      ),
      y: logAxis(
        `${unit} of the other person until half are noticed`,
        unit === 'keys' ? [25, 50, 100, 200, 400, 800] : [10, 20, 50, 100, 200, 400],
      ),
      series: curves.map((curve) => ({
        name: nameOf(curve),
        points: drawn(curve).map(({ false_alarms_per_10k, detected_median }) => [
          Math.log(false_alarms_per_10k),
          Math.log(detected_median),
        ]),
        marks: true,
      })),
    });
    return [{ name: `session-${unit}.svg`, title, svg }];
  });
}

/** Points that a logarithm can show: with a false alarm, and noticed by half. */
function drawn({ points }: SessionCurve): { false_alarms_per_10k: number; detected_median: number }[] {
  return points.flatMap(({ false_alarms_per_10k, detected_median }) =>
    false_alarms_per_10k > 0 && detected_median !== null ? [{ false_alarms_per_10k, detected_median }] : [],
  );
}

function nameOf({ detector, condition }: SessionCurve): string {
  return `${detector}, ${condition}`;
}

function logAxis(label: string, ticks: readonly number[]): Axis {
  return {
    label,
    from: Math.log(ticks[0] ?? 1),
    to: Math.log(ticks.at(-1) ?? 1),
    ticks: ticks.map((value) => ({ at: Math.log(value), label: String(value) })),
  };
}
