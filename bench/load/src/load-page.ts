import { LIMIT_MS, largestOf } from './largest';
import type { LoadReport } from './report';
import type { SoakFigures, SoakMinute } from './soak';
import type { Rise } from './statistics';

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
    ofSlope("slope after minute 3 of resident memory's least in each half minute, with its standard error", memory.floor),
    ofSlope('the same of all samples', memory.slope),
    ...(soak.collected === null
      ? []
      : [
          {
            what: 'heap after a forced collection: first, last, most',
            measured: [soak.collected.first, soak.collected.last, soak.collected.most].map((mb) => `${mb.toFixed(1)} MB`).join(', '),
            ...none,
          },
          ofSlope('slope of the heap after a forced collection', memory.collected),
        ]),
    {
      what: 'stored state of a session: mean, most',
      measured: `${Math.round(state.mean)}, ${state.most} bytes`,
      wanted: `at most ${STATE_LIMIT} bytes`,
      kept: state.most <= STATE_LIMIT,
    },
    { what: 'CPU of the server for one batch', measured: `${soak.cpuPerBatch.toFixed(2)} ms`, ...none },
    {
      what: 'batches a second; CPU of the server, and of the clients',
      measured: `${soak.batchesPerSecond.toFixed(0)}; ${percent(soak.serverCpu)}, ${percent(soak.clientCpu)} of a core`,
      ...none,
    },
    {
      what: 'of an answer the time in the server: p50, p99, worst',
      measured: `${ms(soak.own.p50)}, ${ms(soak.own.p99)}, ${ms(soak.own.worst)}`,
      ...none,
    },
    { what: "the server's event loop late by: p99, worst", measured: `${ms(soak.lag)}, ${ms(soak.latest)}`, ...none },
    { what: "the clients' event loop late by: p99, worst", measured: `${ms(soak.clientLag.p99)}, ${ms(soak.clientLag.worst)}`, ...none },
    {
      what: 'pauses for garbage: share of the time, longest',
      measured: `${percent(soak.collecting.share)}, ${ms(soak.collecting.longest)}`,
      ...none,
    },
    {
      what: "time of the machine's CPUs that its host gave to others: of the run, of the worst minute",
      measured: soak.steal === null ? 'not told by this system' : `${percent(soak.steal)}, ${percent(worstOf(soak.perMinute))}`,
      ...none,
    },
    {
      what: 'time of the CPUs that other programs used',
      measured: soak.others === null ? 'not told by this system' : percent(soak.others),
      ...none,
    },
    ...(soak.flags.length === 0 ? [] : [{ what: 'flags of Node.js', measured: soak.flags.join(' '), ...none }]),
  ];
}

function ofSlope(what: string, rise: Rise | null): Finding {
  return {
    what,
    measured: rise === null ? 'the run was too short' : `${rise.slope.toFixed(2)} +- ${rise.error.toFixed(2)} MB a minute`,
    wanted: `at most ${SLOPE_LIMIT} MB a minute`,
    kept: rise === null ? null : rise.slope <= SLOPE_LIMIT,
  };
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
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const worstOf = (minutes: readonly SoakMinute[]): number => Math.max(0, ...minutes.map(({ steal }) => steal ?? 0));

/** The page on load, made of one report. */
export function loadPage(report: LoadReport): string {
  const { machine, soak, stored, trials } = report;
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
- An answer's time is from the moment a client writes a batch to its socket to the moment it reads the answer, the time of the group in it, and also how late the clients' own event loop is.
  Counting begins 15 s after the last client has come.
- The resident memory of a process swings with what its collector has not given back yet. The least of each half minute lies under that swing; the slope of all samples is beside it. Their standard
  errors take what scatters about the line as independent, which a swing is not: they are too small rather than too large.
- The time that a virtual machine's host gives to others is the kernel's \`steal\`, as a share of the time of all CPUs.
- No population of the pointer is shipped; this one is of 30 made-up people. Templates are made by one session of seven windows, so that the preparation is quick.
- The cost beside stored sessions is measured without sockets: ${50} sessions send a window each at the same moment, while ever more are in the store. CPU time is that of the whole process.

${table(['what', 'measured', 'wanted', 'kept'], found)}
${
  soak
    ? `\n## Minute by minute\n\n${table(
        ['minute', 'windows', 'p99 of a window', "of the CPUs' time the host gave to others"],
        soak.perMinute.map(({ windows, p99, steal }, i) => [
          String(i + 1),
          String(windows),
          ms(p99),
          steal === null ? 'not told by this system' : percent(steal),
        ]),
      )}\n`
    : ''
}${
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
