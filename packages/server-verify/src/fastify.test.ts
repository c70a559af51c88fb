import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { connect as connectHttp2, createServer as createHttp2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';
import Fastify from 'fastify';
import { describe, expect, it } from 'vitest';
import { tacitRoutes as nodeRoutes } from './express';
import { sessionGuard, sessionOf, tacitRoutes } from './fastify';
import type { HttpHandler } from './http';
import { respondRefusal } from './http/respond';
import { describeNodeAdapter } from './testing-adapters';
import { ask } from './testing-http-client';
import { GRANT, probeHandler } from './testing-probe-handler';
import { listen } from './testing-sockets';

async function start(handler: HttpHandler) {
  const app = Fastify();
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('set-cookie', 'app=1');
  });
  app.register(tacitRoutes(handler));
  app.get('/page', async () => 'page');
  app.post('/own', async (request) => request.body);
  app.get('/money', { preHandler: sessionGuard(handler) }, async (request) => sessionOf(request));
  app.get('/pending', { onRequest: sessionGuard(handler, { scope: 'step-up' }) }, async (request) => sessionOf(request));
  return serve(app);
}

async function serve(app: ReturnType<typeof Fastify>) {
  await app.listen({ port: 0, host: '127.0.0.1' });
  return {
    port: (app.server.address() as AddressInfo).port,
    async close() {
      app.server.closeAllConnections?.();
      await app.close();
    },
  };
}

describeNodeAdapter('Fastify', start);

it('passes its answers through the hooks of the application, and reads a body after theirs', async () => {
  const app = Fastify({ bodyLimit: 10 });
  const seen: string[] = [];
  app.addHook('preParsing', async (_request, _reply, payload) => {
    seen.push('preParsing');
    return payload;
  });
  app.addHook('onSend', async (_request, reply, payload) => {
    seen.push('onSend');
    reply.header('x-app', '1');
    return payload;
  });
  app.addHook('onResponse', async () => {
    seen.push('onResponse');
  });
  app.register(tacitRoutes(probeHandler()));
  const { port, close } = await serve(app);
  const body = JSON.stringify({ longer: 'than the limit of the application' });
  const answer = await ask(port, '/auth/echo', { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  expect(JSON.parse(answer.text).body).toEqual(JSON.parse(body));
  expect(answer.headers['x-app']).toBe('1');
  await expect.poll(() => seen).toEqual(['preParsing', 'onSend', 'onResponse']);
  await close();
});

it('leaves to the application what its own hooks throw, such as the refusal of a rate limit', async () => {
  const app = Fastify();
  app.addHook('onRequest', async (request) => {
    if (request.headers['x-many'] !== undefined) {
      throw Object.assign(new Error('slow down'), { statusCode: 429 });
    }
  });
  app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
    reply.code(error.statusCode ?? 500).send({ own: error.message });
  });
  app.register(tacitRoutes(probeHandler()));
  const { port, close } = await serve(app);
  expect(await ask(port, '/auth/echo', { headers: { 'x-many': '1' } })).toMatchObject({ status: 429, text: '{"own":"slow down"}' });
  const unknown = await ask(port, '/auth/echo', { method: 'POST', headers: { 'content-type': 'no type' }, body: '{}' });
  expect(unknown).toMatchObject({ status: 415, text: expect.stringContaining('ERR_CONTENT_TYPE') });
  await close();
});

it('takes no path that the application may have read otherwise', async () => {
  const { port, close } = await serve(Fastify().register(tacitRoutes(probeHandler())) as never);
  for (const path of ['/x/../auth/echo', '/auth/x/../echo', '/auth/./echo', '/auth/x/%2E%2e/echo', '/auth/x/..\\echo']) {
    expect((await ask(port, path)).status).toBe(404);
  }
  await close();
});

it('serves the path that the application has rewritten a request to', async () => {
  const app = Fastify({ rewriteUrl: ({ url = '/' }) => url.replace(/^\/api\//, '/') });
  app.register(tacitRoutes(probeHandler()));
  const { port, close } = await serve(app);
  expect((await ask(port, '/api/auth/echo?x=1')).text).toContain('"?x=1"');
  await close();
});

it('guards a route as it is when the body is there, not when it was begun', async () => {
  let locked = false;
  let begun: () => void = () => undefined;
  const begins = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const handler: HttpHandler = {
    ...probeHandler(),
    requireSession: async () => (locked ? respondRefusal({ code: 'ERR_SESSION_LOCKED' }) : GRANT),
  };
  const app = Fastify();
  app.addHook('onRequest', async () => begun());
  app.post('/pay', { preHandler: sessionGuard(handler) }, async (request) => sessionOf(request));
  const { port, close } = await serve(app);
  const sent = request({
    host: '127.0.0.1',
    port,
    path: '/pay',
    method: 'POST',
    headers: { 'content-type': 'application/json', 'content-length': 2 },
  });
  sent.write('{');
  await begins;
  await new Promise(setImmediate);
  locked = true;
  sent.end('}');
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  answer.resume();
  expect(answer.statusCode).toBe(423);
  await close();
});

it('gives one answer through inject, without a server', async () => {
  const app = Fastify().register(tacitRoutes(probeHandler()));
  const answer = await app.inject({
    method: 'POST',
    url: '/auth/echo',
    headers: { 'content-type': 'application/json' },
    payload: '{"a":1}',
  });
  expect([answer.statusCode, answer.json().body]).toEqual([200, { a: 1 }]);
  await app.close();
});

it('refuses what is no handler', () => {
  expect(() => tacitRoutes(undefined as never)).toThrow('handler must be an object');
  expect(() => sessionGuard(undefined as never)).toThrow('handler must be an object');
});

describe('HTTP/2', () => {
  const servers: Array<[string, (handler: HttpHandler) => Promise<{ port: number; close(): Promise<void> }>]> = [
    ['Fastify', async (handler) => serve(Fastify({ http2: true }).register(tacitRoutes(handler)) as never)],
    [
      'the server of Node',
      async (handler) => {
        const routes = nodeRoutes(handler);
        const server = createHttp2Server((request, response) => void routes(request as never, response as never, () => undefined));
        return { port: await listen(server as never), close: async () => void server.close() };
      },
    ],
  ];

  it.each(servers)('is served by %s as HTTP/1.1 is', async (_, start) => {
    const probe = probeHandler();
    const waiting: Array<() => void> = [];
    let held = false;
    const handle: HttpHandler['handle'] = async (request, info) => {
      if (held && request.url.endsWith('/events')) {
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
      return probe.handle(request, info);
    };
    const { port, close } = await start({ ...probe, handle });
    const session = connectHttp2(`http://127.0.0.1:${port}`);
    const answered = async (headers: Record<string, string>, body = '', ends = true) => {
      const stream = session.request(headers, { endStream: false }).setEncoding('utf8');
      stream.write(body);
      if (ends) {
        stream.end();
      }
      const [head] = (await once(stream, 'response')) as [Record<string, unknown>];
      let text = '';
      for await (const chunk of stream) {
        text += String(chunk);
      }
      return { head, text };
    };
    const json = { ':method': 'POST', 'content-type': 'application/json' };

    expect(JSON.parse((await answered({ ':path': '/auth/echo?x=1', cookie: 'a=1; b=2' })).text)).toMatchObject({
      query: '?x=1',
      cookie: 'a=1; b=2',
      address: expect.stringMatching(/127\.0\.0\.1$/),
    });
    expect(JSON.parse((await answered({ ...json, ':path': '/auth/echo' }, '{"a":1}')).text).body).toEqual({ a: 1 });
    const tooMuch = await answered({ ...json, ':path': '/auth/echo', 'content-length': String(2 ** 30) }, '{', false);
    expect([tooMuch.head[':status'], tooMuch.text]).toEqual([413, expect.stringContaining('ERR_BODY_SIZE')]);
    expect((await answered({ ':path': '/auth/cookies' })).head['set-cookie']).toHaveLength(2);
    expect((await answered({ ':method': 'HEAD', ':path': '/auth/echo' })).text).toBe('');

    const events = session.request({ ':path': '/auth/events' }).setEncoding('utf8');
    await once(events, 'response');
    probe.emit(':\n\n');
    expect((await once(events, 'data'))[0]).toBe(':\n\n');
    events.close();
    await expect.poll(() => [...probe.ended].sort()).toEqual(['aborted', 'cancelled']);

    // Gone before there is an answer.
    probe.ended.length = 0;
    held = true;
    const early = session.request({ ':path': '/auth/events' });
    await expect.poll(() => waiting.length).toBe(1);
    early.close();
    await once(early, 'close');
    await answered({ ':path': '/auth/echo' });
    waiting[0]?.();
    await expect.poll(() => probe.ended).toContain('cancelled');
    session.destroy();
    await close();
  });
});
