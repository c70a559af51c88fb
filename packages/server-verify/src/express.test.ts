import { createServer } from 'node:http';
import express, { type Request as ExpressAppRequest, type Response as ExpressAppResponse } from 'express';
import { expect, it } from 'vitest';
import { connectionAddress, sessionGuard, sessionOf, tacitRoutes } from './express';
import type { HttpHandler } from './http';
import { describeNodeAdapter } from './testing-adapters';
import { ask, open } from './testing-http-client';
import { probeHandler } from './testing-probe-handler';
import { listen } from './testing-sockets';

async function start(handler: HttpHandler) {
  const app = express();
  app.use((_request, response, next) => {
    response.append('set-cookie', 'app=1');
    next();
  });
  app.use(tacitRoutes(handler));
  app.use(express.json());
  app.get('/page', (_request, response) => {
    response.send('page');
  });
  app.post('/own', (request: ExpressAppRequest, response: ExpressAppResponse) => {
    response.json(request.body);
  });
  app.get('/money', sessionGuard(handler), (request, response) => {
    response.json(sessionOf(request));
  });
  app.get('/pending', sessionGuard(handler, { scope: 'step-up' }), (request, response) => {
    response.json(sessionOf(request));
  });
  return serve(app);
}

async function serve(app: express.Express) {
  const server = createServer(app);
  const port = await listen(server);
  return {
    port,
    async close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

describeNodeAdapter('Express', start);

it('says what is wrong where a body parser came before it', async () => {
  const app = await serve(express().use(express.json()).use(tacitRoutes(probeHandler())));
  const answer = await ask(app.port, '/auth/echo', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"a":1}' });
  expect(answer).toMatchObject({ status: 500, text: expect.stringContaining('"ERR_BODY_READ"') });
  expect((await ask(app.port, '/auth/echo')).status).toBe(200);
  await app.close();
});

it('serves the same paths wherever it is mounted', async () => {
  const app = await serve(express().use('/auth', express.Router().use(tacitRoutes(probeHandler()))));
  expect((await ask(app.port, '/auth/echo?x=1')).text).toContain('"?x=1"');
  await app.close();
});

it('takes no path that the application may have read otherwise', async () => {
  const app = await serve(express().use(tacitRoutes(probeHandler())));
  for (const path of ['/x/../auth/echo', '/auth/x/../echo', '/auth/./echo', '/auth/x/%2E%2e/echo', '/auth\\echo', '/auth/echo#x']) {
    expect((await ask(app.port, path)).status).toBe(404);
  }
  // What is the application's own is none of the guard's business.
  const own = await serve(
    express().get('/money{/*rest}', sessionGuard(probeHandler()), (_request, response) => void response.send('money')),
  );
  expect((await ask(own.port, '/money/x/../{y}', { headers: { cookie: 'session=ada' } })).text).toBe('money');
  expect((await ask(app.port, 'http://bank.test/auth/echo?x=1')).text).toContain('"?x=1"');
  await app.close();
  await own.close();
});

it('serves the path that the application has rewritten a request to', async () => {
  const rewriting = express().use((request, _response, next) => {
    request.url = request.url.replace(/^\/api\//, '/');
    next();
  });
  const app = await serve(rewriting.use(tacitRoutes(probeHandler())));
  expect((await ask(app.port, '/api/auth/echo?x=1')).text).toContain('"?x=1"');
  await app.close();
});

it.each(['end', 'destroy'] as const)('lives on when the application ends an answer (%s) while events are on their way', async (end) => {
  const probe = probeHandler();
  const ending: Array<() => void> = [];
  const app = await serve(
    express()
      .use((_request, response, next) => {
        ending.push(() => response[end]());
        next();
      })
      .use(tacitRoutes(probe)),
  );
  const stream = await open(app.port, '/auth/events');
  probe.emit(':\n\n');
  expect(await stream.next()).toBe(':\n\n');
  // What is said before the news of the end has come would be written to an answer that is none any more.
  ending[0]?.();
  probe.emit(':\n\n');
  await expect.poll(() => probe.ended).toContain('cancelled');
  await app.close();
});

it('a route without a guard has no session', async () => {
  const app = express();
  const errors: unknown[] = [];
  app.get('/money', (request, response) => {
    response.json(sessionOf(request));
  });
  app.use((error: unknown, _request: ExpressAppRequest, response: ExpressAppResponse, _next: unknown) => {
    errors.push(error);
    response.status(500).end();
  });
  const { port, close } = await serve(app);
  expect((await ask(port, '/money', { headers: { cookie: 'session=ada' } })).status).toBe(500);
  expect(errors).toEqual([expect.objectContaining({ name: 'TypeError', message: expect.stringContaining('sessionGuard') })]);
  await close();
});

it('refuses what is no handler, and what knows no connection', () => {
  expect(() => tacitRoutes(undefined as never)).toThrow('handler must be an object');
  expect(() => sessionGuard(undefined as never)).toThrow('handler must be an object');
  for (const info of [undefined, null, 'x', {}]) {
    expect(() => connectionAddress(new Request('http://x/'), info)).toThrow(TypeError);
  }
});
