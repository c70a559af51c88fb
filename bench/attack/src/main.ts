import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Progress } from '../../accuracy/src/progress';
import { formatText } from '../../speed/src/table';
import { assemble } from './assemble';
import { attacksPage } from './attacks-page';
import { type JudgedLimit, judgeLimits, parseLimits } from './limits';
import { type Options, readOptions, USAGE } from './options';
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
import { readPeople } from './run-job';
import { runJobs } from './run-jobs';

const RESULTS = fileURLToPath(new URL('../../results/attack.json', import.meta.url));
const LIMITS = new URL('../limits.json', import.meta.url);
const PAGE = new URL('../../../docs/attacks.md', import.meta.url);
/** With --quick: every so many people are victims. Odd, so that both halves are among them. */
const QUICK_STEP = 7;

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2), process.env);
  const report = await reportFor(options);
  if (report === undefined) return;
  const judged = judgeLimits(parseLimits(readFileSync(LIMITS, 'utf8')), report);
  if (options.json !== null) write(options.json, report);
  process.stdout.write(`${textOf(report, judged)}\n`);
  if (options.docs) writeFileSync(PAGE, attacksPage(report, judged));
  const broken = judged.filter(({ kept }) => !kept).length;
  if (options.check && broken > 0) {
    process.stderr.write(`\n${broken} of ${judged.length} limits are broken: see the end of the tables.\n`);
    process.exitCode = 1;
  }
}

async function reportFor(options: Options): Promise<Report | undefined> {
  if (options.last) return parseReport(readFileSync(RESULTS, 'utf8'));
  if (!existsSync(`${options.data}/cmu`)) {
    process.stdout.write('The public data set is not there, so nothing was measured: name its folder by --data or TACIT_DATA.\n');
    return undefined;
  }
  const report = await measure(options);
  // A part would pass for the whole at the next --last.
  if (!options.quick) write(RESULTS, report);
  return report;
}

async function measure({ data, seed, threads, quick }: Options): Promise<Report> {
  const people = (await readPeople(data)).length;
  const persons = Array.from({ length: people }, (_, person) => person).filter((person) => !quick || person % QUICK_STEP === 0);
  const progress = new Progress(persons.length);
  const results = await runJobs({
    jobs: persons.map((person) => ({ person })),
    threads,
    options: { data, seed },
    onDone: () => progress.add(1, `of ${persons.length} victims`),
  });
  return assemble(results, { seed, people });
}

function write(file: string, report: Report): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(report, null, 1)}\n`);
}

function textOf(report: Report, judged: readonly JudgedLimit[]): string {
  const sizes = [...new Set(report.attacks.map(({ size }) => size))];
  return [
    ...sizes.map((size) => `Templates of ${size} entries\n${formatText(ATTACK_HEADER, attackTable(report, size))}`),
    formatText(GENUINE_HEADER, genuineTable(report)),
    formatText(OWNER_HEADER, ownerTable(report)),
    formatText(POISONING_HEADER, poisoningTable(report)),
    formatText(LIMIT_HEADER, limitTable(judged)),
  ].join('\n\n');
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n\n${USAGE}`);
  process.exitCode = 1;
}
