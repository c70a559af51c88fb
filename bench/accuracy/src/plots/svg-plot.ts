/** A place on an axis, in the units that are drawn. */
export interface Tick {
  readonly at: number;
  readonly label: string;
}

export interface Axis {
  readonly label: string;
  readonly from: number;
  readonly to: number;
  readonly ticks: readonly Tick[];
}

export interface Series {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
  /** Low and high end of an interval at each point; drawn as a band. */
  readonly band?: readonly (readonly [low: number, high: number])[];
  /** A dot at each point. */
  readonly marks?: boolean;
}

export interface Plot {
  readonly title: string;
  /** What a reader who does not see the plot should know. */
  readonly description: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly Series[];
  /** The line on which both rates are equal. */
  readonly diagonal?: boolean;
}

const WIDTH = 760;
const BOX = { left: 74, top: 46, right: 24, bottom: 56 };
const HEIGHT = 520;
const LEGEND_LINE = 20;
/** Told apart with any kind of colour vision (M. Okabe, K. Ito, 2008), darker on white; dashes tell them apart in print. */
const COLOURS = [
  { light: '#0072b2', dark: '#56b4e9', dash: '' },
  { light: '#d55e00', dark: '#ff8a3c', dash: '7 3' },
  { light: '#007a5a', dark: '#2bd3a4', dash: '2 3' },
  { light: '#a83f7c', dark: '#f29ccb', dash: '10 3 2 3' },
  { light: '#8a6d00', dark: '#f0e442', dash: '5 5' },
  { light: '#4b4b9b', dark: '#b3b3ff', dash: '12 4' },
  { light: '#5c5c5c', dark: '#c8c8c8', dash: '1 4' },
  { light: '#8c2d04', dark: '#ffb38a', dash: '8 2 1 2 1 2' },
  { light: '#1b1b1b', dark: '#ffffff', dash: '14 3 3 3' },
];

/** A line plot as a standing SVG document: colours follow the reader's preference for light or dark. */
export function svgPlot({ title, description, x, y, series, diagonal = false }: Plot): string {
  const bottom = HEIGHT - BOX.bottom;
  const right = WIDTH - BOX.right;
  const height = HEIGHT + LEGEND_LINE * series.length;
  const across = (value: number) => round(BOX.left + ((value - x.from) / (x.to - x.from)) * (right - BOX.left));
  const up = (value: number) => round(bottom - ((value - y.from) / (y.to - y.from)) * (bottom - BOX.top));
  const parts: string[] = [];
  for (const { at, label } of x.ticks) {
    parts.push(`<path class="grid" d="M${across(at)} ${BOX.top}V${bottom}"/>`, text(across(at), bottom + 18, label, 'middle'));
  }
  for (const { at, label } of y.ticks) {
    parts.push(`<path class="grid" d="M${BOX.left} ${up(at)}H${right}"/>`, text(BOX.left - 8, up(at) + 4, label, 'end'));
  }
  parts.push(`<rect class="frame" x="${BOX.left}" y="${BOX.top}" width="${right - BOX.left}" height="${bottom - BOX.top}"/>`);
  if (diagonal) {
    const from = Math.max(x.from, y.from);
    const to = Math.min(x.to, y.to);
    parts.push(`<path class="equal" d="M${across(from)} ${up(from)}L${across(to)} ${up(to)}"/>`);
  }
  const lines = series.map(({ points, band, marks }, s) => {
    const path = points.map(([px, py], i) => `${i === 0 ? 'M' : 'L'}${across(px)} ${up(py)}`).join('');
    const shade =
      band === undefined
        ? ''
        : `<path class="band s${s % COLOURS.length}" d="${[
            ...points.map(([px], i) => `${i === 0 ? 'M' : 'L'}${across(px)} ${up(band[i]?.[1] ?? 0)}`),
            ...points.map(([px], i) => `L${across(px)} ${up(band[i]?.[0] ?? 0)}`).toReversed(),
          ].join('')}Z"/>`;
    const dots =
      marks === true
        ? points.map(([px, py]) => `<circle class="dot s${s % COLOURS.length}" cx="${across(px)}" cy="${up(py)}" r="3"/>`)
        : [];
    return `${shade}<path class="line s${s % COLOURS.length}" d="${path}"/>${dots.join('')}`;
  });
  const legend = series.map(({ name }, s) => {
    const at = HEIGHT + 4 + LEGEND_LINE * s;
    return `<path class="line s${s % COLOURS.length}" d="M${BOX.left} ${at}h34"/>${text(BOX.left + 44, at + 4, name, 'start')}`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="title desc">`,
    `<title id="title">${escaped(title)}</title>`,
    `<desc id="desc">${escaped(description)}</desc>`,
    style(),
    `<rect class="paper" width="${WIDTH}" height="${height}"/>`,
    `<text class="title" x="${BOX.left}" y="26">${escaped(title)}</text>`,
    ...parts,
    `<clipPath id="inside"><rect x="${BOX.left}" y="${BOX.top}" width="${right - BOX.left}" height="${bottom - BOX.top}"/></clipPath>`,
    `<g clip-path="url(#inside)">${lines.join('\n')}</g>`,
    text((BOX.left + right) / 2, bottom + 40, x.label, 'middle'),
    `<text transform="translate(20 ${(BOX.top + bottom) / 2}) rotate(-90)" text-anchor="middle">${escaped(y.label)}</text>`,
    ...legend,
    '</svg>',
    '',
  ].join('\n');
}

function style(): string {
  const colours = (shade: 'light' | 'dark') =>
    COLOURS.map((colour, s) => `.line.s${s}{stroke:${colour[shade]}}.band.s${s},.dot.s${s}{fill:${colour[shade]}}`).join('');
  const dashes = COLOURS.map(({ dash }, s) => (dash === '' ? '' : `.line.s${s}{stroke-dasharray:${dash}}`)).join('');
  return [
    '<style>',
    'text{font:13px system-ui,sans-serif;fill:#24292f}.title{font-weight:600;font-size:15px}',
    '.paper{fill:#fff}.grid{stroke:#d8dee4;fill:none}.frame{stroke:#6e7781;fill:none}.equal{stroke:#6e7781;stroke-dasharray:3 4;fill:none}',
    `.line{fill:none;stroke-width:2;stroke-linejoin:round}.band{opacity:.14;stroke:none}${dashes}`,
    colours('light'),
    `@media (prefers-color-scheme:dark){text{fill:#e6edf3}.paper{fill:#0d1117}.grid{stroke:#30363d}.frame,.equal{stroke:#8b949e}${colours('dark')}}`,
    '</style>',
  ].join('\n');
}

function text(x: number, y: number, content: string, anchor: 'start' | 'middle' | 'end'): string {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}">${escaped(content)}</text>`;
}

function escaped(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
