import { assertObject, utf8 } from './arguments';
import { COLUMNS, cardCells, type MatrixCard, ROWS } from './matrix-card';

/** Colours as `#rrggbb`. */
export interface MatrixCardTheme {
  /** Text of the cells; default `#111111`. */
  ink?: string;
  /** Background; default `#ffffff`. */
  paper?: string;
  /** Background of every other row; default `#f1f3f6`. */
  stripe?: string;
  /** Lines and the names of columns and rows; default `#33415c`. */
  accent?: string;
}

export interface MatrixCardSvgOptions {
  /** Printed above the cells: 1 to 80 bytes of UTF-8; default `Security card`. */
  title?: string;
  theme?: MatrixCardTheme;
}

const THEME: Required<MatrixCardTheme> = { ink: '#111111', paper: '#ffffff', stripe: '#f1f3f6', accent: '#33415c' };
const DEFAULT_TITLE = 'Security card';
const XML_ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

const printedId = (id: string): string => `${id.slice(0, 4)}-${id.slice(4, 8)}-${id.slice(8)}`;

function titleText(title: unknown): string {
  const text = title ?? DEFAULT_TITLE;
  utf8(text, 'title', 1, 80);
  // Control characters are not allowed in XML, escaped or not.
  if (/[\p{Cc}\uFFFE\uFFFF]/u.test(text as string)) throw new RangeError('title must not have control characters');
  return text as string;
}

/**
 * The card as plain text, for a terminal, a text file or a braille printer.
 *
 * @throws TypeError, RangeError when it is not a whole card
 */
export function matrixCardText(card: MatrixCard, options: { title?: string } = {}): string {
  assertObject(options, 'options');
  const cells = cardCells(card);
  const lines = [
    titleText(options.title),
    `Card ${printedId(card.id)}`,
    '',
    `    ${[...COLUMNS].map((column) => `${column} `).join(' ')}`.trimEnd(),
  ];
  for (const [index, row] of [...ROWS].entries()) lines.push(`${row}   ${cells.slice(index * 8, index * 8 + 8).join(' ')}`);
  return `${lines.join('\n')}\n`;
}

/**
 * The card as a picture of 148 x 105 mm (A6, four on an A4 sheet): one SVG element without scripts, styles or references, so that it may be
 * put into a page under a strict content security policy. A screen reader is given every cell by `desc`.
 *
 * @throws TypeError, RangeError when it is not a whole card, the title does not fit or a colour is not `#rrggbb`
 */
export function matrixCardSvg(card: MatrixCard, options: MatrixCardSvgOptions = {}): string {
  assertObject(options, 'options');
  const cells = cardCells(card);
  const title = escapeXml(titleText(options.title));
  const { ink, paper, stripe, accent } = themeColours(options.theme);
  const id = `matrix-card-${card.id}`;
  const spoken = [...ROWS]
    .map((row, y) => `Row ${row}: ${[...COLUMNS].map((column, x) => `${column} ${cells[y * 8 + x]}`).join(', ')}.`)
    .join(' ');

  const left = 14;
  const top = 29;
  const width = 15;
  const height = 8.5;
  const centre = (x: number) => left + 8 + (x + 0.5) * width;
  const middle = (y: number) => top + (y + 0.5) * height;
  const label = (x: number, y: number, text: string) => `<text x="${x}" y="${y}" fill="${accent}" font-weight="bold">${text}</text>`;

  const parts: string[] = [];
  for (let y = 0; y < 8; y++) {
    if (y % 2 === 0) parts.push(`<rect x="${left}" y="${top + y * height}" width="${8 + 8 * width}" height="${height}" fill="${stripe}"/>`);
    parts.push(label(left + 4, middle(y), ROWS[y]!));
    for (let x = 0; x < 8; x++) parts.push(`<text x="${centre(x)}" y="${middle(y)}" fill="${ink}">${cells[y * 8 + x]}</text>`);
  }
  for (let x = 0; x < 8; x++) parts.push(label(centre(x), top - 4.5, COLUMNS[x]!));

  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="148mm" height="105mm" viewBox="0 0 148 105" role="img" aria-labelledby="${id}-title" aria-describedby="${id}-desc">`,
    `<title id="${id}-title">${title}</title>`,
    `<desc id="${id}-desc">Card ${printedId(card.id)}. ${spoken}</desc>`,
    `<rect x="0.25" y="0.25" width="147.5" height="104.5" rx="3" fill="${paper}" stroke="${accent}" stroke-width="0.5"/>`,
    `<text x="${left}" y="11" font-family="sans-serif" font-size="5" font-weight="bold" fill="${accent}">${title}</text>`,
    `<text x="${left}" y="17" font-family="monospace" font-size="3.5" fill="${ink}">${printedId(card.id)}</text>`,
    `<g font-family="monospace" font-size="5" text-anchor="middle" dominant-baseline="central">${parts.join('')}</g>`,
    '</svg>',
  ].join('');
}

function themeColours(theme: MatrixCardTheme = {}): Required<MatrixCardTheme> {
  assertObject(theme, 'theme');
  const colours = { ...THEME };
  for (const name of Object.keys(THEME) as (keyof MatrixCardTheme)[]) {
    const colour: unknown = theme[name] ?? THEME[name];
    if (typeof colour !== 'string') throw new TypeError(`theme.${name} must be a string`);
    if (!/^#[0-9a-fA-F]{6}$/.test(colour)) throw new RangeError(`theme.${name} must be a colour like #33415c`);
    colours[name] = colour;
  }
  return colours;
}

const escapeXml = (text: string): string => text.replace(/[&<>"']/g, (character) => XML_ENTITIES[character]!);
