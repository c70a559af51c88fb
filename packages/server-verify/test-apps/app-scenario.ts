import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { copyFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { MatrixCardView } from '../src/matrix-card-view';
import { freePort } from '../src/testing-free-port';
import { type HttpClient, httpClient, open } from '../src/testing-http-client';
import { connectSocket, emptyBatch, openSocket } from '../src/testing-sockets';
import { writeApp } from './install';

const ORIGIN = 'https://bank.example';
const PASSWORD = 'copper-anvil-93';
const env = {
  ...process.env,
  TACIT_KEY: `first:${randomBytes(32).toString('base64url')}`,
  NODE_ENV: 'production',
  NEXT_TELEMETRY_DISABLED: '1',
  NEXT_IGNORE_INCORRECT_LOCKFILE: '1',
};

/** Makes the people of a test in the store of an application, which need not run. */
const SEED = `
import { flows, verifier } from './tacit.mjs';
const person = (name) => ({ identifier: name, email: name + '@mail.test', name, password: ${JSON.stringify(PASSWORD)} });
const customer = await flows.operators.createCustomer({ ...person('ada'), profile: { name: 'Ada' }, biometrics: 'granted', consentVersion: '1' });
const operator = await flows.operators.createOperator(person('olga'));
await verifier.close();
process.stdout.write(JSON.stringify({ customer, operator }));
`;

interface Person {
  subject: string;
  card: MatrixCardView;
}

export interface People {
  customer: Person;
  operator: Person;
  /** The folder of their store. */
  folder: string;
}

interface App {
  port: number;
  process: ChildProcess;
}

export async function run(cwd: string, args: readonly string[], more: Record<string, string> = {}): Promise<string> {
  const child = spawn(process.execPath, args, { cwd, env: { ...env, ...more }, stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let failure = '';
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    failure += chunk.toString();
  });
  const [code] = (await once(child, 'close')) as [number];
  expect(`${code} ${code === 0 ? '' : out + failure}`).toBe('0 ');
  return out;
}

/** A store with the people of a test, for every application to have a copy of. */
export async function makePeople(place: string): Promise<People> {
  const folder = join(place, 'people');
  writeApp(folder, ['tacit.mjs'], { 'seed.mjs': SEED });
  return { folder, ...(JSON.parse(await run(folder, ['seed.mjs'])) as Omit<People, 'folder'>) };
}

const started: ChildProcess[] = [];
afterAll(() => {
  for (const child of started) {
    child.kill('SIGKILL');
  }
});

async function startApp(app: string, { folder }: People, args: (port: number) => readonly string[]): Promise<App> {
  for (const name of readdirSync(folder).filter((file) => file.startsWith('tacit.db'))) {
    copyFileSync(join(folder, name), join(app, name));
  }
  const port = await freePort();
  const child = spawn(process.execPath, args(port), {
    cwd: app,
    env: { ...env, PORT: String(port) },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  started.push(child);
  const asked = async () => expect((await httpClient(port, ORIGIN).get('/auth/session')).status).toBe(200);
  await vi.waitFor(asked, { timeout: 60_000, interval: 200 });
  return { port, process: child };
}

function codeOf(card: MatrixCardView, coordinates: readonly string[]): string {
  return coordinates.map((cell) => card.cells[Number(cell[1]) - 1]![cell.charCodeAt(0) - 65]!).join('');
}

async function post<Body>(client: HttpClient, path: string, body: unknown = {}): Promise<Body> {
  const answer = await client.post(`/auth${path}`, body);
  if (answer.status >= 300) {
    throw new Error(`${path}: ${answer.status} ${answer.text}`);
  }
  return JSON.parse(answer.text) as Body;
}

async function signIn(port: number, identifier: string, { card }: Person): Promise<HttpClient> {
  const client = httpClient(port, ORIGIN);
  const { challenge } = await post<{ challenge: string }>(client, '/login/start');
  const asked = await post<{ challenge: string; coordinates: string[] }>(client, '/login', {
    challenge,
    identifier,
    password: PASSWORD,
    typing: null,
  });
  await post(client, '/step-up', { challenge: asked.challenge, code: codeOf(card, asked.coordinates) });
  return client;
}

export interface AppOptions {
  /** Whether it takes WebSockets. */
  sockets: boolean;
  people: () => People;
  /** Makes the application, and says where it is. */
  app: () => Promise<string>;
  args: (port: number) => readonly string[];
  /** Where it has `/events`, a stream, and `/ended`, how many such streams were cancelled. */
  probe?: string;
}

/** What every framework does alike: a sign-in with cookies, a guarded route, consent, a stream of evidence, and an operator who hears of it. */
export function describeApp(name: string, { sockets, people, app: folder, args, probe }: AppOptions): void {
  describe(`${name}, as the guide says`, () => {
    let app: App;
    let ada: HttpClient;
    let customer: Person;
    beforeAll(async () => {
      app = await startApp(await folder(), people(), args);
      customer = people().customer;
      ada = await signIn(app.port, 'ada', customer);
    }, 240_000);

    it('signs a customer in with cookies and guards a route of the application', async () => {
      expect(JSON.parse((await ada.get('/api/balance')).text)).toEqual({ customer: customer.subject, balance: 100 });
      const stranger = await httpClient(app.port, ORIGIN).get('/api/balance');
      expect(stranger).toMatchObject({ status: 401, text: expect.stringContaining('ERR_SESSION_NONE') });
      expect((await httpClient(app.port, 'https://evil.example').post('/auth/login/start')).text).toContain('ERR_ORIGIN');
      expect((await httpClient(app.port, ORIGIN).post('/auth/nothing')).text).toContain('ERR_NOT_FOUND');
    });

    it('takes a stream of evidence, each batch once', async () => {
      const asked = await post<{ challenge: string; coordinates: string[] }>(ada, '/step-up/start', {
        purpose: 'settings',
        binding: 'consent:session-granted',
      });
      const code = codeOf(customer.card, asked.coordinates);
      const { confirmation } = await post<{ confirmation: string }>(ada, '/step-up', { challenge: asked.challenge, code });
      await post(ada, '/consent', { session: 'granted', confirmation });
      const opening = await post<{ stream: string; next: number; state: string }>(ada, '/continuous/open');
      expect(opening).toMatchObject({ next: 1, state: 'checking' });
      const batch = (seq: number) => ({ ...emptyBatch(seq, opening.stream) });
      const answer = (seq: number) => ({ version: 1, stream: opening.stream, seq, state: 'checking' });
      if (!sockets) {
        for (const seq of [1, 2, 2]) {
          expect(await post(ada, '/continuous/batch', batch(seq))).toEqual(answer(seq));
        }
        const gap = await ada.post('/auth/continuous/batch', { ...batch(9), floor: 0 });
        expect([gap.status, JSON.parse(gap.text).error]).toMatchObject([409, { code: 'ERR_EVIDENCE_GAP', expected: 3 }]);
        return;
      }
      const page = await openSocket(app.port, { origin: ORIGIN, headers: ada.headers() });
      for (const seq of [1, 2, 2]) {
        page.send(batch(seq));
        expect(await page.next()).toEqual({ type: 'answer', ...answer(seq) });
      }
      page.send({ ...batch(9), floor: 0 });
      expect(await page.next()).toMatchObject({ type: 'refused', seq: 9, error: { code: 'ERR_EVIDENCE_GAP', expected: 3 } });
      page.socket.close();
    });

    if (sockets) {
      it('refuses sockets of other origins and without the cookies of the browser', async () => {
        const refused = (origin: string, headers: Record<string, string>) => connectSocket(app.port, { origin, headers });
        expect(await refused('https://evil.example', ada.headers())).toMatchObject({ status: 403, error: { code: 'ERR_ORIGIN' } });
        expect(await refused(ORIGIN, {})).toMatchObject({ status: 401, error: { code: 'ERR_SESSION_NONE' } });
        // A token that was stolen without the cookie that it is bound to.
        const access = `__Host-tacit-access=${ada.cookies.get('__Host-tacit-access')}`;
        expect(await refused(ORIGIN, { cookie: access })).toMatchObject({ status: 401, error: { code: 'ERR_SESSION_NONE' } });
      });
    }

    it('tells an operator what happens, as it happens, and ends what is over', async () => {
      const olga = await signIn(app.port, 'olga', people().operator);
      const refused = await ada.get('/auth/operators/events');
      expect(refused).toMatchObject({ status: 403, text: expect.stringContaining('ERR_ROLE') });
      const events = await open(app.port, '/auth/operators/events', { headers: olga.headers() });
      expect([events.status, events.headers['content-type'], events.headers['content-encoding']]).toEqual([
        200,
        expect.stringContaining('text/event-stream'),
        undefined,
      ]);
      const page = sockets ? await openSocket(app.port, { origin: ORIGIN, headers: ada.headers() }) : undefined;
      await post(ada, '/logout');
      let heard = '';
      while (!heard.includes('event: change')) {
        heard += await events.next();
      }
      expect(heard).toContain('"topic":"session"');
      events.leave();
      if (page !== undefined) {
        expect(await page.closed).toEqual([4403, 'ERR_SESSION_ENDED']);
      }
    });

    if (probe !== undefined) {
      it('sends events as they happen, and cancels a stream when its reader has gone', async () => {
        const client = httpClient(app.port, ORIGIN);
        const stream = await open(app.port, `${probe}/events`, { headers: { 'accept-encoding': 'gzip' } });
        expect(stream.headers).toMatchObject({ 'content-type': 'text/event-stream', 'cache-control': 'no-store, no-transform' });
        expect(await stream.next()).toBe(':\n\n');
        expect(JSON.parse((await client.get(`${probe}/ended`)).text)).toEqual({ ended: 0 });
        stream.leave();
        await expect.poll(async () => JSON.parse((await client.get(`${probe}/ended`)).text), { timeout: 60_000 }).toEqual({ ended: 1 });
      });
    }

    it('goes down when it is told to, and tells its pages to come back', async () => {
      const again = await signIn(app.port, 'ada', customer);
      const page = sockets ? await openSocket(app.port, { origin: ORIGIN, headers: again.headers() }) : undefined;
      if (sockets) {
        // A console that stays open must not hold it up.
        const olga = await signIn(app.port, 'olga', people().operator);
        await open(app.port, '/auth/operators/events', { headers: olga.headers() });
      }
      const gone = once(app.process, 'exit');
      app.process.kill('SIGTERM');
      if (page !== undefined) {
        expect(await page.closed).toEqual([1012, 'ERR_SERVER_CLOSING']);
      }
      const [code, signal] = await gone;
      expect([0, 143]).toContain(signal === 'SIGTERM' ? 143 : code);
    });
  });
}
