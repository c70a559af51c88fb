import { monitorEventLoopDelay } from 'node:perf_hooks';
import { type LoadServer, startLoadServer } from './load-server';
import type { FromServer, ServerSample, ToServer } from './messages';
import { prepareSessions } from './prepared-sessions';

// One of the two processes of a soak: the server, and nothing else that takes time once it is prepared.

const delay = monitorEventLoopDelay({ resolution: 10 });
let server: LoadServer | undefined;

const tell = (message: FromServer): void => void process.send?.(message);

function sampleOf({ sockets }: LoadServer): ServerSample {
  const { rss, heapUsed } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  const lag = delay.percentile(99) / 1e6;
  delay.reset();
  return { at: performance.now(), resident: rss, heap: heapUsed, cpu: (user + system) / 1_000, lag, sockets: sockets.counts().open };
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
    server = await startLoadServer();
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
