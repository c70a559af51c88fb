/** A row of cells, or the title of the rows below it. */
export type Row = readonly string[] | string;

/** Columns aligned for a terminal: the first to the left, figures to the right, the last to the left. */
export function formatText(header: readonly string[], rows: readonly Row[]): string {
  const cells = [header, ...rows.filter((row): row is readonly string[] => typeof row !== 'string')];
  const widths = header.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    widths
      .map((width, column) => {
        const cell = row[column] ?? '';
        return column === 0 || column === widths.length - 1 ? cell.padEnd(width) : cell.padStart(width);
      })
      .join('  ')
      .trimEnd();
  const rule = '-'.repeat(widths.reduce((sum, width) => sum + width + 2, -2));
  return [line(header), rule, ...rows.map((row) => (typeof row === 'string' ? `\n${row}` : line(row)))].join('\n');
}

/** The same rows as Markdown: a table under each title. */
export function formatMarkdown(header: readonly string[], rows: readonly Row[], level = 2): string {
  const lines: string[] = [];
  let open = false;
  for (const row of rows) {
    if (typeof row === 'string') {
      lines.push(...(lines.length === 0 ? [] : ['']), `${'#'.repeat(level)} ${row}`, '');
      open = false;
      continue;
    }
    if (!open) {
      lines.push(markdownLine(header), markdownLine(header.map((_, i) => (i === 0 || i === header.length - 1 ? '---' : '---:'))));
      open = true;
    }
    lines.push(markdownLine(header.map((_, i) => row[i] ?? '')));
  }
  return lines.join('\n');
}

const markdownLine = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.trim().replaceAll('|', '\\|')).join(' | ')} |`;

/** Three figures, in the unit that suits. */
export function formatTime(us: number): string {
  if (!Number.isFinite(us)) return 'not measured';
  const [value, unit] = us < 1_000 ? [us, 'us'] : us < 1_000_000 ? [us / 1_000, 'ms'] : [us / 1_000_000, 's'];
  return `${formatNumber(value)} ${unit}`;
}

/** Bytes, in thousands from 10,000. */
export function formatBytes(bytes: number): string {
  if (!Number.isFinite(bytes)) return 'not measured';
  return bytes < 10_000 ? `${bytes} bytes` : `${Math.round(bytes / 1_000)} KB`;
}

/** Three figures; whole from 100. */
export function formatNumber(value: number): string {
  const size = Math.abs(value);
  return value.toFixed(size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2);
}
