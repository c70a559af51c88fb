import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BenchError } from './bench-error';
import { parseReportOf, reportHead, reportOf } from './report-file';

interface Report {
  schema: 'bench/2';
  figure: number;
}

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tacit-bench-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a report', () => {
  it('is measured and written down, and read at the next --last without measuring', async () => {
    const file = join(folder, 'results', 'bench.json');
    const measured: Report = { schema: 'bench/2', figure: 7 };
    const made = (last: boolean, measure: () => Promise<Report>) => reportOf<Report>(file, { last, schema: 'bench/2', measure });
    await expect(made(true, async () => measured)).rejects.toThrow(BenchError);
    expect(await made(false, async () => measured)).toEqual(measured);
    expect(await made(true, () => Promise.reject(new Error('measured again')))).toEqual(measured);
  });

  it('of another version is refused', () => {
    for (const text of ['null', '{}', JSON.stringify({ schema: 'bench/1', figure: 7 })]) {
      expect(() => parseReportOf<Report>(text, 'bench/2')).toThrow(BenchError);
    }
  });

  it('names the machine by two numbers', () => {
    expect(reportHead('bench/2')).toEqual({
      schema: 'bench/2',
      machine: { node: process.versions.node, cpus: expect.any(Number) },
    });
  });
});
