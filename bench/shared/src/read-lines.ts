import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';

const LIMITS = {
  /** UTF-16 units of a line. */
  line: 4_000_000,
  /** Bytes of a whole file once unpacked: a packed file must not fill the memory. */
  bytes: 4_000_000_000,
};

/** Lines of a text file, unpacked on the way where its name ends in `.gz`; never more of it in memory than a line and a chunk. Empty lines are left out. */
export async function* readLines(path: string, limits = LIMITS): AsyncGenerator<string> {
  const source = createReadStream(path);
  const stream = path.endsWith('.gz') ? source.pipe(createGunzip()) : source;
  // A pipe hands no errors on.
  source.on('error', (error) => stream.destroy(error));
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest = '';
  let bytes = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > limits.bytes) throw new RangeError(`${path} holds more than ${limits.bytes} bytes`);
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > limits.line) throw new RangeError(`${path} has a line of more than ${limits.line} characters`);
    for (const line of lines) {
      const text = line.endsWith('\r') ? line.slice(0, -1) : line;
      if (text !== '') yield text;
    }
  }
  rest += decoder.decode();
  if (rest.trim() !== '') yield rest.endsWith('\r') ? rest.slice(0, -1) : rest;
}

export type CsvRow = (column: string) => string;

/** Rows of a CSV file whose first line names the columns. Cells without quotes only, which is what the sets have. */
export async function* readCsv(path: string): AsyncGenerator<CsvRow> {
  let columns: Map<string, number> | undefined;
  let number = 0;
  for await (const line of readLines(path)) {
    number++;
    if (line.includes('"')) throw new RangeError(`${path}, line ${number}: quoted cells are not read`);
    const cells = line.split(',');
    if (columns === undefined) {
      columns = new Map(cells.map((name, at) => [name, at]));
      continue;
    }
    const known: Map<string, number> = columns;
    if (cells.length !== known.size) throw new RangeError(`${path}, line ${number}: ${cells.length} cells for ${known.size} columns`);
    const at = number;
    yield (column) => {
      const cell = cells[known.get(column) ?? -1];
      if (cell === undefined) throw new RangeError(`${path}, line ${at}: no column ${column}`);
      return cell;
    };
  }
}

/** A cell as a number. */
export function numberIn(row: CsvRow, column: string): number {
  const value = Number(row(column));
  if (row(column).trim() === '' || !Number.isFinite(value)) throw new RangeError(`${column} must be a number`);
  return value;
}
