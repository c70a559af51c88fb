import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ERROR_CODES } from './error-codes';
import { createHttpHandler } from './http';
import { ROUTES } from './http/routes';
import { type Browser, ORIGIN } from './testing-browser';
import { type Bank, login, openBank, PASSWORD, registerCustomer } from './testing-flows';
import { createTypist } from './testing-typists';

const READY = { typing: { readyAt: 5, codeEveryNth: 1_000_000 } } as const;
const JSON_POST = { origin: ORIGIN, 'content-type': 'application/json' };

async function send(bank: Bank, path: string, init: RequestInit): Promise<Response> {
  return bank.http.handle(new Request(`${ORIGIN}${path}`, init), '203.0.113.1');
}

const codeOf = async (response: Response) => ((await response.json()) as { error: { code: string } }).error.code;

describe('createHttpHandler', () => {
  it('refuses options out of bounds by name', async () => {
    const { flows } = await openBank();
    const good = { flows, origin: ORIGIN, clientAddress: () => '1' };
    for (const [wrong, name] of [
      [{ origin: 'bank.example' }, 'origin'],
      [{ origin: 'https://bank.example/' }, 'origin'],
      [{ basePath: 'auth' }, 'basePath'],
      [{ basePath: '/auth/' }, 'basePath'],
      [{ clientAddress: undefined }, 'clientAddress'],
      [{ flows: undefined }, 'flows'],
    ] as const) {
      expect(() => createHttpHandler({ ...good, ...wrong } as never)).toThrow(name);
    }
  });

  it('serves under its base path only, each path by its one method', async () => {
    const bank = await openBank();
    for (const path of ['/', '/auth', '/auth/', '/auth/nothing', '/authsession', '/auth/session/', '/auth/__proto__', '/auth/toString']) {
      const response = await send(bank, path, { method: 'GET' });
      expect([path, response.status, await codeOf(response)]).toEqual([path, 404, 'ERR_NOT_FOUND']);
    }
    for (const [path, route] of Object.entries(ROUTES)) {
      const method = route.method === 'GET' ? 'POST' : 'GET';
      const response = await send(bank, `/auth${path}`, method === 'POST' ? { method, body: '{}', headers: JSON_POST } : { method });
      expect([path, response.status, response.headers.get('allow')]).toEqual([path, 405, route.method]);
    }
    const elsewhere = createHttpHandler({ flows: bank.flows, origin: ORIGIN, basePath: '/', clientAddress: () => '1' });
    expect((await elsewhere.handle(new Request(`${ORIGIN}/session`))).status).toBe(200);
  });

  it('takes a post only from its own origin, and fails closed without one', async () => {
    const bank = await openBank();
    for (const origin of [undefined, 'null', 'https://evil.test', `${ORIGIN}:444`, 'http://bank.test', `${ORIGIN}.evil.test`]) {
      const headers = { 'content-type': 'application/json', ...(origin === undefined ? {} : { origin }) };
      const response = await send(bank, '/auth/login/start', { method: 'POST', body: '{}', headers });
      expect([origin, response.status, await codeOf(response)]).toEqual([origin, 403, 'ERR_ORIGIN']);
    }
  });

  it('bounds a body before it is parsed: type, size as claimed and as sent, depth, JSON, UTF-8', async () => {
    const bank = await openBank();
    const post = (body: BodyInit, headers: Record<string, string> = {}) =>
      send(bank, '/auth/login/start', { method: 'POST', body, headers: { ...JSON_POST, ...headers }, duplex: 'half' } as RequestInit);
    let sent = 0;
    const endless = () =>
      new ReadableStream({
        pull(controller) {
          sent += 65_536;
          controller.enqueue(new Uint8Array(65_536).fill(0x20));
        },
      });
    const broken = new ReadableStream({ pull: (controller) => controller.error(new Error('reset')) });
    for (const [body, headers, status, code] of [
      ['{}', { 'content-type': 'text/plain' }, 415, 'ERR_CONTENT_TYPE'],
      ['{}', { 'content-type': 'application/json; charset=utf-16' }, 415, 'ERR_CONTENT_TYPE'],
      ['{}', { 'content-length': '524289' }, 413, 'ERR_BODY_SIZE'],
      [endless(), {}, 413, 'ERR_BODY_SIZE'],
      [broken, {}, 400, 'ERR_BODY_INVALID'],
      ['{"a":', {}, 400, 'ERR_BODY_INVALID'],
      ['', {}, 400, 'ERR_BODY_INVALID'],
      [`${'['.repeat(17)}${']'.repeat(17)}`, {}, 400, 'ERR_BODY_INVALID'],
      [new Uint8Array([0x22, 0xff, 0x22]), {}, 400, 'ERR_BODY_INVALID'],
      ['[]', {}, 422, 'ERR_FIELD_INVALID'],
      ['{"more":1}', {}, 422, 'ERR_FIELD_INVALID'],
    ] as Array<[BodyInit, Record<string, string>, number, string]>) {
      const response = await post(body, headers);
      expect([response.status, await codeOf(response)]).toEqual([status, code]);
    }
    expect(sent).toBeLessThan(2 * 524_288);
    expect((await post('{"a":"[[[[[[[[[[[[[[[[[[[["}')).status).toBe(422);
    expect((await post('{}', { 'content-type': 'application/json; charset=UTF-8' })).status).toBe(200);
    expect((await post('{}', { 'idempotency-key': 'a b' })).status).toBe(400);
  });

  it('sets the browser cookie once, and all cookies so that no script and no other host can use them', async () => {
    const bank = await openBank({ policy: READY });
    const first = await send(bank, '/auth/session', { method: 'GET' });
    const [cookie] = first.headers.getSetCookie();
    expect(cookie).toMatch(/^__Host-tacit-browser=[A-Za-z0-9_-]{22}; Path=\/; HttpOnly; SameSite=Strict; Secure; Max-Age=34560000$/);
    const again = await send(bank, '/auth/session', { method: 'GET', headers: { cookie: cookie?.split(';')[0] ?? '' } });
    expect(again.headers.getSetCookie()).toEqual([]);
    const ada = await registerCustomer(bank);
    const signedIn = await bank.http.handle(ada.browser.request('/refresh', { method: 'POST', body: '{}', headers: JSON_POST }), '1');
    const set = signedIn.headers.getSetCookie();
    expect(set).toHaveLength(2);
    for (const one of set) {
      expect(one).toMatch(/^__Host-tacit-(access|refresh)=[^;]+; Path=\/; HttpOnly; SameSite=Strict; Secure$/);
    }
    const plain = createHttpHandler({ flows: bank.flows, origin: ORIGIN, clientAddress: () => '1', secureCookies: false });
    const [insecure] = (await plain.handle(new Request(`${ORIGIN}/auth/session`))).headers.getSetCookie();
    expect(insecure).toMatch(/^tacit-browser=[A-Za-z0-9_-]{22}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=/);
  });

  it('forbids caching, framing and sniffing of every answer, refusals included', async () => {
    const bank = await openBank();
    for (const path of ['/auth/session', '/auth/nothing', '/auth/security']) {
      const { headers } = await send(bank, path, { method: 'GET' });
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    }
  });

  it('names the field that is wrong and never its value', async () => {
    const bank = await openBank();
    const browser = bank.browser();
    const { challenge } = (await browser.post('/login/start')).body;
    const typing = createTypist(1).sample();
    const valid: Record<string, unknown> = { challenge, identifier: 'ada', password: 'secret-value', typing };
    for (const [change, field] of [
      [{ identifier: 7 }, 'identifier'],
      [{ identifier: 'x'.repeat(255) }, 'identifier'],
      [{ password: '\ud800 secret-value' }, 'password'],
      [{ typing: { ...typing, keys: [[null, 0, 1, 'secret-value']] } }, 'typing.keys[0]'],
      [{ typing: { ...typing, keys: [[null, 0, -4]] } }, 'typing.keys[0].release'],
      [{ typing: { ...typing, mode: 'text' } }, 'typing.mode'],
      [{ typing: undefined }, 'typing'],
    ] as const) {
      const answer = await browser.post('/login', { ...valid, ...change });
      expect(answer).toMatchObject({ status: 422, body: { error: { code: 'ERR_FIELD_INVALID', field } } });
      expect(JSON.stringify(answer.body)).not.toContain('secret-value');
    }
  });

  it('says nothing of a failure of its own, and logs its code', async () => {
    const bank = await openBank();
    const flows = {
      ...bank.flows,
      sessions: {
        ...bank.flows.sessions,
        check: async () => {
          throw new Error('password of the database: hunter2');
        },
      },
    };
    const events: string[] = [];
    const http = createHttpHandler({ flows, origin: ORIGIN, clientAddress: () => '1', log: (event) => events.push(JSON.stringify(event)) });
    const response = await http.handle(new Request(`${ORIGIN}/auth/session`));
    const guarded = await http.requireSession(new Request(`${ORIGIN}/x`));
    expect([response.status, (guarded as Response).status]).toEqual([500, 500]);
    expect(`${await response.text()}${await (guarded as Response).text()}${events.join()}`).not.toContain('hunter2');
    expect(events.map((event) => JSON.parse(event))).toEqual([
      { level: 'error', event: 'request-failed', code: 'Error', route: '/session' },
      { level: 'error', event: 'request-failed', code: 'Error' },
    ]);
  });

  it('has no registration, change and reset of passwords where the application checks them itself', async () => {
    const hosted = await openBank({ flows: { verifyPassword: async () => null } });
    for (const path of ['/register/start', '/register', '/password/start', '/reset/start', '/reset', '/register/strength']) {
      expect((await hosted.browser().post(path, {})).status).toBe(404);
    }
    expect((await hosted.browser().post('/login/start')).status).toBe(200);
  });
});

describe('requireSession', () => {
  it('gives the grant of a full session, and refuses a restricted, a locked and a missing one', async () => {
    const bank = await openBank({ policy: READY });
    const ada = await registerCustomer(bank);
    const demand = async (browser: Browser, scope?: 'step-up') => {
      const found = await bank.http.requireSession(browser.request('/any'), scope === undefined ? {} : { scope });
      return found instanceof Response ? found.status : found.scope;
    };
    expect(await demand(ada.browser)).toBe('full');
    expect(await demand(bank.browser())).toBe(401);
    await login(ada, { typing: null });
    expect(await demand(ada.browser)).toBe(403);
    expect(await demand(ada.browser, 'step-up')).toBe('step-up');
    await login(ada);
    await ada.browser.post('/lock');
    expect(await demand(ada.browser)).toBe(423);
    expect(await demand(ada.browser, 'step-up')).toBe(423);
  });

  it('refuses requests of another origin’s page, which bring the cookies along where it is a neighbour: they are no action of the user', async () => {
    const bank = await openBank({ policy: { ...READY, session: { idleMs: 60_000, warnMs: 30_000 } } });
    const { browser } = await registerCustomer(bank);
    const ask = async (method: string, headers: Record<string, string>) => {
      const found = await bank.http.requireSession(browser.request('/x', { method, headers }), { activity: true });
      return found instanceof Response ? codeOf(found) : found.scope;
    };
    const form = { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
    const foreign: Array<[method: string, headers: Record<string, string>]> = [
      ['POST', { origin: 'https://blog.bank.test' }],
      ['POST', { origin: 'null' }],
      // A frame in a sandbox, of this very site.
      ['POST', { ...form, origin: 'null', 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'iframe' }],
      ['POST', { ...form, origin: 'null' }],
      ['POST', { ...form, origin: 'https://blog.bank.test' }],
      ['POST', form],
      ['GET', { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' }],
    ];
    for (const [method, headers] of foreign) {
      bank.advance(12_000);
      expect(await ask(method, headers), JSON.stringify([method, headers])).toBe('ERR_ORIGIN');
    }
    expect(await ask('GET', {})).toBe('ERR_SESSION_LOCKED');

    const other = await registerCustomer(bank, { identifier: 'eve', seed: 2 });
    for (const [method, headers] of [
      ['POST', { origin: ORIGIN, 'sec-fetch-site': 'same-origin' }],
      // The page of the bank's one origin, with the server under another name of the site.
      ['POST', { origin: ORIGIN, 'sec-fetch-site': 'same-site' }],
      // A form of the own page, where that is sent with `Referrer-Policy: no-referrer`.
      ['POST', { ...form, origin: 'null', 'sec-fetch-site': 'same-origin' }],
      // Not a browser.
      ['POST', {}],
      ['GET', form],
    ] as const) {
      const found = await bank.http.requireSession(other.browser.request('/x', { method, headers: headers as Record<string, string> }));
      expect(found, JSON.stringify([method, headers])).toMatchObject({ scope: 'full' });
    }
  });
});

/** A value near a valid body: something removed, replaced, added or nested. */
function mutated(valid: Record<string, unknown>): fc.Arbitrary<unknown> {
  const names = Object.keys(valid);
  const value = fc.oneof(
    fc.jsonValue({ maxDepth: 3 }),
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.constantFrom(...Object.values(valid), -0, 1e308),
  );
  const change = fc.tuple(fc.constantFrom(...names, '__proto__', 'constructor', 'extra'), value);
  return fc.array(change, { maxLength: 3 }).map((changes) => {
    const body: Record<string, unknown> = { ...valid };
    for (const [name, replaced] of changes) {
      Object.defineProperty(body, name, { value: replaced, enumerable: true, configurable: true, writable: true });
    }
    return body;
  });
}

describe('any request', () => {
  const runs = process.env.TACIT_SOAK === '1' ? 10_000 : 500;

  it(
    'gets a coded answer below 500, and throws nothing',
    async () => {
      const bank = await openBank({ policy: READY });
      const ada = await registerCustomer(bank);
      const typing = createTypist(1, { keys: PASSWORD.length }).sample();
      const { challenge } = (await ada.browser.post('/login/start')).body;
      const { registration } = (await ada.browser.post('/register/start', { consent: { terms: '1', biometrics: 'granted' } })).body;
      const { reset } = (await ada.browser.post('/reset/start', { identifier: 'ada' })).body;
      const valid = {
        challenge,
        registration,
        reset,
        identifier: 'ada',
        password: PASSWORD,
        current: PASSWORD,
        typing,
        entries: [typing, typing, typing, typing, typing],
        texts: [{ id: 'en-01', typed: 'x', typing: { ...typing, mode: 'text' } }],
        code: 'ABCDEF',
        emailCode: '123456',
        email: 'a@b.test',
        profile: { name: 'A' },
        consent: { terms: '1', biometrics: 'granted' },
        biometrics: 'granted',
        confirmation: 'x',
        purpose: 'transfer',
        binding: 'x',
        session: 'x',
        hints: ['x'],
      };
      const wanted: Record<string, readonly string[]> = {
        '/login': ['challenge', 'identifier', 'password', 'typing'],
        '/step-up/start': ['purpose', 'binding'],
        '/step-up': ['challenge', 'code'],
        '/card/collect': ['challenge', 'identifier', 'password', 'emailCode'],
        '/card/confirm': ['challenge', 'code'],
        '/reauthenticate': ['challenge', 'password', 'typing'],
        '/register/start': ['consent'],
        '/register/strength': ['password', 'hints'],
        '/register': ['registration', 'identifier', 'email', 'profile', 'password', 'entries', 'texts'],
        '/register/confirm': ['registration', 'emailCode', 'code'],
        '/password': ['challenge', 'current', 'password', 'entries', 'code'],
        '/reset/start': ['identifier'],
        '/reset/coordinates': ['reset', 'emailCode'],
        '/reset': ['challenge', 'password', 'entries', 'code'],
        '/consent': ['biometrics', 'confirmation'],
        '/enrol': ['challenge', 'password', 'entries', 'code'],
        '/sessions/end': ['session'],
        '/sign-ins/confirm': ['confirmation'],
        '/export': ['confirmation'],
        '/erase': ['confirmation'],
      };
      const pick = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, valid[name as keyof typeof valid]]));
      const call = fc.constantFrom(...Object.keys(ROUTES)).chain((path) =>
        fc.record({
          path: fc.oneof({ weight: 9, arbitrary: fc.constant(path) }, fc.webPath({ size: 'small' })),
          method: fc.oneof(
            { weight: 9, arbitrary: fc.constant(ROUTES[path]?.method ?? 'GET') },
            fc.constantFrom('GET', 'POST', 'PUT', 'DELETE'),
          ),
          body: fc.oneof({ weight: 9, arbitrary: mutated(pick(wanted[path] ?? [])) }, fc.jsonValue()),
          query: fc.oneof(
            fc.constant(''),
            fc.webQueryParameters({ size: 'small' }).map((query) => `?before=${query}`),
          ),
          cookie: fc.constantFrom('his', 'none', 'cut', 'mixed'),
          key: fc.option(fc.stringMatching(/^[A-Za-z0-9_-]{1,8}$/), { nil: undefined }),
          origin: fc.oneof({ weight: 19, arbitrary: fc.constant(ORIGIN) }, fc.constantFrom('null', 'https://x.test')),
        }),
      );
      const cookies = (kind: string) =>
        [...ada.browser.cookies]
          .map(([name, value], i) => `${name}=${kind === 'cut' || (kind === 'mixed' && i > 0) ? value.slice(0, -3) : value}`)
          .join('; ');
      const seen = new Set<number>();
      await fc.assert(
        fc.asyncProperty(call, async ({ path, method, body, query, cookie, key, origin }) => {
          // As if from another address each time, so that the throttle does not answer for everything.
          bank.advance(1_000);
          const headers = {
            ...JSON_POST,
            origin,
            ...(cookie === 'none' ? {} : { cookie: cookies(cookie) }),
            ...(key === undefined ? {} : { 'idempotency-key': key }),
          };
          const init = method === 'GET' || method === 'DELETE' ? { method, headers } : { method, headers, body: JSON.stringify(body) };
          const response = await bank.http.handle(new Request(`${ORIGIN}/auth${path}${query}`, init), String(bank.events.length));
          seen.add(response.status);
          expect(response.status).toBeLessThan(500);
          if (response.status >= 400) {
            const { error } = (await response.json()) as { error: { code: string } };
            expect(Object.keys(ERROR_CODES)).toContain(error.code);
          }
        }),
        { numRuns: runs, seed: process.env.TACIT_SOAK === '1' ? 77 : 7 },
      );
      expect([...seen].sort()).toEqual(expect.arrayContaining([200, 400, 401, 403, 404, 405, 422]));
      // So many refusals of one address may reach its cap, which is told to operators once; anything else would be a fault.
      expect(bank.events.filter(({ event }) => event !== 'throttle-cap')).toEqual([]);
    },
    process.env.TACIT_SOAK === '1' ? 600_000 : 30_000,
  );
});
