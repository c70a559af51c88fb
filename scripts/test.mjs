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
  const args = [
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...projects.flatMap((name) => ['--project', name]),
    // Unit tests time nothing: every core may have its share of them.
    ...(projects === UNITS ? ['--maxWorkers=100%'] : []),
  ];
  try {
    await runTool('vitest', args, { env: { CHROME_PATH: chrome, ...(soak ? { TACIT_SOAK: '1' } : {}) } });
  } catch {
    process.exitCode = 1;
  }
  const counts = readReport(report);
  passed += counts.passed;
  failed += counts.failed;
  skipped += counts.skipped;
  failures.push(...counts.failures);
  // A group that dies before its first test has failed, whatever it counted.
  if (counts.passed + counts.failed === 0) process.exitCode = 1;
}

function readReport(file) {
  try {
    const report = JSON.parse(readFileSync(file, 'utf8'));
    return {
      passed: report.numPassedTests,
      failed:
        report.numFailedTests +
        report.testResults.filter((suite) => suite.status === 'failed' && suite.assertionResults.length === 0).length,
      skipped: report.numPendingTests + report.numTodoTests,
      failures: report.testResults.filter((suite) => suite.status === 'failed').flatMap(failuresOf),
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
