import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { integerOption, numberOption } from '../../shared/src/bench-options';
import { assertPublishedCode } from '../../shared/src/published-code';
import { reportHead, reportOf } from '../../shared/src/report-file';
import { runBench, sayer } from '../../shared/src/run-bench';
import { findLargest, LIMIT_MS, type Trial } from './largest';
import { findings, loadPage } from './load-page';
import { type LoadReport, REPORT_SCHEMA } from './report';
import { type SoakFigures, soak } from './soak';
import { measureStored, type StoredCost } from './stored-cost';

const USAGE = `Usage: node scripts/bench.mjs load [options]

  --sessions <n>  live sessions, 1-5000 (default 1000)
  --minutes <n>   minutes that count, .25-120 (default 10)
  --trial <n>     minutes of each run that looks for the largest number where that many are too many (default 2; 0: does not look)
  --stored <n>    most stored sessions beside which a window's cost is measured, from 100 in steps of ten (default 100000; 0: not measured)
  --only-stored   measures no live sessions
  --profile <dir> writes a CPU profile of the server's process there, preparation included
  --flags=<text>  flags of Node.js for the server's process, apart by spaces
  --collect       collects the server's garbage at every sample and notes the heap that is left: tells whether it grows, and makes answers late
  --check         ends with 1 where a figure is not as wanted
  --docs          writes docs/load.md
  --last          uses the results of the last run instead of measuring
`;
const RESULTS = fileURLToPath(new URL('../../results/load.json', import.meta.url));
const PAGE = new URL('../../../docs/load.md', import.meta.url);
const PACKAGES = ['features', 'models', 'crypto', 'server-verify'].map((name) => `@tacit-auth/${name}`);

interface Options {
  sessions: number;
  minutes: number;
  trial: number;
  stored: number;
  onlyStored: boolean;
  profile: string | undefined;
  flags: string[];
  collect: boolean;
  check: boolean;
  docs: boolean;
  last: boolean;
}

function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      sessions: { type: 'string', default: '1000' },
      minutes: { type: 'string', default: '10' },
      trial: { type: 'string', default: '2' },
      stored: { type: 'string', default: '100000' },
      'only-stored': { type: 'boolean', default: false },
      profile: { type: 'string' },
      flags: { type: 'string', default: '' },
      collect: { type: 'boolean', default: false },
      check: { type: 'boolean', default: false },
      docs: { type: 'boolean', default: false },
      last: { type: 'boolean', default: false },
    },
  });
  const { check, docs, last, profile, collect } = values;
  return {
    ...{ check, docs, last, profile, collect, onlyStored: values['only-stored'], flags: values.flags.split(' ').filter(Boolean) },
    sessions: integerOption(values.sessions, '--sessions', 1, 5_000),
    minutes: numberOption(values.minutes, '--minutes', 0.25, 120),
    trial: numberOption(values.trial, '--trial', 0, 60),
    stored: integerOption(values.stored, '--stored', 0, 1_000_000),
  };
}

async function measure({ sessions, minutes, trial, stored, onlyStored, profile, flags, collect }: Options): Promise<LoadReport> {
  assertPublishedCode(PACKAGES, (name) => import.meta.resolve(name));
  const { say } = sayer();
  const steps = [100, 1_000, 10_000, 100_000, 1_000_000].filter((step) => step <= stored);
  const costs: StoredCost[] = steps.length > 0 ? await measureStored(steps, say) : [];
  let figures: SoakFigures | null = null;
  let trials: Trial[] = [];
  if (!onlyStored) {
    figures = await soak({ sessions, minutes, say, flags, collect, ...(profile === undefined ? {} : { profile }) });
    if (figures.window.p99 > LIMIT_MS && trial > 0) {
      trials = await findLargest({ sessions, p99: figures.window.p99 }, async (fewer) => {
        const { window } = await soak({ sessions: fewer, minutes: trial, say, flags });
        say(`${fewer} sessions: p99 ${Math.round(window.p99)} ms`);
        return window.p99;
      });
    }
  }
  return { ...reportHead(REPORT_SCHEMA), soak: figures, trials, stored: costs };
}

async function main(options: Options): Promise<void> {
  const { last, docs, check } = options;
  const report = await reportOf<LoadReport>(RESULTS, { last, schema: REPORT_SCHEMA, measure: () => measure(options) });
  const found = findings(report);
  for (const { what, measured, wanted, kept } of found) {
    process.stdout.write(`${what}: ${measured}${wanted === '' ? '' : ` (${wanted}${kept === false ? ': not kept' : ''})`}\n`);
  }
  if (docs) writeFileSync(PAGE, loadPage(report));
  if (check && found.some(({ kept }) => kept === false)) process.exitCode = 1;
}

await runBench({ usage: USAGE, options: readOptions, main });
