import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ensureInstall } from './ensure-install.mjs';
import { ROOT, runTool } from './run.mjs';

const soak = process.argv.includes('--soak');
/** `--units` leaves out what needs a browser or a running bank. */
const unitsOnly = process.argv.includes('--units');
const FAILURE_LINES = 12;
const FAILURE_CHARACTERS = 1500;
const started = performance.now();

await ensureInstall();
const { ensureChrome } = await import('./ensure-chrome.mjs');
const { buildWorkspace } = await import('./build-workspace.mjs');
const chrome = await ensureChrome();
await buildWorkspace();

const results = join(ROOT, 'test-results');
rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });

// Key rhythms and timings are measured in the browser runs, so they do not share the cores with the unit tests.
const UNITS = ['node', 'alone', 'dom', 'types'];
const GROUPS = unitsOnly ? [UNITS] : [UNITS, ['browser'], ['e2e'], ['face']];
let passed = 0;
let failed = 0;
let skipped = 0;
const failures = [];
for (const projects of GROUPS) {
  const report = join(results, `${projects.join('-')}.json`);
  const unhandled = join(results, `${projects.join('-')}.unhandled.json`);
  const args = [
    'run',
    '--reporter=default',
    '--reporter=json',
    `--reporter=${join(ROOT, 'scripts', 'unhandled-errors-reporter.mjs')}`,
    `--outputFile.json=${report}`,
    ...projects.flatMap((name) => ['--project', name]),
    // Unit tests time nothing: every core may have its share of them.
    ...(projects === UNITS ? ['--maxWorkers=100%'] : []),
  ];
  let endedWell = true;
  try {
    await runTool('vitest', args, {
      env: { CHROME_PATH: chrome, UNHANDLED_ERRORS_FILE: unhandled, ...(soak ? { TACIT_SOAK: '1' } : {}) },
    });
  } catch {
    endedWell = false;
    process.exitCode = 1;
  }
  const counts = readReport(report, unhandled, endedWell);
  passed += counts.passed;
  failed += counts.failed;
  skipped += counts.skipped;
  failures.push(...counts.failures);
  // A group that dies before its first test has failed, whatever it counted.
  if (counts.passed + counts.failed === 0) process.exitCode = 1;
}

function readReport(file, unhandledFile, endedWell) {
  try {
    const report = JSON.parse(readFileSync(file, 'utf8'));
    const failures = [
      ...report.testResults.filter((suite) => suite.status === 'failed').flatMap(failuresOf),
      ...JSON.parse(readFileSync(unhandledFile, 'utf8')).map((error) => `outside of any test: ${firstLines(error)}`),
    ];
    // Whatever the reason, a run that ended badly is never counted as one without a failure.
    if (!endedWell && failures.length === 0) failures.push(`${relative(ROOT, file)}: the run ended badly, and no test of it failed`);
    return {
      passed: report.numPassedTests,
      failed: failures.length,
      skipped: report.numPendingTests + report.numTodoTests,
      failures,
    };
  } catch (cause) {
    process.stdout.write(`no report in ${file}: ${cause.message}\n`);
    return { passed: 0, failed: 1, skipped: 0, failures: [`no report: ${file}`] };
  }
}

/** One block a failed test: where it stands, its name, and the first lines of what went wrong. */
function failuresOf(suite) {
  const file = relative(ROOT, suite.name);
  const failed = suite.assertionResults.filter(({ status }) => status === 'failed');
  // A file fails without a failed test when it can not be read, or when what runs before or after its tests fails.
  if (failed.length === 0) return [`${file}: ${firstLines(suite.message)}`];
  return failed.map(({ fullName, failureMessages }) => `${file}: ${fullName}\n  ${firstLines(failureMessages[0] ?? '')}`);
}

function firstLines(message) {
  return message.split('\n').slice(0, FAILURE_LINES).join('\n  ').slice(0, FAILURE_CHARACTERS);
}

if (failed > 0) process.exitCode = 1;
process.stdout.write(
  `\n${soak ? 'long' : 'short'} form${unitsOnly ? ' of the unit tests' : ''}, ${((performance.now() - started) / 60_000).toFixed(1)} min\n`,
);
// Last, so that a log of which only the end is kept still names them.
for (const failure of failures) process.stdout.write(`failed: ${failure}\n`);
process.stdout.write(`tests: ${passed} passed, ${failed} failed, ${skipped} skipped\n`);
