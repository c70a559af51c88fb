import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { type FrontProxy, startProxy } from './proxy';

const servers: Server[] = [];
let proxy: FrontProxy | undefined;

afterEach(async () => {
  await proxy?.close();
  for (const server of servers.splice(0)) end(server);
});

function end(server: Server): void {
  server.close();
  server.closeAllConnections();
}

/** A server that answers with its name and what it was sent, or breaks off once it has the whole request. */
async function listening(name: string, breaksOff = false): Promise<{ server: Server; port: number; requests: string[] }> {
  const requests: string[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const piece of request) body += piece;
    requests.push(body);
    if (breaksOff) request.socket.destroy();
    else
      response
        .setHeader('set-cookie', ['a=1', 'b=2'])
        .setHeader('client', request.headers['x-real-ip'] ?? '')
        .end(`${name}:${body}`);
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  servers.push(server);
  return { server, port: (server.address() as AddressInfo).port, requests };
}

async function front(...behind: Array<{ port: number }>): Promise<(body: string) => Promise<Response>> {
  proxy = await startProxy({ ports: behind.map(({ port }) => port) });
  const { port } = proxy;
  return (body) => fetch(`http://localhost:${port}/x`, { method: 'POST', body });
}

it('gives each request to the next server, with all headers back', async () => {
  const post = await front(await listening('a'), await listening('b'));
  const answers = [await post('1'), await post('2'), await post('3'), await post('4')];
  const texts = await Promise.all(answers.map((answer) => answer.text()));
  expect(texts.map((text) => text[0]).sort()).toEqual(['a', 'a', 'b', 'b']);
  expect(texts.map((text) => text.slice(2))).toEqual(['1', '2', '3', '4']);
  expect(answers[0]?.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  expect(proxy?.served).toEqual([2, 2]);
});

it('says where a client is, whatever he says himself', async () => {
  proxy = await startProxy({ ports: [(await listening('a')).port] });
  const answer = await fetch(`http://localhost:${proxy.port}/`, { headers: { 'x-real-ip': '203.0.113.7' } });
  expect(answer.headers.get('client')).toMatch(/^(?:::1|127\.0\.0\.1|::ffff:127\.0\.0\.1)$/);
});

it('goes on with the server that is left, and says when there is none', async () => {
  const [a, b] = [await listening('a'), await listening('b')];
  const post = await front(a, b);
  end(a.server);
  for (const body of ['1', '2', '3']) expect(await (await post(body)).text()).toBe(`b:${body}`);
  end(b.server);
  const none = await post('4');
  expect([none.status, ((await none.json()) as { error: { code: string } }).error.code]).toEqual([503, 'ERR_NO_SERVER']);
});

it('opens a socket with the server that is left', async () => {
  const [a, b] = [await listening('a'), await listening('b')];
  b.server.on('upgrade', (_request, socket) =>
    socket.end('HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\nb'),
  );
  await front(a, b);
  end(a.server);
  const upgraded = () =>
    new Promise<string>((resolve, reject) => {
      const asked = request({ port: proxy?.port, headers: { upgrade: 'x', connection: 'upgrade' } });
      asked.on('error', reject);
      asked.on('upgrade', (_answer, socket, head) => {
        socket.destroy();
        resolve(head.toString());
      });
      asked.end();
    });
  expect([await upgraded(), await upgraded()]).toEqual(['b', 'b']);
});

it('hands nothing to another server that one has had: it may have been done', async () => {
  const [a, b] = [await listening('a', true), await listening('b', true)];
  const post = await front(a, b);
  const answer = await post('pay');
  expect([answer.status, ((await answer.json()) as { error: { code: string } }).error.code]).toEqual([502, 'ERR_SERVER_GONE']);
  expect([...a.requests, ...b.requests]).toEqual(['pay']);
});

it('asks another server for what only reads', async () => {
  const [a, b] = [await listening('a', true), await listening('b')];
  await front(a, b);
  const get = () => fetch(`http://localhost:${proxy?.port}/x`).then((answer) => answer.text());
  expect([await get(), await get()]).toEqual(['b:', 'b:']);
  expect(a.requests).toEqual(['']);
});

it('does not blame a server for a client that leaves', async () => {
  const slow = createServer((_request, response) => setTimeout(() => response.end('slow'), 100));
  await new Promise<void>((resolve) => slow.listen(0, 'localhost', resolve));
  servers.push(slow);
  const other = await listening('b');
  const post = await front({ port: (slow.address() as AddressInfo).port }, other);
  expect(await (await post('1')).text()).toBe('b:1');
  const leaving = new AbortController();
  const left = fetch(`http://localhost:${proxy?.port}/x`, { method: 'POST', body: '2', signal: leaving.signal });
  await new Promise<void>((resolve) => slow.once('request', () => resolve()));
  leaving.abort();
  await expect(left).rejects.toThrow('aborted');
  // Taken in turns as before: the one that was left goes first again.
  expect(await (await post('3')).text()).toBe('b:3');
  expect(await (await post('4')).text()).toBe('slow');
});
