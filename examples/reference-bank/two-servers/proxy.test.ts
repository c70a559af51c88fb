import { createServer, type Server } from 'node:http';
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

it('hands nothing to another server that one has had: it may have been done', async () => {
  const [a, b] = [await listening('a', true), await listening('b', true)];
  const post = await front(a, b);
  const answer = await post('pay');
  expect([answer.status, ((await answer.json()) as { error: { code: string } }).error.code]).toEqual([502, 'ERR_SERVER_GONE']);
  expect([...a.requests, ...b.requests]).toEqual(['pay']);
});
