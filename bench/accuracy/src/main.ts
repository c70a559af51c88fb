import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { formatText } from '../../speed/src/table';
import { SOURCE_NAMES } from './data/text-sets';
import { type Floor, judgeFloors, parseFloors } from './floors';
import { measure, measureTypingFile } from './measure';
import { type Options, readOptions, USAGE } from './options';
import { accuracyPage } from './page/accuracy-page';
import { SUITES } from './plan';
import { type DrawnPlot, drawPlots } from './plots/plots';
import { parseReport, type Report } from './report';
import { FLOOR_HEADER, floorTable, ROW_HEADER, rowTable, TRAVEL_HEADER, travelTable } from './report-table';

const RESULTS = fileURLToPath(new URL('../../results/accuracy.json', import.meta.url));
const FLOORS = new URL('../floors.json', import.meta.url);
const DOCS = fileURLToPath(new URL('../../../docs/', import.meta.url));

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2), process.env);
  const started = performance.now();
  const report = await reportFor(options);
  if (report === undefined) return;
  if (options.json !== null) writeReport(options.json, report);
  process.stdout.write(`${formatText(ROW_HEADER, rowTable(report))}\n`);
  if (report.travel.length > 0) process.stdout.write(`\n${formatText(TRAVEL_HEADER, travelTable(report))}\n`);
  for (const line of report.left_out) process.stderr.write(`left out: ${line}\n`);
  const plots = drawPlots(report);
  if (options.plots !== null) writePlots(options.plots, plots);
  if (options.docs) {
    writePlots(`${DOCS}accuracy`, plots);
    writeFileSync(`${DOCS}accuracy.md`, accuracyPage(report, readFloors(), plots));
  }
  if (options.check) checkFloors(report, options);
  process.stderr.write(`${Math.round((performance.now() - started) / 1_000)} s\n`);
}

async function reportFor(options: Options): Promise<Report | undefined> {
  if (options.last) return parseReport(readFileSync(RESULTS, 'utf8'));
  if (options.typingFile !== null) return measureTypingFile(options, options.typingFile);
  if (!SOURCE_NAMES.every((name) => existsSync(`${options.data}/${name}`))) {
    process.stdout.write('The public data sets are not there, so nothing was measured: name their folder by --data or TACIT_DATA.\n');
    return undefined;
  }
  const report = await measure(options);
  // A part would pass for the whole at the next --last.
  if (!options.check && !options.quick && options.detectors.length === 0 && options.suites.length === SUITES.length)
    writeReport(RESULTS, report);
  return report;
}

function writeReport(file: string, report: Report): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(report, null, 1)}\n`);
}

function writePlots(folder: string, plots: readonly DrawnPlot[]): void {
  mkdirSync(folder, { recursive: true });
  for (const { name, svg } of plots) writeFileSync(`${folder}/${name}`, svg);
}

function readFloors(): Floor[] {
  return parseFloors(readFileSync(FLOORS, 'utf8'));
}

function checkFloors(report: Report, options: Options): void {
  const partial = options.suites.length < SUITES.length || options.detectors.length > 0;
  const judged = judgeFloors(readFloors(), report, partial);
  process.stdout.write(`\n${formatText(FLOOR_HEADER, floorTable(judged))}\n`);
  const broken = judged.filter(({ kept }) => !kept).length;
  if (broken > 0) {
    process.stderr.write(`\n${broken} of ${judged.length} floors are broken: see the table.\n`);
    process.exitCode = 1;
  }
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n\n${USAGE}`);
  process.exitCode = 1;
}
