import { describe, expect, it } from 'vitest';
import { type Plot, svgPlot } from './svg-plot';

const plot: Plot = {
  title: 'A & B',
  description: 'rates < 1 "shown"',
  x: {
    label: 'across',
    from: 0,
    to: 10,
    ticks: [
      { at: 0, label: '0' },
      { at: 10, label: '10' },
    ],
  },
  y: { label: 'up', from: 0, to: 1, ticks: [{ at: 1, label: 'one' }] },
  series: [
    {
      name: 'first',
      points: [
        [0, 0],
        [10, 1],
      ],
      band: [
        [0, 0.1],
        [0.9, 1],
      ],
      marks: true,
    },
    {
      name: 'second <x>',
      points: [
        [0, 1],
        [10, 0],
      ],
    },
  ],
  diagonal: true,
};

describe('svgPlot', () => {
  const svg = svgPlot(plot);

  it('tells who cannot see it what it shows', () => {
    expect(svg).toContain('role="img" aria-labelledby="title desc"');
    expect(svg).toContain('<title id="title">A &amp; B</title>');
    expect(svg).toContain('<desc id="desc">rates &lt; 1 &quot;shown&quot;</desc>');
  });

  it('follows the preference for dark', () => {
    expect(svg).toContain('@media (prefers-color-scheme:dark)');
  });

  it('draws each series from corner to corner of the frame, with its name below', () => {
    const frame = /<rect class="frame" x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"/.exec(svg)?.slice(1).map(Number) ?? [];
    const [left = 0, top = 0, width = 0, height = 0] = frame;
    expect(svg).toContain(`<path class="line s0" d="M${left} ${top + height}L${left + width} ${top}"/>`);
    expect(svg).toContain(`<path class="line s1" d="M${left} ${top}L${left + width} ${top + height}"/>`);
    expect(svg.match(/<circle/g)).toHaveLength(2);
    expect(svg.match(/class="band/g)).toHaveLength(1);
    expect(svg).toContain('>second &lt;x&gt;</text>');
  });

  it('is well formed: every tag that opens closes, and nothing is not a number', () => {
    const open = (svg.match(/<(svg|g|text|title|desc|style|clipPath)[ >]/g) ?? []).length;
    const close = (svg.match(/<\/(svg|g|text|title|desc|style|clipPath)>/g) ?? []).length;
    expect(open).toBe(close);
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  });
});
