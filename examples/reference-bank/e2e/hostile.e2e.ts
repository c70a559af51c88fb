import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Bank } from './support/bank';
import type { HttpClient, WireSample } from './support/http-client';
import { person, typist } from './support/people';
import { RemoteCustomer } from './support/remote-customer';
import { wireSample } from './support/wire-sample';

const SOAK = process.env.TACIT_SOAK === '1';
const SAMPLES = SOAK ? 100_000 : 2_000;
const REQUESTS = SOAK ? 10_000 : 500;
const SEED = 20_261_121;

let bank: Bank;
beforeAll(async () => {
  // A heap that may grow at leisure would hide a leak: under this limit what is kept for nothing ends the server.
  bank = await Bank.start({ policy: { throttle: { failures: 100, cap: 1_000 } }, env: { NODE_OPTIONS: '--max-old-space-size=96' } });
});
afterAll(() => bank.stop());

/** Resident memory of the server in MiB, as the system counts it. */
function residentMiB(): number {
  const line = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${bank.pid}/status`, 'utf8'));
  if (!line?.[1]) throw new Error('the system does not tell the resident memory');
  return Number(line[1]) / 1024;
}

const anything = fc.oneof(
  { weight: 4, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  fc.constantFrom<unknown>(-1, 0.5, 1e308, 9_007_199_254_740_992, '', '\u0000', '__proto__', [], {}, null, true, 'x'.repeat(5_000)),
);

/** Changes one place of a JSON value: replaces it, drops it, repeats it, or adds a field. */
function mutate(value: unknown, path: readonly number[], replacement: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined || typeof value !== 'object' || value === null) return replacement;
  if (Array.isArray(value)) {
    const copy: unknown[] = [...value];
    if (copy.length === 0) return [replacement];
    const at = step % copy.length;
    if (step % 7 === 0) copy.splice(at, 1);
    else if (step % 7 === 1) copy.splice(at, 0, ...copy);
    else copy[at] = mutate(copy[at], rest, replacement);
    return copy;
  }
  const entries = Object.entries(value);
  const at = step % (entries.length + 1);
  if (at === entries.length) return { ...value, [typeof replacement === 'string' ? replacement : 'extra']: replacement };
  return Object.fromEntries(entries.map(([name, field], index) => [name, index === at ? mutate(field, rest, replacement) : field]));
}

async function answered(client: HttpClient, path: string, body: unknown): Promise<void> {
  const answer = await client.post(path, body);
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(500);
  if (answer.status >= 400) expect(answer.body.error?.code).toMatch(/^ERR_[A-Z_]+$/);
}

it(`answers ${SAMPLES} mutated typing samples with a code each, and keeps its memory`, async () => {
  const visitor = new RemoteCustomer(bank.origin, person('Mutated Sample'), typist('steady'));
  const { challenge } = (await visitor.client.post('/auth/login/start', {})).body;
  const sample: WireSample = wireSample(visitor.typist.plan('correct horse'), { mode: 'secret', field: 'password' });
  const arbitrary = fc.tuple(fc.array(fc.nat(40), { minLength: 1, maxLength: 4 }), anything);
  const mutations = fc.sample(arbitrary, { numRuns: SAMPLES, seed: SEED });
  const send = ([path, replacement]: (typeof mutations)[number]) =>
    // A challenge that is not there keeps the password's work out: what is tried here is the parser.
    answered(visitor.client, '/auth/login', {
      challenge: `${challenge}x`,
      identifier: 'a@b.test',
      password: 'x',
      typing: mutate(sample, path, replacement),
    });
  const warmUp = Math.floor(mutations.length / 4);
  for (let at = 0; at < warmUp; at += 20) await Promise.all(mutations.slice(at, Math.min(at + 20, warmUp)).map(send));
  const before = residentMiB();
  for (let at = warmUp; at < mutations.length; at += 20) await Promise.all(mutations.slice(at, at + 20).map(send));
  expect(residentMiB() - before).toBeLessThan(48);
});

it(`answers ${REQUESTS} random requests without a crash or a 5xx`, async () => {
  const paths = [
    'login',
    'step-up',
    'register',
    'register/confirm',
    'reauthenticate',
    'password',
    'reset',
    'enrol',
    'consent',
    'erase',
    'card/collect',
    'nowhere',
    '%2e%2e/api',
  ].map((path) => `/auth/${path}`);
  paths.push('/api/transfers', '/api/accounts/x/transactions', '/api/nothing', '/', '//', '/assets/../../package.json');
  const request = fc.record({
    path: fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom(...paths) },
      fc.webPath().map((path) => `/auth${path}`),
    ),
    method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD'),
    type: fc.constantFrom('application/json', 'text/plain', 'application/x-www-form-urlencoded', 'application/json; charset=x', ''),
    origin: fc.constantFrom('self', 'https://evil.example', 'null', ''),
    cookie: fc.constantFrom('', '__Host-tacit-access=x.y.z', `__Host-tacit-refresh=${'a'.repeat(3_000)}`, '; ;=;'),
    body: fc.oneof(
      fc.json(),
      fc.string({ maxLength: 200 }),
      anything.map((value) => JSON.stringify({ challenge: value, identifier: value, typing: value, code: value }) ?? ''),
      fc.constantFrom('['.repeat(20_000), `"${'x'.repeat(600_000)}"`, '{"__proto__":{"admin":true}}'),
    ),
    key: fc.constantFrom('', 'a', 'not allowed!', 'x'.repeat(65)),
  });
  for (const { path, method, type, origin, cookie, body, key } of fc.sample(request, { numRuns: REQUESTS, seed: SEED })) {
    const headers = new Headers();
    if (type) headers.set('content-type', type);
    if (origin) headers.set('origin', origin === 'self' ? bank.origin : origin);
    if (cookie) headers.set('cookie', cookie);
    if (key) headers.set('idempotency-key', key);
    const withBody = !['GET', 'HEAD'].includes(method);
    const send = () =>
      fetch(new URL(path.replace(/^\/\//, '/'), bank.origin), { method, headers, redirect: 'manual', ...(withBody ? { body } : {}) });
    // After a body that is too long the server closes the connection; one more try finds a new one.
    const response = await send().catch(() => (withBody && body.length > 500_000 ? null : send()));
    if (response === null) continue;
    const text = await response.text();
    expect(response.status, `${method} ${path}: ${text.slice(0, 200)}`).toBeLessThan(500);
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    if (response.status >= 400 && method !== 'HEAD' && /^\/(auth|api)\//.test(path)) {
      expect(isJson, `${method} ${path}: ${text.slice(0, 200)}`).toBe(true);
      expect(JSON.parse(text).error.code).toMatch(/^ERR_[A-Z_]+$/);
    }
  }
  expect((await fetch(`${bank.origin}/healthz`)).status).toBe(200);
});

it('refuses a body that is too long before it is read', async () => {
  const response = await fetch(`${bank.origin}/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: bank.origin },
    body: 'x'.repeat(10 * 1024 * 1024),
  }).catch((cause: unknown) => cause);
  // Either the refusal arrives, or the connection is closed under the sender; never a judgement.
  if (response instanceof Response) expect(response.status).toBe(413);
  expect((await fetch(`${bank.origin}/healthz`)).status).toBe(200);
});
