import type { AddressInfo } from 'node:net';
import Fastify from 'fastify';
import { expect, it } from 'vitest';
import { sessionGuard, sessionOf, tacitRoutes } from './fastify';
import type { HttpHandler } from './http';
import { describeNodeAdapter, probeHandler } from './testing-adapters';
import { ask } from './testing-http-client';

async function start(handler: HttpHandler) {
  const app = Fastify();
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('set-cookie', 'app=1');
  });
  app.register(tacitRoutes(handler));
  app.get('/page', async () => 'page');
  app.post('/own', async (request) => request.body);
  app.get('/money', { onRequest: sessionGuard(handler) }, async (request) => sessionOf(request));
  app.get('/pending', { onRequest: sessionGuard(handler, { scope: 'step-up' }) }, async (request) => sessionOf(request));
  return serve(app);
}

async function serve(app: ReturnType<typeof Fastify>) {
  await app.listen({ port: 0, host: '127.0.0.1' });
  return {
    port: (app.server.address() as AddressInfo).port,
    async close() {
      app.server.closeAllConnections();
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
