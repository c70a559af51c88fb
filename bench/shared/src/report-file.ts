import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { BenchError } from './bench-error';
import { writeJson } from './run-bench';

/** What every report begins with. Nothing in it names the machine. */
export interface ReportHead<Schema extends string> {
  schema: Schema;
  machine: { node: string; cpus: number };
}

export function reportHead<Schema extends string>(schema: Schema): ReportHead<Schema> {
  return { schema, machine: { node: process.versions.node, cpus: availableParallelism() } };
}

/** The report of an earlier run. @throws BenchError for that of another version of the bench */
export function parseReportOf<Report extends { schema: string }>(text: string, schema: Report['schema']): Report {
  const report = JSON.parse(text) as Partial<Report> | null;
  if (report?.schema !== schema) throw new BenchError(`the results are not of schema ${schema}: measure again`);
  return report as Report;
}

/** What the last run measured, or what is measured now and written down for the next. @throws BenchError where there was no last run */
export async function reportOf<Report extends { schema: string }>(
  file: string,
  { last, schema, measure }: { last: boolean; schema: Report['schema']; measure: () => Promise<Report> },
): Promise<Report> {
  if (last) {
    if (!existsSync(file)) throw new BenchError('there are no results of a last run: measure first');
    return parseReportOf<Report>(readFileSync(file, 'utf8'), schema);
  }
  const report = await measure();
  writeJson(file, report);
  return report;
}
