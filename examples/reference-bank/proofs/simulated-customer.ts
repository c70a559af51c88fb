import { type Card, codeOf } from '../e2e/support/card';
import { ORIGIN, type SimulatedBank } from './simulated-bank';
import { type KeyDeed, type SimulatedPerson, simulatedPerson } from './simulated-person';
import type { SimulatedTime } from './simulated-time';

export interface Answer {
  status: number;
  body: { [name: string]: unknown; error?: { code: string } };
}

export const PASSWORD = 'copper-anvil-93';

/** What a customer needs of a bank. */
export type BankServer = Pick<SimulatedBank, 'fetch' | 'flows' | 'verifier'>;

/** A browser with its cookies, in front of the bank's own routes. */
export class SimulatedBrowser {
  readonly #bank: BankServer;
  readonly #cookies = new Map<string, string>();
  #keys = 0;

  constructor(bank: BankServer) {
    this.#bank = bank;
  }

  /** The page's `fetch`. */
  readonly fetch: typeof globalThis.fetch = async (input, init) => {
    const response = await this.#bank.fetch(this.request(String(input), init));
    for (const cookie of response.headers.getSetCookie()) {
      const [pair = ''] = cookie.split(';');
      const at = pair.indexOf('=');
      if (/Max-Age=0/i.test(cookie)) this.#cookies.delete(pair.slice(0, at));
      else this.#cookies.set(pair.slice(0, at), pair.slice(at + 1));
    }
    return response;
  };

  /** A request as the browser would send it. */
  request(path: string, { method = 'GET', headers: given, body }: RequestInit = {}): Request {
    const headers = new Headers(given);
    headers.set('origin', ORIGIN);
    headers.set('cookie', [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; '));
    return new Request(new URL(path, ORIGIN), { method, headers, ...(body ? { body } : {}) });
  }

  async post(path: string, body: object = {}): Promise<Answer> {
    this.#keys += 1;
    const headers = { 'content-type': 'application/json', 'idempotency-key': `simulated-key-${String(this.#keys).padStart(8, '0')}` };
    const response = await this.fetch(path, { method: 'POST', headers, body: JSON.stringify(body) });
    return { status: response.status, body: (await response.json()) as Answer['body'] };
  }

  async get(path: string): Promise<Answer> {
    const response = await this.fetch(path);
    return { status: response.status, body: (await response.json()) as Answer['body'] };
  }
}

interface SecretSample {
  version: 1;
  mode: 'secret' | 'text';
  field: string;
  keys: Array<[string | null, number, number | null]>;
  flags: object;
  clockStep: number;
  device: 'keyboard';
}

function sampleOf(deeds: readonly KeyDeed[], mode: 'secret' | 'text', field: string): SecretSample {
  const keys: SecretSample['keys'] = [];
  const down = new Map<string, number>();
  const kept = deeds.filter((deed) => deed.key !== 'Shift');
  for (const { at, kind, key } of kept) {
    const time = Math.round(10 * (at - (kept[0]?.at ?? 0)));
    if (kind === 'down') {
      down.set(key, keys.length);
      keys.push([mode === 'secret' ? null : codeOfKey(key), time, null]);
    } else {
      const entry = keys[down.get(key) ?? -1];
      if (entry) entry[2] = time;
    }
  }
  return { version: 1, mode, field, keys, flags: {}, clockStep: 1, device: 'keyboard' };
}

const NAMED: Readonly<Record<string, string>> = {
  ' ': 'Space',
  ',': 'Comma',
  '.': 'Period',
  '-': 'Minus',
  "'": 'Quote',
  Shift: 'ShiftLeft',
  Backspace: 'Backspace',
};

/** `KeyboardEvent.code` of a key of the US layout. */
export function codeOfKey(key: string): string {
  const code = NAMED[key] ?? (/^[a-z]$/i.test(key) ? `Key${key.toUpperCase()}` : /^\d$/.test(key) ? `Digit${key}` : undefined);
  if (code === undefined) throw new RangeError(`this keyboard has no key ${JSON.stringify(key)}`);
  return code;
}

/** Somebody with an account, a card and a hand of his own. */
export class SimulatedCustomer {
  readonly browser: SimulatedBrowser;
  readonly #bank: BankServer;
  readonly #time: SimulatedTime;
  readonly #seed: number;
  readonly #email: string;
  #card: Card | undefined;

  constructor(bank: BankServer, time: SimulatedTime, { seed, email }: { seed: number; email: string }) {
    this.browser = new SimulatedBrowser(bank);
    this.#bank = bank;
    this.#time = time;
    this.#seed = seed;
    this.#email = email;
  }

  /** He on some day. */
  on(day: number): SimulatedPerson {
    return simulatedPerson(this.#seed, day);
  }

  async register(): Promise<void> {
    const person = this.on(0);
    const entry = () =>
      sampleOf(
        person.type(PASSWORD, 0).filter(({ key }) => PASSWORD.includes(key)),
        'secret',
        'password',
      );
    const consent = { terms: '2026-11', biometrics: 'granted', session: 'granted' };
    const started = await this.#done(this.browser.post('/auth/register/start', { consent }));
    const { registration, texts } = started as unknown as { registration: string; texts: Array<{ id: string; text: string }> };
    const submitted = (await this.#done(
      this.browser.post('/auth/register', {
        registration,
        identifier: this.#email,
        email: this.#email,
        profile: { name: 'Ada Simulated' },
        password: PASSWORD,
        entries: Array.from({ length: 5 }, () => plain(entry)),
        texts: texts.map(({ id, text }) => ({ id, typed: text, typing: plainText(person, text) })),
      }),
    )) as unknown as { registration: string; card: Card; coordinates: string[] };
    this.#card = submitted.card;
    await this.#bank.flows.runJobs();
    const [mail] = await this.#bank.verifier.mailbox({ limit: 10 });
    const emailCode = /\b\d{6}\b/.exec(mail?.text ?? '')?.[0];
    const code = codeOf(submitted.card, submitted.coordinates);
    await this.#done(this.browser.post('/auth/register/confirm', { registration: submitted.registration, emailCode, code }));
  }

  /** A sign-in that the card vouches for: typing alone is not trusted, so that the session may teach. */
  async signIn(): Promise<void> {
    const { challenge } = await this.#done(this.browser.post('/auth/login/start'));
    const asked = await this.#done(
      this.browser.post('/auth/login', { challenge, identifier: this.#email, password: PASSWORD, typing: null }),
    );
    const { challenge: second, coordinates } = asked as unknown as { challenge: string; coordinates: string[] };
    await this.#done(this.browser.post('/auth/step-up', { challenge: second, code: this.#codeOf(coordinates) }));
  }

  async signOut(): Promise<void> {
    await this.#done(this.browser.post('/auth/logout'));
  }

  /** Shows by his card that it is him. */
  async confirm(): Promise<void> {
    const asked = await this.#done(this.browser.post('/auth/step-up/start', { purpose: 'session' }));
    const { challenge, coordinates } = asked as unknown as { challenge: string; coordinates: string[] };
    await this.#done(this.browser.post('/auth/step-up', { challenge, code: this.#codeOf(coordinates) }));
  }

  /** His matrix card, once he has one. */
  get card(): Card {
    if (!this.#card) throw new Error('there is no card yet');
    return this.#card;
  }

  #codeOf(coordinates: readonly string[]): string {
    return codeOf(this.card, coordinates);
  }

  /** The answer's body; anything but success is an error of the simulation. */
  async #done(request: Promise<Answer>): Promise<Answer['body']> {
    const { status, body } = await this.#time.until(request);
    if (status >= 300) throw new Error(`refused: ${status} ${JSON.stringify(body)}`);
    return body;
  }
}

/** An entry without slips: one with them would be refused, and typed again. */
function plain(entry: () => SecretSample): SecretSample {
  for (;;) {
    const sample = entry();
    if (sample.keys.length === PASSWORD.length) return sample;
  }
}

function plainText(person: SimulatedPerson, text: string): SecretSample {
  for (;;) {
    const deeds = person.type(text, 0);
    if (!deeds.some(({ key }) => key === 'Backspace')) return sampleOf(deeds, 'text', 'text');
  }
}
