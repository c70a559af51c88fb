/** One CSV cell after RFC 4180; a leading sign of a formula is defused, because statements are opened in spreadsheets. */
function cell(value: string | number): string {
  const isFormula = typeof value === 'string' && /^[=+\-@\t\r]/.test(value) && !/^-?\d+(\.\d+)?$/.test(value);
  const text = isFormula ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

type Row = ReadonlyArray<string | number>;

const line = (row: Row): string => `${row.map(cell).join(',')}\r\n`;

/** A CSV file in pieces, one for each page of rows, so that no more than a page is held. */
export async function* csvPieces(header: readonly string[], pages: AsyncIterable<readonly Row[]>): AsyncGenerator<string> {
  yield line(header);
  for await (const rows of pages) yield rows.map(line).join('');
}
