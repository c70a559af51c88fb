import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { openPostgres } from './database-postgres';

const open: Array<{ server: Server; sockets: Socket[] }> = [];

afterEach(async () => {
  for (const { server, sockets } of open.splice(0)) {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** Lets everybody in as PostgreSQL does, where it is polite, and never says another word. */
async function silentDatabase({ polite }: { polite: boolean }): Promise<{ url: string; connections: () => number }> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    // AuthenticationOk, ReadyForQuery.
    if (polite) socket.once('data', () => socket.write(Buffer.from('R\0\0\0\x08\0\0\0\0Z\0\0\0\x05I', 'latin1')));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push({ server, sockets });
  return { url: `postgres://bank:secret@127.0.0.1:${(server.address() as AddressInfo).port}/bank`, connections: () => sockets.length };
}

it.each([
  ['lets nobody in', false],
  ['answers nothing', true],
])('gives a database up that %s, and does not repeat its address', async (_name, polite) => {
  const { url, connections } = await silentDatabase({ polite });
  const opening = openPostgres(url, { silentMs: 100 });
  await expect(opening).rejects.toThrow(/./);
  await expect(opening).rejects.not.toThrow(/secret/);
  expect(connections()).toBe(1);
});
