import type { FeatureRow } from './feature-rows';

/** Headings of {@link featureCsv}, in order. */
export const FEATURE_CSV_COLUMNS = [
  'schema',
  'user',
  'category',
  'type',
  'key_from',
  'key_to',
  'value',
  'extra',
  'index',
  'session',
] as const;

/**
 * Where a spreadsheet may see a cell that begins as a formula does, also behind blanks and quotes. Many split at `;`, tab or `|` instead of the
 * comma, by locale or setting, and do not heed quotes that then stand within a cell; some take full-width signs for the ASCII ones.
 */
const FORMULA = /(^|[;|\t\r\n])(?=(?:[^\S\t\r\n]|")*[=+\-@\uff1d\uff0b\uff0d\uff20])/g;

export interface FeatureCsvOptions {
  /** Whether the headings come first. Default true; false to go on with a file. */
  header?: boolean;
}

/**
 * Rows as CSV after RFC 4180, one string a record, each with its CRLF. Text that a spreadsheet would take for a formula gets an apostrophe in
 * front, also within a cell behind `;`, tab, `|` or a line end, where spreadsheets of other locales begin a cell. The column `schema` leads every record, so that files of different versions can be told apart line by line.
 *
 * @throws TypeError for wrong arguments; RangeError for a value or an index that is not finite.
 */
export function featureCsv(rows: Iterable<FeatureRow>, options: FeatureCsvOptions = {}): Generator<string, void, undefined> {
  if (typeof rows !== 'object' || rows === null || typeof rows[Symbol.iterator] !== 'function') {
    throw new TypeError('rows must be iterable');
  }
  const { header = true } = options;
  if (typeof header !== 'boolean') {
    throw new TypeError('header must be a boolean');
  }
  return records(rows, header);
}

function* records(rows: Iterable<FeatureRow>, header: boolean): Generator<string, void, undefined> {
  if (header) {
    yield `${FEATURE_CSV_COLUMNS.join(',')}\r\n`;
  }
  for (const { schema, user, category, type, keyFrom, keyTo, value, extra, index, session } of rows) {
    const texts = [schema, user, category, type, keyFrom, keyTo].map(textCell);
    const cells = [...texts, numberCell(value, 'value'), textCell(extra), numberCell(index, 'index'), textCell(session)];
    yield `${cells.join(',')}\r\n`;
  }
}

function textCell(text: string): string {
  if (typeof text !== 'string') {
    throw new TypeError('rows must be feature rows');
  }
  const guarded = text.replace(FORMULA, "$1'");
  const safe = /^\s*[\t\r\n]/.test(guarded) ? `'${guarded}` : guarded;
  return /[",;|\t\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function numberCell(value: number, name: string): string {
  if (typeof value !== 'number') {
    throw new TypeError('rows must be feature rows');
  }
  if (!Number.isFinite(value)) {
    throw new RangeError(`${name} of a row must be finite`);
  }
  return String(value);
}
