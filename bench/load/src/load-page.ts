import { LIMIT_MS, largestOf } from './largest';
import type { LoadReport } from './report';
import type { SoakFigures } from './soak';

const SLOPE_LIMIT = 1;
const STATE_LIMIT = 4_096;

/** What was measured, and what it should be. */
export interface Finding {
  readonly what: string;
  readonly measured: string;
  readonly wanted: string;
  readonly kept: boolean | null;
}

export function findings({ soak, trials, stored }: LoadReport): Finding[] {
  return [
    ...(soak ? ofSoak(soak) : []),
    ...(trials.length > 0 ? [ofTrials(trials)] : []),
    ...(stored.length > 1 ? [ofStored(stored)] : []),
  ];
}

function ofSoak({ sessions, minutes, window, batch, memory, state, refused, closed, unanswered, ...soak }: SoakFigures): Finding[] {
  const lost =
    Object.values(refused).reduce((sum, each) => sum + each, 0) + Object.values(closed).reduce((sum, each) => sum + each, 0) + unanswered;
  const none = { wanted: '', kept: null };
  return [
    {
      what: `answer to a window of typing, ${sessions} live sessions, ${minutes} min: p50, p99, worst`,
      measured: `${ms(window.p50)}, ${ms(window.p99)}, ${ms(window.worst)}`,
      wanted: `p99 at most ${LIMIT_MS} ms`,
      kept: window.p99 <= LIMIT_MS,
    },
    { what: 'answer to any batch: p50, p99', measured: `${ms(batch.p50)}, ${ms(batch.p99)}`, ...none },
    {
      what: 'batches that were refused, lost or left without an answer',
      measured: `${lost} of ${soak.batches}`,
      wanted: 'none',
      kept: lost === 0,
    },
    {
      what: 'resident memory: first, last, most',
      measured: [memory.first, memory.last, memory.most].map((mb) => `${Math.round(mb)} MB`).join(', '),
      ...none,
    },
    {
      what: "resident memory's slope after minute 3",
      measured: memory.slope === null ? 'the run was too short' : `${memory.slope.toFixed(2)} MB a minute`,
      wanted: `at most ${SLOPE_LIMIT} MB a minute`,
      kept: memory.slope === null ? null : memory.slope <= SLOPE_LIMIT,
    },
    {
      what: 'stored state of a session: mean, most',
      measured: `${Math.round(state.mean)}, ${state.most} bytes`,
      wanted: `at most ${STATE_LIMIT} bytes`,
      kept: state.most <= STATE_LIMIT,
    },
    {
      what: 'batches a second; CPU of the server; of that a batch',
      measured: `${soak.batchesPerSecond.toFixed(0)}; ${Math.round(100 * soak.serverCpu)} % of a core; ${soak.cpuPerBatch.toFixed(2)} ms`,
      ...none,
    },
    { what: 'event loop late by, p99', measured: ms(soak.lag), ...none },
  ];
}

function ofTrials(trials: LoadReport['trials']): Finding {
  const largest = largestOf(trials);
  return {
    what: `largest number of sessions with a p99 of at most ${LIMIT_MS} ms`,
    measured: largest === undefined ? 'none' : `${largest.sessions} (${ms(largest.p99)})`,
    wanted: '',
    kept: null,
  };
}

function ofStored(stored: LoadReport['stored']): Finding {
  const [least, most] = [Math.min(...stored.map(({ cpu }) => cpu)), Math.max(...stored.map(({ cpu }) => cpu))];
  return {
    what: `CPU of a window: the dearest against the cheapest, from ${stored[0]?.stored} to ${stored.at(-1)?.stored} stored sessions`,
    measured: `${(most / least).toFixed(2)} times`,
    wanted: 'flat: at most 1.5 times',
    kept: most / least <= 1.5,
  };
}

const ms = (value: number): string => `${value.toFixed(0)} ms`;

/** The page on load, made of one report. */
export function loadPage(report: LoadReport): string {
  const { machine, stored, trials } = report;
  const table = (header: readonly string[], rows: ReadonlyArray<readonly string[]>): string =>
    [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
  const found = findings(report).map(({ what, measured, wanted, kept }) => [
    what,
    measured,
    wanted,
    kept === null ? '' : kept ? 'yes' : '**no**',
  ]);
  return `# Load

Made by \`node scripts/bench.mjs load --docs\`; do not edit. Measured on Node.js ${machine.node} with ${machine.cpus} CPUs, on the packages as they are published.

How it is measured:

- One server, \`node:http\` with \`attachContinuous\`, over SQLite in a file: every answer is on disk before it is given, and what comes within 50 ms, or 100 under load, shares a write. The clients
  are in a process of their own on the same machine, each with a WebSocket and a session.
- Each sends what the recorders of a page do: a window of 25-50 keys about every 12 s, a sample of the pointer every 5 s, in batches 2 s after the first of them, one under way at a time.
  A page that records nothing sends nothing. Every window and every sample differs, and is compared with a template of the customer's own.
- An answer's time is from the sending of a batch by the client to the answer at the client, the time of the group in it. Counting begins 15 s after the last client has come.
- No population of the pointer is shipped; this one is of 30 made-up people. Templates are made by one session of seven windows, so that the preparation is quick.
- The cost beside stored sessions is measured without sockets: ${50} sessions send a window each at the same moment, while ever more are in the store. CPU time is that of the whole process.

${table(['what', 'measured', 'wanted', 'kept'], found)}
${
  trials.length > 0
    ? `\n## How many sessions\n\n${table(
        ['sessions', 'p99 of a window'],
        trials.map(({ sessions, p99 }) => [String(sessions), ms(p99)]),
      )}\n`
    : ''
}${
  stored.length > 0
    ? `\n## Beside stored sessions\n\n${table(
        ['stored sessions', 'CPU a window', 'spread', 'wall-clock a window'],
        stored.map((cost) => [
          String(cost.stored),
          `${cost.cpu.toFixed(2)} ms`,
          `${cost.spread.toFixed(2)} ms`,
          `${cost.wall.toFixed(2)} ms`,
        ]),
      )}\n`
    : ''
}`;
}
