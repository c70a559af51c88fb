import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { findLargest, LIMIT_MS, type Trial } from './largest';
import { findings, loadPage } from './load-page';
import { type LoadReport, parseReport, REPORT_SCHEMA } from './report';
import { type SoakFigures, soak } from './soak';
import { measureStored, type StoredCost } from './stored-cost';

const USAGE = `Usage: node scripts/bench.mjs load [options]

  --sessions <n>  live sessions, 1-5000 (default 1000)
  --minutes <n>   minutes that count, .25-120 (default 10)
  --trial <n>     minutes of each run that looks for the largest number where that many are too many (default 2; 0: does not look)
  --stored <n>    most stored sessions beside which a window's cost is measured, from 100 in steps of ten (default 100000; 0: not measured)
  --only-stored   measures no live sessions
  --profile <dir> writes a CPU profile of the server's process there, preparation included
  --check         ends with 1 where a figure is not as wanted
  --docs          writes docs/load.md
  --last          uses the results of the last run instead of measuring
`;
const RESULTS = new URL('../../results/load.json', import.meta.url);
const PAGE = new URL('../../../docs/load.md', import.meta.url);
const PACKAGES = ['features', 'models', 'crypto', 'server-verify'].map((name) => `@tacit-auth/${name}`);

interface Options {
  sessions: number;
  minutes: number;
  trial: number;
  stored: number;
  onlyStored: boolean;
  profile: string | undefined;
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
      check: { type: 'boolean', default: false },
      docs: { type: 'boolean', default: false },
      last: { type: 'boolean', default: false },
    },
  });
  const { check, docs, last, profile } = values;
  return {
    ...{ check, docs, last, profile, onlyStored: values['only-stored'] },
    sessions: numberOf(values.sessions, '--sessions', 1, 5_000, true),
    minutes: numberOf(values.minutes, '--minutes', 0.25, 120),
    trial: numberOf(values.trial, '--trial', 0, 60),
    stored: numberOf(values.stored, '--stored', 0, 1_000_000, true),
  };
}

function numberOf(text: string, name: string, least: number, most: number, whole = false): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= least && value <= most) || (whole && !Number.isInteger(value))) {
    throw new RangeError(`${name} must be ${whole ? 'an integer' : 'a number'} from ${least} to ${most}`);
  }
  return value;
}

/** A loader that maps packages to their sources would time something that nobody installs. */
function assertPublishedCode(): void {
  for (const name of PACKAGES) {
    if (!import.meta.resolve(name).endsWith('/dist/index.js')) throw new Error(`${name} does not resolve to its build`);
  }
}

async function measure({ sessions, minutes, trial, stored, onlyStored, profile }: Options): Promise<LoadReport> {
  assertPublishedCode();
  const started = performance.now();
  const say = (what: string) => process.stderr.write(`${Math.round((performance.now() - started) / 1_000)} s  ${what}\n`);
  const steps = [100, 1_000, 10_000, 100_000, 1_000_000].filter((step) => step <= stored);
  const costs: StoredCost[] = steps.length > 0 ? await measureStored(steps, say) : [];
  let figures: SoakFigures | null = null;
  let trials: Trial[] = [];
  if (!onlyStored) {
    figures = await soak({ sessions, minutes, say, ...(profile === undefined ? {} : { profile }) });
    if (figures.window.p99 > LIMIT_MS && trial > 0) {
      trials = await findLargest({ sessions, p99: figures.window.p99 }, async (fewer) => {
        const { window } = await soak({ sessions: fewer, minutes: trial, say });
        say(`${fewer} sessions: p99 ${Math.round(window.p99)} ms`);
        return window.p99;
      });
    }
  }
  const machine = { node: process.versions.node, cpus: availableParallelism() };
  return { schema: REPORT_SCHEMA, machine, soak: figures, trials, stored: costs };
}

async function main(): Promise<void> {
  const options = readOptions();
  let report: LoadReport;
  if (options.last) {
    report = parseReport(readFileSync(RESULTS, 'utf8'));
  } else {
    report = await measure(options);
    mkdirSync(fileURLToPath(new URL('.', RESULTS)), { recursive: true });
    writeFileSync(RESULTS, `${JSON.stringify(report, null, 2)}\n`);
  }
  const found = findings(report);
  for (const { what, measured, wanted, kept } of found) {
    process.stdout.write(`${what}: ${measured}${wanted === '' ? '' : ` (${wanted}${kept === false ? ': not kept' : ''})`}\n`);
  }
  if (options.docs) writeFileSync(PAGE, loadPage(report));
  if (options.check && found.some(({ kept }) => kept === false)) process.exitCode = 1;
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n\n${USAGE}`);
  process.exitCode = 1;
}
