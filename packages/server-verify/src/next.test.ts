import type { NextRequest } from 'next/server';
import { expect, it } from 'vitest';
import { connectionAddress } from './express';
import { createHttpHandler, type SessionGrant } from './http';
import { sessionGuard, sessionOfHeaders, tacitRoutes } from './next';
import { ORIGIN } from './testing-browser';
import { openBank, registerCustomer } from './testing-flows';
import { GRANT, probeHandler } from './testing-probe-handler';

const signedIn = (path = '/money') => new Request(`${ORIGIN}${path}`, { headers: { cookie: 'session=ada' } });

it('hands every method to the handler, and the request as what knows the address', async () => {
  const bank = await openBank();
  const seen: unknown[] = [];
  const handler = createHttpHandler({
    flows: bank.flows,
    origin: ORIGIN,
    clientAddress: (request, info) => {
      seen.push(info === request, request.headers.get('x-real-ip'));
      return request.headers.get('x-real-ip') ?? '-';
    },
  });
  const routes = tacitRoutes(handler);
  const request = (method: string, path = '/session') =>
    new Request(`${ORIGIN}/auth${path}`, { method, headers: { 'x-real-ip': '203.0.113.5' } });
  expect(await (await routes.GET(request('GET'))).json()).toEqual({ state: 'none' });
  expect(seen).toEqual([true, '203.0.113.5']);
  for (const method of ['HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const) {
    const answer = await routes[method](request(method));
    expect([method, answer.status, answer.headers.get('allow')]).toEqual([method, 405, 'GET']);
  }
});

it('makes the handler when it is first asked for, once for all that share it, and anew after a failure', async () => {
  let made = 0;
  const source = async () => {
    made++;
    if (made === 1) {
      throw new Error('the store is not there yet');
    }
    return probeHandler();
  };
  const routes = tacitRoutes(source);
  const GET = sessionGuard(source)((_request, session) => Response.json(session.subject));
  expect(made).toBe(0);
  await expect(routes.GET(signedIn('/auth/nothing'))).rejects.toThrow('not there yet');
  const answers = await Promise.all([routes.GET(signedIn('/auth/nothing')), routes.GET(signedIn('/auth/nothing')), GET(signedIn())]);
  expect([answers.map(({ status }) => status), made]).toEqual([[204, 204, 200], 2]);
  expect([await sessionOfHeaders(source, signedIn().headers), made]).toEqual([GRANT, 2]);
});

it('forbids compression of events, and changes nothing else of an answer', async () => {
  const routes = tacitRoutes(probeHandler());
  const events = await routes.GET(signedIn('/auth/flood'));
  expect(Object.fromEntries(events.headers)).toEqual({ 'content-type': 'text/event-stream', 'cache-control': 'no-store, no-transform' });
  expect((await events.body!.getReader().read()).value?.byteLength).toBe(65_536);
  const cookies = await routes.GET(signedIn('/auth/cookies'));
  expect([cookies.headers.getSetCookie().length, cookies.headers.get('cache-control')]).toEqual([2, 'no-store']);
});

it('guards route handlers, which get the session before whatever Next hands them', async () => {
  const seen: unknown[] = [];
  const guard = sessionGuard(probeHandler(), { scope: 'step-up' });
  const GET = guard((_request: NextRequest, session: SessionGrant, context: { params: Promise<{ id: string }> }) => {
    seen.push(session.scope, context.params);
    return Response.json(session.subject);
  });
  const context = { params: Promise.resolve({ id: '7' }) };
  expect(await (await GET(signedIn() as NextRequest, context)).json()).toBe('ada');
  expect(seen).toEqual(['step-up', context.params]);
  const refused = await GET(new Request(ORIGIN) as NextRequest, context);
  expect([refused.status, seen.length]).toEqual([401, 2]);
});

it('finds the session of a page by its headers', async () => {
  const bank = await openBank();
  const ada = await registerCustomer(bank);
  const headers = ada.browser.request('/x').headers;
  expect(await sessionOfHeaders(bank.http, headers)).toMatchObject({ subject: bank.host.registered[0], scope: 'full' });
  expect(await sessionOfHeaders(async () => bank.http, new Headers())).toBeUndefined();
  await ada.browser.post('/lock');
  expect(await sessionOfHeaders(bank.http, headers)).toBeUndefined();
  expect(await sessionOfHeaders(probeHandler(), signedIn().headers)).toEqual(GRANT);
});

it('refuses what is no handler, and an address that Next does not know', async () => {
  expect(() => tacitRoutes(undefined as never)).toThrow('handler must be an object');
  expect(() => sessionGuard(3 as never)).toThrow('handler must be an object');
  expect(() => sessionGuard(probeHandler())(undefined as never)).toThrow('route must be a function');
  await expect(sessionOfHeaders(probeHandler(), undefined as never)).rejects.toThrow('headers must be an object');
  const request = new Request(ORIGIN);
  expect(() => connectionAddress(request, request)).toThrow(TypeError);
});
