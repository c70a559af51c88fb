import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { formatClock } from '../../lib/dates';
import type { ChartData, ChartLine } from './chart-series';

const HEIGHT = 220;
/** What is shown at least: seconds are nothing that anybody reads off. */
const LEAST_SECONDS = 60;
const FONT = '12px system-ui, sans-serif';

export interface TimeChartProps {
  data: ChartData;
  /** What is drawn, in a sentence: for those who do not see it. */
  summary: string;
  /** Values from 0 to so much; as far as they go where it is left out. */
  most?: number;
  unit: string;
}

/** Lines over time, drawn on a canvas in the colours of the page. Beside it stands a table that says the same. */
export default function TimeChart({ data, summary, most, unit }: TimeChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  const latest = useRef(data);
  latest.current = data;
  const shape = data.lines.map(({ label }) => label).join();

  // biome-ignore lint/correctness/useExhaustiveDependencies: `shape` stands for the lines.
  useEffect(() => {
    const element = place.current;
    if (!element) {
      return;
    }
    const draw = (): void => {
      chart.current?.destroy();
      chart.current = new uPlot(optionsOf(element, latest.current.lines, { most, unit }), alignedOf(latest.current), element);
    };
    draw();
    const resizing = new ResizeObserver(() => {
      const { clientWidth } = element;
      if (clientWidth > 0 && clientWidth !== chart.current?.width) {
        chart.current?.setSize({ width: clientWidth, height: HEIGHT });
      }
    });
    resizing.observe(element);
    // A canvas does not follow the page's colours by itself.
    const scheme = window.matchMedia('(prefers-color-scheme: dark)');
    const theming = new MutationObserver(draw);
    scheme.addEventListener('change', draw);
    theming.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
    return () => {
      resizing.disconnect();
      theming.disconnect();
      scheme.removeEventListener('change', draw);
      chart.current?.destroy();
      chart.current = null;
    };
  }, [shape, most, unit]);

  useEffect(() => chart.current?.setData(alignedOf(data)), [data]);

  return (
    <>
      <div ref={place} className="chart" role="img" aria-label={summary} />
      <ul className="chart-legend" aria-hidden="true">
        {data.lines.map(({ label, colour, dash }) => (
          <li key={label}>
            <svg viewBox="0 0 28 8" className="chart-key" aria-hidden="true">
              <path d="M0 4h28" style={{ stroke: `var(${colour})`, strokeDasharray: dash?.join(' ') }} />
            </svg>
            {label}
          </li>
        ))}
      </ul>
    </>
  );
}

const alignedOf = ({ times, lines }: ChartData): uPlot.AlignedData => [[...times], ...lines.map(({ values }) => [...values])];

function optionsOf(
  element: HTMLElement,
  lines: readonly ChartLine[],
  { most, unit }: { most: number | undefined; unit: string },
): uPlot.Options {
  const ink = colourOf(element, '--ink-soft');
  const grid = { stroke: colourOf(element, '--line'), width: 1 };
  const stepped = uPlot.paths.stepped?.({ align: 1 });
  return {
    width: Math.max(element.clientWidth, 200),
    height: HEIGHT,
    legend: { show: false },
    cursor: { show: false },
    // To the right there is room for half of a time: the last one stands under the end of the axis.
    padding: [12, 32, 0, 0],
    scales: {
      x: { time: true, range: (_chart, first, last) => [Math.min(first, last - LEAST_SECONDS), last] },
      y: { range: (_chart, _least, greatest) => [0, most ?? Math.max(10, greatest * 1.1)] },
    },
    axes: [
      {
        stroke: ink,
        grid,
        ticks: grid,
        font: FONT,
        values: (_chart, splits) => splits.map((at) => formatClock(at * 1_000)),
        space: 80,
        size: 32,
      },
      { stroke: ink, grid, ticks: grid, font: FONT, size: 56, values: (_chart, splits) => splits.map((value) => `${value}${unit}`) },
    ],
    series: [
      {},
      ...lines.map(
        ({ label, colour, dash, isStepped }): uPlot.Series => ({
          label,
          stroke: colourOf(element, colour),
          width: 2,
          points: { show: false },
          ...(dash === undefined ? {} : { dash: [...dash] }),
          ...(isStepped && stepped ? { paths: stepped } : {}),
        }),
      ),
    ],
  };
}

/** What a custom property comes to in the theme at hand. */
function colourOf(element: HTMLElement, property: string): string {
  const probe = element.appendChild(document.createElement('span'));
  probe.style.color = `var(${property})`;
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
