import { TacitServerError } from '@tacit-auth/server-verify';
import { createHttpHandler } from '@tacit-auth/server-verify/http';
import { Hono } from 'hono';
import { expect, it } from 'vitest';
import { answerFailure } from './answer-failure';
import { createBankLog } from './bank-log';
import { tellSlowRequests } from './slow-requests';

function lines() {
  const written: string[] = [];
  return { written, log: createBankLog({ write: (line) => written.push(line), clock: () => Date.UTC(2026, 10, 3, 12) }) };
}

it('writes one line of JSON for each event, and no text that a person may have typed', () => {
  const { written, log } = lines();
  log({ level: 'warn', event: 'mail-failed', sink: 'smtp', failures: 2, code: 'EAUTH', to: 'ada@example.test', note: 'two\nlines' });
  expect(written).toEqual([
    '{"at":"2026-11-03T12:00:00.000Z","level":"warn","event":"mail-failed","sink":"smtp","failures":2,"code":"EAUTH"}\n',
  ]);
});

it('tells operators of a registration that the database had no time for: when, where and its code', async () => {
  const { written, log } = lines();
  const busy = async () => {
    throw new TacitServerError('ERR_STORE_BUSY');
  };
  const flows = { ownPasswords: true, newBrowser: () => 'b'.repeat(43), sessions: { check: busy } } as unknown as Parameters<
    typeof createHttpHandler
  >[0]['flows'];
  const origin = 'https://bank.example';
  const handler = createHttpHandler({ flows, origin, clientAddress: () => '203.0.113.7', log });
  const response = await handler.handle(
    new Request(`${origin}/auth/register?email=ada@example.test`, {
      method: 'POST',
      headers: { origin, 'content-type': 'application/json', 'x-tacit': '1' },
      body: JSON.stringify({ identifier: 'ada@example.test' }),
    }),
  );
  expect(response.status).toBe(503);
  expect(written).toEqual([
    '{"at":"2026-11-03T12:00:00.000Z","level":"error","event":"request-failed","code":"ERR_STORE_BUSY","route":"/register"}\n',
  ]);
});

it('tells of what fails in the routes of the bank, by its code, or its kind where it has none', async () => {
  const { written, log } = lines();
  const app = new Hono();
  app.get('/api/notes/:id', ({ req }) => {
    throw req.param('id') === '1' ? new TacitServerError('ERR_STORE_BUSY') : new TypeError('ada@example.test is no number');
  });
  app.onError(answerFailure(log));
  const answers = [await app.request('/api/notes/1'), await app.request('/api/notes/ada')];
  expect(answers.map(({ status }) => status)).toEqual([503, 500]);
  expect(await answers[1]?.text()).not.toContain('ada');
  expect(written.map((line) => JSON.parse(line))).toMatchObject([
    { level: 'error', event: 'request-failed', code: 'ERR_STORE_BUSY', route: '/api/notes/:id' },
    { level: 'error', event: 'request-failed', code: 'TypeError', route: '/api/notes/:id' },
  ]);
});

it('tells of requests that took long, by the route and not by what was asked for', async () => {
  const { written, log } = lines();
  let now = 0;
  const app = new Hono();
  app.use(tellSlowRequests({ log, clock: () => now }));
  const after = (ms: number) => () => {
    now += ms;
    return new Response('done');
  };
  app.get('/auth/session', after(4_999));
  app.post('/auth/register', after(5_000));
  app.get('/api/notes/:id', after(7_000.4));
  await app.request('/auth/session');
  await app.request('/auth/register?email=ada@example.test', { method: 'POST' });
  await app.request('/api/notes/ada');
  expect(written.map((line) => JSON.parse(line))).toMatchObject([
    { level: 'warn', event: 'request-slow', route: '/auth/register', ms: 5_000, status: 200 },
    { level: 'warn', event: 'request-slow', route: '/api/notes/:id', ms: 7_000, status: 200 },
  ]);
});
