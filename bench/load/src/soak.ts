import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type MachineTime, machineTime, stolen, usedByOthers } from './machine-time';
import type { ClientFigures, FromClients, FromServer, ServerSample, ToClients, ToServer } from './messages';
import { leastOf, percentile, type Rise, rise } from './statistics';

const SAMPLE_MS = 5_000;
/** Clients are there, and the first work is behind the server, before anything counts. */
const SETTLE_MS = 15_000;
/** From here on the memory's slope is taken, in minutes: before it the server warms up. */
const SLOPE_FROM = 3;
/** Minutes of which the least is taken: what a process needs lies under the swing of what it has not given back yet. */
const LEAST_OF = 0.5;
/** Fewest samples that a slope is drawn through. */
const LEAST_SAMPLES = 12;
const MB = 1_048_576;
/** An event loop so late is told of at once: whoever watches a run may see what else the machine did. */
const LATE_MS = 250;

/** What one run came to. Times in ms. */
export interface SoakFigures {
  sessions: number;
  minutes: number;
  windows: number;
  batches: number;
  /** Of the answer to a batch with a window of typing. */
  window: { p50: number; p99: number; worst: number };
  /** Of the answer to any batch. */
  batch: { p50: number; p99: number };
  batchesPerSecond: number;
  /** Share of one core. */
  serverCpu: number;
  clientCpu: number;
  cpuPerBatch: number;
  /**
   * In MB. Slopes are per minute, after minute 3; null of a run that is no longer than that. `slope` is through all samples, `floor` through the least of each half
   * minute, `collected` through the heap after a forced collection, where that was asked for.
   */
  memory: { first: number; last: number; most: number; slope: Rise | null; floor: Rise | null; collected: Rise | null };
  /** Heap after a forced collection, in MB, where that was asked for. */
  collected: { first: number; last: number; most: number } | null;
  /** How late the event loop was: the median over samples of the 99th percentile, and the worst of all. */
  lag: number;
  latest: number;
  /** The clients' own lateness, which is in every answer's time. */
  clientLag: { p99: number; worst: number };
  /** From a batch as the server read it to its answer. */
  own: { p50: number; p99: number; worst: number };
  /** Pauses for the collection of garbage: share of the time, and the longest, in ms. */
  collecting: { share: number; longest: number };
  /** Share of all CPUs' time that the machine's host gave to others; null where the system does not tell. */
  steal: number | null;
  perMinute: SoakMinute[];
  /** Share of all CPUs' time that programs other than server and clients used; null where the system does not tell. */
  others: number | null;
  /** Flags of Node.js that the server ran with. */
  flags: string[];
  /** Bytes of a session's state at the end. */
  state: { mean: number; most: number };
  refused: Record<string, number>;
  closed: Record<number, number>;
  unanswered: number;
}

/** What a minute of a run came to: the last one may be a part of one. */
export interface SoakMinute {
  /** Windows that were answered in it. */
  windows: number;
  /** Of their answers, in ms. */
  p99: number;
  /** As that of the run. */
  steal: number | null;
}

export interface SoakOptions {
  sessions: number;
  minutes: number;
  say: (text: string) => void;
  /** A folder for a CPU profile of the server's process. */
  profile?: string;
  /** Flags of Node.js for the server's process. */
  flags?: readonly string[];
  /** Collects garbage before every sample and notes what is left: for finding out whether memory grows, at the cost of every answer's time. */
  collect?: boolean;
}

/** Runs a server and its clients, each in a process of its own. */
export async function soak({ sessions, minutes, say, profile, flags = [], collect = false }: SoakOptions): Promise<SoakFigures> {
  const server = new Process<ToServer, FromServer>('server-process.ts', [
    ...flags,
    ...(profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`]),
    ...(collect ? ['--expose-gc'] : []),
  ]);
  const clients = new Process<ToClients, FromClients>('client-process.ts');
  try {
    server.onMessage = (message) => {
      if (message.type === 'progress' && message.done % 100 === 0) say(`${message.done} of ${sessions} sessions prepared`);
    };
    server.send({ type: 'prepare', sessions, collect });
    const { port, sessions: prepared } = await server.hear('ready');
    const ms = minutes * 60_000;
    clients.send({ type: 'run', port, sessions: prepared, ms, settleMs: SETTLE_MS });
    const rampMs = Math.floor(sessions / 50) * 1_000 + SETTLE_MS;
    await wait(rampMs);
    const samples: ServerSample[] = [];
    const times: (MachineTime | null)[] = [];
    const done = clients.hear('done');
    let finished = false;
    done.then(
      () => {
        finished = true;
      },
      () => {
        finished = true;
      },
    );
    while (!finished) {
      server.send({ type: 'sample' });
      const { sample } = await server.hear('sample');
      samples.push(sample);
      times.push(machineTime());
      if (samples.length % 12 === 1 || sample.lag > LATE_MS) say(line(sample, samples));
      await Promise.race([wait(SAMPLE_MS), done]);
    }
    const { figures } = await done;
    server.send({ type: 'states' });
    const { bytes } = await server.hear('states');
    return summary({ sessions, minutes, samples, times, figures, bytes, flags });
  } finally {
    await clients.end({ type: 'end' });
    await server.end({ type: 'end' });
  }
}

function line({ resident, sockets, lag }: ServerSample, samples: readonly ServerSample[]): string {
  const minute = Math.round((samples.length * SAMPLE_MS) / 60_000);
  return `minute ${minute}: ${sockets} sockets, ${Math.round(resident / MB)} MB resident, event loop late by ${Math.round(lag)} ms (p99)`;
}

interface Measured {
  sessions: number;
  minutes: number;
  samples: readonly ServerSample[];
  /** The machine's time at each of them. */
  times: readonly (MachineTime | null)[];
  flags: readonly string[];
  figures: ClientFigures;
  bytes: readonly number[];
}

/** Sums a run up. */
export function summary({ sessions, minutes, samples, times, figures, bytes, flags }: Measured): SoakFigures {
  const { windows, others, refused, closed, unanswered } = figures;
  const all = [...windows, ...others];
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined) throw new Error('there are no samples of the server');
  const minuteOf = ({ at }: ServerSample): number => (at - first.at) / 60_000;
  const residents = samples.map((sample): Point => [minuteOf(sample), sample.resident / MB]);
  const late = residents.filter(([minute]) => minute >= SLOPE_FROM);
  const heaps = samples.flatMap((sample): Point[] => (sample.collected === null ? [] : [[minuteOf(sample), sample.collected / MB]]));
  const lateHeaps = heaps.filter(([minute]) => minute >= SLOPE_FROM);
  const riseOf = (points: readonly Point[], all: readonly Point[]): Rise | null => (all.length < LEAST_SAMPLES ? null : rise(points));
  const heights = heaps.map(([, mb]) => mb);
  const cpu = last.cpu - first.cpu;
  return {
    sessions,
    minutes,
    windows: windows.length,
    batches: all.length,
    window: { p50: percentile(windows, 0.5), p99: percentile(windows, 0.99), worst: percentile(windows, 1) },
    batch: { p50: percentile(all, 0.5), p99: percentile(all, 0.99) },
    batchesPerSecond: (1_000 * all.length) / figures.ms,
    serverCpu: cpu / (last.at - first.at),
    clientCpu: figures.cpu / figures.ms,
    cpuPerBatch: cpu / Math.max(1, (all.length * (last.at - first.at)) / figures.ms),
    memory: {
      first: first.resident / MB,
      last: last.resident / MB,
      most: Math.max(...samples.map(({ resident }) => resident)) / MB,
      slope: riseOf(late, late),
      floor: riseOf(leastOf(late, LEAST_OF), late),
      collected: riseOf(lateHeaps, lateHeaps),
    },
    collected: heights.length === 0 ? null : { first: heights[0] ?? 0, last: heights.at(-1) ?? 0, most: Math.max(...heights) },
    lag: percentile(
      samples.map(({ lag }) => lag),
      0.5,
    ),
    latest: Math.max(...samples.slice(1).map(({ latest }) => latest), 0),
    clientLag: figures.lag,
    own: last.own,
    collecting: {
      share: samples.slice(1).reduce((sum, { collecting }) => sum + collecting.sum, 0) / (last.at - first.at),
      longest: Math.max(...samples.slice(1).map(({ collecting }) => collecting.longest), 0),
    },
    steal: stolen(times[0] ?? null, times.at(-1) ?? null),
    perMinute: byMinute(figures),
    others: usedByOthers(times[0] ?? null, times.at(-1) ?? null, cpu + figures.cpu),
    flags: [...flags],
    state: { mean: bytes.reduce((sum, each) => sum + each, 0) / Math.max(1, bytes.length), most: Math.max(0, ...bytes) },
    refused,
    closed,
    unanswered,
  };
}

type Point = [minute: number, mb: number];

function byMinute({ windows, windowsAt, times }: ClientFigures): SoakMinute[] {
  return times.slice(1).map((time, i) => {
    // What was answered in the moment after the last one is of it.
    const isOf = (at: number): boolean => Math.min(Math.floor(at / 60_000), times.length - 2) === i;
    const answers = windows.filter((_, window) => isOf(windowsAt[window] ?? 0));
    return { windows: answers.length, p99: percentile(answers, 0.99), steal: stolen(times[i] ?? null, time) };
  });
}

type Typed = { type: string };

/** A process of this bench, and what it says. */
class Process<To extends Typed, From extends Typed> {
  onMessage: (message: From) => void = () => undefined;
  readonly #child: ChildProcess;
  #waiting: Array<{ type: string; resolve: (message: From) => void; reject: (error: Error) => void }> = [];
  #over = false;

  constructor(file: string, flags: readonly string[] = []) {
    this.#child = fork(fileURLToPath(new URL(file, import.meta.url)), {
      execArgv: ['--import', 'tsx', ...flags],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.#child.on('message', (message: From) => {
      const failed = message as unknown as { type: string; reason: string };
      if (failed.type === 'failed') {
        this.#fail(new Error(`${file}: ${failed.reason}`));
        return;
      }
      this.onMessage(message);
      const at = this.#waiting.findIndex(({ type }) => type === message.type);
      if (at >= 0) this.#waiting.splice(at, 1)[0]?.resolve(message);
    });
    this.#child.on('exit', (code) => {
      this.#over = true;
      this.#fail(new Error(`${file} ended with ${code}`));
    });
  }

  send(message: To): void {
    this.#child.send(message);
  }

  hear<Type extends From['type']>(type: Type): Promise<Extract<From, { type: Type }>> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ type, resolve: resolve as (message: From) => void, reject });
    });
  }

  /** Asks it to end, and sees to it that it does. */
  async end(message: To): Promise<void> {
    if (this.#over) return;
    const gone = new Promise<void>((resolve) => this.#child.once('exit', () => resolve()));
    this.#child.send(message);
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), 30_000);
    await gone;
    clearTimeout(timer);
  }

  #fail(error: Error): void {
    for (const { reject } of this.#waiting) reject(error);
    this.#waiting = [];
  }
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
