import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { integerOption } from '../../shared/src/bench-options';
import { assertPublishedCode } from '../../shared/src/published-code';
import { reportHead, reportOf } from '../../shared/src/report-file';
import { fail, runBench, sayer } from '../../shared/src/run-bench';
import { measureAnswerTimes } from './answer-times';
import { STORE_KINDS, type StoreKind } from './bench-store';
import { measureComparisonOperations } from './comparison-operations';
import { measureRatios } from './detector-ratios';
import { measureHttpLogins } from './http-logins';
import { judgeLimits } from './limits';
import { measurePasswordHashes } from './password-hashes';
import { measurePureOperations } from './pure-operations';
import { REPORT_SCHEMA, type Report } from './report';
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
const RESULTS = fileURLToPath(new URL('../../results/speed.json', import.meta.url));
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
  return { ...values, pairs: integerOption(values.pairs, '--pairs', 10, 5_000) };
}

async function measureAll({ pairs }: Options): Promise<Report> {
  assertPublishedCode(PACKAGES, (name) => import.meta.resolve(name));
  const { say, seconds } = sayer();
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
  const parts = { ratios, operations, comparisons, session, verifyTyping, logins, passwordHashes, answerTimes };
  return { ...reportHead(REPORT_SCHEMA), seconds: seconds(), ...parts };
}

async function main(options: Options): Promise<void> {
  const { last, docs, check } = options;
  const report = await reportOf<Report>(RESULTS, { last, schema: REPORT_SCHEMA, measure: () => measureAll(options) });
  process.stdout.write(`${formatText(HEADER, reportRows(report))}\n`);
  if (docs) writeFileSync(PAGE, speedPage(report));
  if (check && judgeLimits(report).some(({ kept }) => !kept)) fail('\nA limit is broken: see the end of the table.\n');
}

await runBench({ usage: USAGE, options: readOptions, main });
