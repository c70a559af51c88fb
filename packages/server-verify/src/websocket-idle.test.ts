import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import { emptyBatch, openSocket, openSocketServer, type SocketServer } from './testing-sockets';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const clientsFile = fileURLToPath(new URL('./testing-idle-clients.ts', import.meta.url));
const long = process.env.TACIT_SOAK === '1';
const COUNT = long ? 10_000 : 300;
const ROOM = COUNT * 0.8;
/** Bytes that an idle socket may cost in this process. */
const COST = 40_000;

let ended: Array<() => void> = [];
afterEach(() => {
  for (const end of ended) {
    end();
  }
  ended = [];
});

/** In a process of their own: each side of a connection takes a file of its process. */
async function idleClients({ port }: SocketServer): Promise<Record<string, number>> {
  const child = spawn(process.execPath, ['--import', 'tsx', clientsFile, String(port), String(COUNT)], {
    cwd: root,
    env: { ...process.env, TSX_TSCONFIG_PATH: join(root, 'packages/server-verify/tsconfig.json') },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  ended.push(() => child.kill('SIGKILL'));
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return JSON.parse(line.toString()) as Record<string, number>;
}

it(`${COUNT} idle connections: those with room cost little, the rest are refused, and a customer is served all the while`, async () => {
  const bank = await openSocketServer({ limits: { sockets: ROOM, perNetwork: COUNT * 2 } });
  const bystander = await openSocket(bank.port, { session: 'bystander' });
  let seq = 0;
  const served = async () => {
    bystander.send(emptyBatch(++seq));
    expect(await bystander.next()).toMatchObject({ type: 'answer', seq });
  };
  const before = process.memoryUsage().rss;
  const answers = idleClients(bank);
  let done = false;
  answers.then(
    () => {
      done = true;
    },
    () => undefined,
  );
  while (!done) {
    await served();
  }
  const unfinished = COUNT / 10;
  expect(await answers).toEqual({ 101: ROOM - 1, 503: COUNT - unfinished - (ROOM - 1), unfinished });
  expect(bank.sockets.counts()).toMatchObject({ open: ROOM, pending: 0, closed: {} });
  if (long) {
    // In the short form the process itself moves by more than its sockets.
    expect((process.memoryUsage().rss - before) / ROOM).toBeLessThan(COST);
  }
  // None of them answers a ping. A minute of it, and there is room again.
  for (let minute = 0; minute < 3; minute++) {
    bank.time.advance(20_000);
    await served();
  }
  bank.time.advance(5_000);
  await expect.poll(() => bank.sockets.counts(), { timeout: 20_000 }).toMatchObject({ open: 1, closed: { 1006: ROOM - 1 } });
  await openSocket(bank.port, { session: 'another' });
  // Those that never end their request are a matter of the server's own time-outs, and hold no place.
  expect(bank.sockets.counts().pending).toBe(0);
  await bank.close();
}, 300_000);
