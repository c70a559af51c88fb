import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { measureAnswerTimes } from './answer-times';
import { STORE_KINDS, type StoreKind } from './bench-store';
import { measureComparisonOperations } from './comparison-operations';
import { measureRatios } from './detector-ratios';
import { measureHttpLogins } from './http-logins';
import { judgeLimits } from './limits';
import { measurePasswordHashes } from './password-hashes';
import { measurePureOperations } from './pure-operations';
import { parseReport, REPORT_SCHEMA, type Report } from './report';
import { HEADER, reportRows } from './report-rows';
import { measureSessionOperations } from './session-operations';
import { speedPage } from './speed-page';
import { formatText } from './table';
import { measureVerifyTyping } from './verify-typing';

const USAGE = `Usage: npm run bench:speed -- [options]

  --pairs <n>  pairs of logins whose answer times are compared, 10-5000 (default 500); a fifth as many registrations
  --check      end with 1 when a limit is broken
  --docs       write docs/speed.md
  --last       use the results of the last run instead of measuring
`;
const RESULTS = new URL('../../results/speed.json', import.meta.url);
const PAGE = new URL('../../../docs/speed.md', import.meta.url);
const PACKAGES = ['features', 'models', 'crypto', 'server-verify'].map((name) => `@tacit-auth/${name}`);

interface Options {
  pairs: number;
  check: boolean;
  docs: boolean;
  last: boolean;
}

function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      pairs: { type: 'string', default: '500' },
      check: { type: 'boolean', default: false },
      docs: { type: 'boolean', default: false },
      last: { type: 'boolean', default: false },
    },
  });
  const pairs = Number(values.pairs);
  if (!Number.isInteger(pairs) || pairs < 10 || pairs > 5_000) throw new RangeError('--pairs must be an integer from 10 to 5000');
  return { ...values, pairs };
}

/** A loader that maps packages to their sources would time something that nobody installs. */
function assertPublishedCode(): void {
  for (const name of PACKAGES) {
    if (!import.meta.resolve(name).endsWith('/dist/index.js')) throw new Error(`${name} does not resolve to its build`);
  }
}

async function measureAll({ pairs }: Options): Promise<Report> {
  assertPublishedCode();
  const started = performance.now();
  const say = (what: string) => process.stderr.write(`${Math.round((performance.now() - started) / 1_000)} s  ${what}\n`);
  const eachStore = async <T>(measured: (kind: StoreKind) => Promise<T>): Promise<T[]> => {
    const figures: T[] = [];
    for (const kind of STORE_KINDS) figures.push(await measured(kind));
    return figures;
  };
  say('detector and classical forest');
  const ratios = measureRatios();
  say('parts of a login');
  const operations = measurePureOperations();
  say('comparison detectors');
  const comparisons = measureComparisonOperations();
  say('free text and pointer');
  const session = measureSessionOperations();
  say('verifyTyping');
  const verifyTyping = await eachStore(measureVerifyTyping);
  say('logins over HTTP');
  const logins = await eachStore(measureHttpLogins);
  say('password hashes');
  const passwordHashes = await measurePasswordHashes();
  say('answer times');
  const answerTimes = await measureAnswerTimes({ loginPairs: pairs, registrationPairs: Math.ceil(pairs / 5) });
  const seconds = Math.round((performance.now() - started) / 1_000);
  const machine = { node: process.versions.node, cpus: availableParallelism() };
  const parts = { ratios, operations, comparisons, session, verifyTyping, logins, passwordHashes, answerTimes };
  return { schema: REPORT_SCHEMA, machine, seconds, ...parts };
}

async function main(): Promise<void> {
  const options = readOptions();
  let report: Report;
  if (options.last) {
    report = parseReport(readFileSync(RESULTS, 'utf8'));
  } else {
    report = await measureAll(options);
    mkdirSync(fileURLToPath(new URL('.', RESULTS)), { recursive: true });
    writeFileSync(RESULTS, `${JSON.stringify(report, null, 2)}\n`);
  }
  process.stdout.write(`${formatText(HEADER, reportRows(report))}\n`);
  if (options.docs) writeFileSync(PAGE, speedPage(report));
  if (options.check && judgeLimits(report).some(({ kept }) => !kept)) {
    process.stderr.write('\nA limit is broken: see the end of the table.\n');
    process.exitCode = 1;
  }
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n\n${USAGE}`);
  process.exitCode = 1;
}
