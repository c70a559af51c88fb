import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { SESSION_TRUST_CALIBRATION } from '@tacit-auth/models';
import { noDataLine, publicDataIsThere } from '@tacit-internal/bench-shared/public-data';
import { fail, runBench, writeJson } from '@tacit-internal/bench-shared/run-bench';
import { formatText } from '../../speed/src/table';
import { isFaceRow } from './face/face-report';
import { faceText } from './face/face-table';
import { type Floor, floorSummary, judgeFloors, parseFloors } from './floors';
import { measure, measureTypingFile, plannedJobs } from './measure';
import { type Options, readOptions, USAGE } from './options';
import { accuracyPage } from './page/accuracy-page';
import { SUITES, setsOf } from './plan';
import { type DrawnPlot, drawPlots } from './plots/plots';
import { parseReport, type Report } from './report';
import { FLOOR_HEADER, floorTable, ROW_HEADER, rowTable, TRAVEL_HEADER, travelTable } from './report-table';
import { sessionTables } from './session/session-table';
import { CHOICE_HEADER, choiceTable, TRUST_HEADER, trustTable } from './session/trust-table';
import { populationLines } from './windows/population-lines';
import { isWindowRow, WINDOW_HEADER, windowTable } from './windows/window-table';

const RESULTS = fileURLToPath(new URL('../../results/accuracy.json', import.meta.url));
const FLOORS = new URL('../floors.json', import.meta.url);
const DOCS = fileURLToPath(new URL('../../../docs/', import.meta.url));

await runBench({ usage: USAGE, options: () => readOptions(process.argv.slice(2), process.env), main });

async function main(options: Options): Promise<void> {
  const started = performance.now();
  const report = await reportFor(options);
  if (report === undefined) return;
  if (options.json !== null) writeJson(options.json, report);
  const rows = report.rows.filter((row) => !isFaceRow(row) && !isWindowRow(row));
  if (rows.length > 0) process.stdout.write(`${formatText(ROW_HEADER, rowTable({ ...report, rows }))}\n`);
  const windows = report.rows.filter(isWindowRow);
  if (windows.length > 0) process.stdout.write(`\n${formatText(WINDOW_HEADER, windowTable(windows))}\n`);
  for (const line of populationLines(report)) process.stdout.write(`${line}\n`);
  for (const { header, rows: own } of sessionTables(report.session?.rows ?? [])) process.stdout.write(`\n${formatText(header, own)}\n`);
  const trust = report.session?.trust;
  if (trust !== undefined && trust.rows.length > 0) {
    process.stdout.write(`\n${formatText(CHOICE_HEADER, choiceTable(trust))}\n\n${formatText(TRUST_HEADER, trustTable(trust))}\n`);
    if (trust.calibration?.id !== SESSION_TRUST_CALIBRATION.id) {
      process.stderr.write('these are not the thresholds that ship: src/session/write-trust-calibration.ts takes them over\n');
    }
  }
  if (report.face !== undefined) process.stdout.write(`\n${faceText(report.face)}\n`);
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
  const { data, check } = options;
  if (!(await publicDataIsThere({ folder: data, sets: setsOf(plannedJobs(options)), check }))) {
    process.stdout.write(noDataLine(data));
    return undefined;
  }
  const report = await measure(options);
  // A part would pass for the whole at the next --last.
  if (!check && !options.quick && !isPart(options)) writeJson(RESULTS, report);
  return report;
}

function isPart({ suites, detectors }: Options): boolean {
  return suites.length < SUITES.length || detectors.length > 0;
}

function writePlots(folder: string, plots: readonly DrawnPlot[]): void {
  mkdirSync(folder, { recursive: true });
  for (const { name, svg } of plots) writeFileSync(`${folder}/${name}`, svg);
}

function readFloors(): Floor[] {
  return parseFloors(readFileSync(FLOORS, 'utf8'));
}

function checkFloors(report: Report, options: Options): void {
  const judged = judgeFloors(readFloors(), report, isPart(options));
  process.stdout.write(`\n${formatText(FLOOR_HEADER, floorTable(judged))}\n\n${floorSummary(judged)}\n`);
  if (judged.some(({ verdict }) => verdict === 'broken')) fail('Floors are broken: see above.\n');
}
