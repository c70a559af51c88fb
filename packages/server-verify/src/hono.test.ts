import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { sessionGuard, type TacitVariables, tacitRoutes } from './hono';
import { createHttpHandler } from './http';
import { ORIGIN } from './testing-browser';
import { openBank, registerCustomer } from './testing-flows';

describe('Hono adapter', () => {
  it('serves the handler under its base path and leaves the rest to the application', async () => {
    const bank = await openBank();
    const seen: unknown[] = [];
    const http = createHttpHandler({
      flows: bank.flows,
      origin: ORIGIN,
      clientAddress: (_request, info) => {
        seen.push(info);
        return '203.0.113.5';
      },
    });
    const app = new Hono().route('/', tacitRoutes(http)).get('/page', (c) => c.text('page'));
    expect(await (await app.request(`${ORIGIN}/auth/session`)).json()).toEqual({ state: 'none' });
    expect((await app.request(`${ORIGIN}/auth/nothing`)).status).toBe(404);
    expect(await (await app.request(`${ORIGIN}/page`)).text()).toBe('page');
    expect((seen[0] as { req: { path: string } }).req.path).toBe('/auth/session');
  });

  it('guards the routes of the application and hands them the grant', async () => {
    const bank = await openBank();
    const ada = await registerCustomer(bank);
    const app = new Hono<{ Variables: TacitVariables }>();
    app.get('/money', sessionGuard(bank.http, { activity: true }), (c) => c.json(c.get('tacit')));
    const headers = { cookie: ada.browser.request('/x').headers.get('cookie') ?? '' };
    expect(await (await app.request(`${ORIGIN}/money`, { headers })).json()).toMatchObject({
      subject: bank.host.registered[0],
      scope: 'full',
    });
    expect((await app.request(`${ORIGIN}/money`)).status).toBe(401);
    await ada.browser.post('/lock');
    expect((await app.request(`${ORIGIN}/money`, { headers })).status).toBe(423);
  });
});
