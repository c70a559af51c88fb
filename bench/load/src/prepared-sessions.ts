import type { LoadServer } from './load-server';
import { ORIGIN } from './origin';
import { seededPerson, type WirePointer, type WireWindow } from './people';

/** Customers who are prepared side by side. */
const AT_ONCE = 25;
const LESSON_WINDOWS = 7;
const LESSON_STRETCHES = 4;

/** A customer whom the server knows, signed in: what his browser would send along. */
export interface PreparedSession {
  /** His number, from which his rhythm follows. */
  readonly person: number;
  readonly cookie: string;
  /** The stream that his page was given. */
  readonly stream: string;
}

interface Card {
  columns: readonly string[];
  rows: readonly string[];
  cells: readonly (readonly string[])[];
}

/** Makes so many customers through the server's own routes: consent, card, a first session that teaches, and a second one that is left open. */
export async function prepareSessions(server: LoadServer, count: number, onProgress: (done: number) => void): Promise<PreparedSession[]> {
  const sessions: PreparedSession[] = [];
  for (let first = 0; first < count; first += AT_ONCE) {
    const people = Array.from({ length: Math.min(AT_ONCE, count - first) }, (_, i) => first + i);
    sessions.push(...(await Promise.all(people.map((person) => prepareSession(server, person)))));
    onProgress(sessions.length);
  }
  return sessions;
}

async function prepareSession(server: LoadServer, person: number): Promise<PreparedSession> {
  const { verifier } = server;
  const subject = `customer-${person}`;
  await verifier.recordConsent({ subject, biometrics: 'granted', session: 'granted', version: 'bench-1' });
  const { challenge } = await verifier.issueChallenge({ subject, purpose: 'enrol-card' });
  const issued = await verifier.enrolMatrixCard({ subject, challenge, pending: false });
  if (issued.status !== 'issued') throw new Error('no card was issued');
  await verifier.activate({ subject });
  const browser = new BenchBrowser(server, `10.${person >> 16}.${(person >> 8) & 255}.${person & 255}`);
  await signIn(browser, subject, issued.card);
  const { stream } = await browser.post('/continuous/open', {});
  const self = seededPerson(person, 1);
  const typing = Array.from({ length: LESSON_WINDOWS }, (): WireWindow => self.window(50));
  const pointer = Array.from({ length: LESSON_STRETCHES }, (): WirePointer => self.stretch(20_000));
  await browser.post('/continuous/batch', { version: 1, stream, seq: 1, floor: 0, typing, pointer });
  await browser.post('/logout', {});
  await signIn(browser, subject, issued.card);
  const opened = await browser.post('/continuous/open', {});
  return { person, cookie: browser.cookie, stream: String(opened.stream) };
}

async function signIn(browser: BenchBrowser, identifier: string, card: Card): Promise<void> {
  const { challenge } = await browser.post('/login/start', {});
  const asked = await browser.post('/login', { challenge, identifier, password: 'not looked at', typing: null });
  const code = (asked.coordinates as string[])
    .map((at) => card.cells[card.rows.indexOf(at.slice(1))]?.[card.columns.indexOf(at.slice(0, 1))] ?? '')
    .join('');
  await browser.post('/step-up', { challenge: asked.challenge, code });
}

/** Cookies and an address of its own, and requests straight to the handler. */
class BenchBrowser {
  readonly #server: LoadServer;
  readonly #address: string;
  readonly #cookies = new Map<string, string>();

  constructor(server: LoadServer, address: string) {
    this.#server = server;
    this.#address = address;
  }

  get cookie(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  async post(path: string, body: object): Promise<Record<string, unknown>> {
    const headers = { 'content-type': 'application/json', origin: ORIGIN, cookie: this.cookie, 'x-client': this.#address };
    const request = new Request(`${ORIGIN}/auth${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    const response = await this.#server.handler.handle(request);
    for (const cookie of response.headers.getSetCookie()) {
      const [pair = ''] = cookie.split(';');
      const at = pair.indexOf('=');
      if (/max-age=0/i.test(cookie)) this.#cookies.delete(pair.slice(0, at));
      else this.#cookies.set(pair.slice(0, at), pair.slice(at + 1));
    }
    const text = await response.text();
    if (!response.ok) throw new Error(`${path} was refused: ${response.status} ${text}`);
    return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
  }
}
