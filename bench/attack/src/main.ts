import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { BenchOptions } from '@tacit-internal/bench-shared/bench-options';
import { Progress } from '@tacit-internal/bench-shared/progress';
import { noDataLine, publicDataIsThere } from '@tacit-internal/bench-shared/public-data';
import { fail, runBench, writeJson } from '@tacit-internal/bench-shared/run-bench';
import { runJobs, workerThread } from '@tacit-internal/bench-shared/run-jobs';
import { formatText } from '../../speed/src/table';
import { assemble } from './assemble';
import { attacksPage } from './attacks-page';
import { type JudgedLimit, judgeLimits, limitSummary, parseLimits } from './limits';
import { readOptions, USAGE } from './options';
import { parseReport, type Report } from './report';
import {
  ATTACK_HEADER,
  attackTable,
  GENUINE_HEADER,
  genuineTable,
  LIMIT_HEADER,
  limitTable,
  OWNER_HEADER,
  ownerTable,
  POISONING_HEADER,
  poisoningTable,
} from './report-rows';
import { type Job, type JobResult, readPeople } from './run-job';

const RESULTS = fileURLToPath(new URL('../../results/attack.json', import.meta.url));
const LIMITS = new URL('../limits.json', import.meta.url);
const PAGE = new URL('../../../docs/attacks.md', import.meta.url);
/** With --quick: every so many people are victims. Odd, so that both halves are among them. */
const QUICK_STEP = 7;

await runBench({ usage: USAGE, options: () => readOptions(process.argv.slice(2), process.env), main });

async function main(options: BenchOptions): Promise<void> {
  const report = await reportFor(options);
  if (report === undefined) return;
  const judged = judgeLimits(parseLimits(readFileSync(LIMITS, 'utf8')), report);
  if (options.json !== null) writeJson(options.json, report);
  process.stdout.write(`${textOf(report, judged)}\n`);
  if (options.docs) writeFileSync(PAGE, attacksPage(report, judged));
  if (options.check && judged.some(({ kept }) => !kept)) fail('Limits are broken: see above.\n');
}

async function reportFor(options: BenchOptions): Promise<Report | undefined> {
  if (options.last) return parseReport(readFileSync(RESULTS, 'utf8'));
  const { data, check } = options;
  if (!(await publicDataIsThere({ folder: data, sets: ['cmu'], check }))) {
    process.stdout.write(noDataLine(data));
    return undefined;
  }
  const report = await measure(options);
  // A part would pass for the whole at the next --last.
  if (!options.quick) writeJson(RESULTS, report);
  return report;
}

async function measure({ data, seed, threads, quick }: BenchOptions): Promise<Report> {
  const people = (await readPeople(data)).length;
  const persons = Array.from({ length: people }, (_, person) => person).filter((person) => !quick || person % QUICK_STEP === 0);
  const progress = new Progress(persons.length);
  const results = await runJobs({
    jobs: persons.map((person): Job => ({ person })),
    threads,
    start: () => workerThread<Job, JobResult>(new URL('./run-job.ts', import.meta.url).href, { data, seed }),
    onProgress: (_, share) => progress.add(share, `of ${persons.length} victims`),
  });
  return assemble(results, { seed, people });
}

function textOf(report: Report, judged: readonly JudgedLimit[]): string {
  const sizes = [...new Set(report.attacks.map(({ size }) => size))];
  return [
    ...sizes.map((size) => `Templates of ${size} entries\n${formatText(ATTACK_HEADER, attackTable(report, size))}`),
    formatText(GENUINE_HEADER, genuineTable(report)),
    formatText(OWNER_HEADER, ownerTable(report)),
    formatText(POISONING_HEADER, poisoningTable(report)),
    formatText(LIMIT_HEADER, limitTable(judged)),
    limitSummary(judged, report),
  ].join('\n\n');
}
