import { createHistogram, monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks';
import { type LoadServer, startLoadServer } from './load-server';
import type { FromServer, ServerSample, ToServer } from './messages';
import { prepareSessions } from './prepared-sessions';

// One of the two processes of a soak: the server, and nothing else that takes time once it is prepared.

const delay = monitorEventLoopDelay({ resolution: 10 });
const answers = createHistogram();
let server: LoadServer | undefined;
let isFirstSample = true;
let collects = false;
let collecting = { sum: 0, longest: 0 };

new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) {
    collecting = { sum: collecting.sum + duration, longest: Math.max(collecting.longest, duration) };
  }
}).observe({ entryTypes: ['gc'] });

const tell = (message: FromServer): void => void process.send?.(message);

function sampleOf({ sockets }: LoadServer): ServerSample {
  const { rss, heapUsed } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  const [lag, latest, pauses] = [delay.percentile(99) / 1e6, delay.max / 1e6, collecting];
  if (isFirstSample) answers.reset();
  isFirstSample = false;
  const own = { p50: answers.percentile(50) / 1_000, p99: answers.percentile(99) / 1_000, worst: answers.max / 1_000 };
  const collected = collects ? collectedHeap() : null;
  delay.reset();
  collecting = { sum: 0, longest: 0 };
  const cpu = (user + system) / 1_000;
  return {
    at: performance.now(),
    resident: rss,
    heap: heapUsed,
    cpu,
    lag,
    latest,
    collecting: pauses,
    collected,
    own,
    sockets: sockets.counts().open,
  };
}

function collectedHeap(): number {
  const collect = (globalThis as { gc?: () => void }).gc;
  if (collect === undefined) throw new Error('the process was started without --expose-gc');
  collect();
  return process.memoryUsage().heapUsed;
}

/** Bytes of every session's state, as they are stored. */
async function stateBytes({ store }: LoadServer): Promise<number[]> {
  const bytes: number[] = [];
  for (let after: { subject: string; id: string } | undefined; ; ) {
    const page = await store.transaction((tx) => tx.listKind('continuous', { limit: 500, ...(after ? { after } : {}) }));
    bytes.push(...page.map(({ body }) => body.length));
    after = page.at(-1);
    if (after === undefined) return bytes;
  }
}

async function handle(message: ToServer): Promise<void> {
  if (message.type === 'prepare') {
    collects = message.collect;
    server = await startLoadServer((ms) => answers.record(Math.max(1, Math.round(1_000 * ms))));
    const sessions = await prepareSessions(server, message.sessions, (done) => tell({ type: 'progress', done }));
    delay.enable();
    tell({ type: 'ready', port: server.port, sessions });
    return;
  }
  if (server === undefined) throw new Error('the server is not prepared');
  if (message.type === 'sample') {
    tell({ type: 'sample', sample: sampleOf(server) });
  } else if (message.type === 'states') {
    tell({ type: 'states', bytes: await stateBytes(server) });
  } else {
    await server.close();
    process.disconnect();
  }
}

process.on('message', (message: ToServer) => {
  handle(message).catch((error: unknown) =>
    tell({ type: 'failed', reason: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
});
// Whether it was told to end, or the bench itself was ended: nothing is left behind.
process.once('disconnect', () => process.exit());
