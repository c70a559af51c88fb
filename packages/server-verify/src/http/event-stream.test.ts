import { describe, expect, it } from 'vitest';
import { raiseAlert } from '../alerts';
import { EVENTS_PER_OPERATOR } from '../flows/events';
import { type Browser, ORIGIN } from '../testing-browser';
import { type Bank, openBank, registerCustomer } from '../testing-flows';
import { doubt, grantFor, signedInOperator, WATCHED, watchedCustomer } from '../testing-risk';
import { type ManualTime, manualTime } from '../testing-timer';
import { verifierContext } from '../verifier-internals';

async function settle(): Promise<void> {
  for (let i = 0; i < 60; i++) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** A console that reads when it is told to. */
class Reader {
  readonly response: Response;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  #pending: Promise<boolean> | undefined;
  #unread = '';
  over = false;

  constructor(response: Response) {
    if (response.body === null) {
      throw new Error('no stream');
    }
    this.response = response;
    this.#reader = response.body.getReader();
  }

  /** All that is there. */
  async read(): Promise<string> {
    let waits = false;
    while (!waits && !this.over) {
      this.#pending ??= this.#reader.read().then(({ done, value }) => {
        this.over ||= done;
        this.#unread += value === undefined ? '' : new TextDecoder().decode(value);
        this.#pending = undefined;
        return true;
      });
      waits = !(await Promise.race([this.#pending, settle().then(() => false)]));
    }
    const text = this.#unread;
    this.#unread = '';
    return text;
  }

  async cancel(): Promise<void> {
    await this.#reader.cancel();
    await this.#pending;
  }
}

const eventsIn = (text: string) =>
  [...text.matchAll(/^event: (\w+)\ndata: (.*)$/gm)].map(([, event, data]) => ({ event, data: JSON.parse(data as string) as unknown }));

const open = (bank: Bank, browser: Browser): Promise<Response> => bank.http.handle(browser.request('/operators/events'), '192.0.2.44');

async function openConsole() {
  const time = manualTime();
  const bank = await openBank({ policy: WATCHED, clock: time.clock, timer: time.timer });
  const operator = await signedInOperator(bank);
  return { time, bank, operator };
}

/** What changes is gathered for a moment. */
async function gather(time: ManualTime): Promise<void> {
  await settle();
  time.advance(250);
  await settle();
}

describe('events of a console', () => {
  it('tell of sessions and alerts, by name only, as an event stream that nothing keeps', async () => {
    const { bank, operator, time } = await openConsole();
    const { customer } = await watchedCustomer(bank);
    const session = await grantFor(bank, customer.browser);
    const reader = new Reader(await open(bank, operator.browser));
    expect(reader.response.status).toBe(200);
    expect(reader.response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(reader.response.headers.get('cache-control')).toBe('no-store');
    expect(reader.response.headers.get('x-accel-buffering')).toBe('no');
    expect(await reader.read()).toBe('retry: 2000\n\n');
    await doubt(bank, session, 'step-up');
    expect(await reader.read()).toBe('');
    await gather(time);
    const text = await reader.read();
    const ctx = verifierContext(bank.verifier);
    const id = `${ctx.subjectOf(session.subject)}.${session.id}`;
    const events = eventsIn(text);
    expect(events).toHaveLength(2);
    expect(events).toContainEqual({ event: 'change', data: { topic: 'session', id } });
    expect(events).toContainEqual({ event: 'change', data: { topic: 'alert', id: expect.stringMatching(/^[\w-]+\.[\w-]{22}$/) } });
    expect(text).not.toMatch(/medium|differs|risk/);
    await reader.cancel();
  });

  it('are for operators only', async () => {
    const { bank } = await openConsole();
    const { browser } = await registerCustomer(bank);
    const refused = await open(bank, browser);
    expect([refused.status, await refused.json()]).toEqual([403, { error: expect.objectContaining({ code: 'ERR_ROLE' }) }]);
    expect((await open(bank, bank.browser())).status).toBe(401);
  });

  it('end with the session of the operator, and say why', async () => {
    for (const [leave, code] of [
      ['/logout', 'ERR_SESSION_NONE'],
      ['/lock', 'ERR_SESSION_LOCKED'],
    ] as const) {
      const { bank, operator } = await openConsole();
      const reader = new Reader(await open(bank, operator.browser));
      await operator.browser.post(leave);
      await settle();
      expect(eventsIn(await reader.read()), leave).toEqual([{ event: 'end', data: { code } }]);
      expect(reader.over, leave).toBe(true);
      expect((await open(bank, operator.browser)).status, leave).toBe(leave === '/lock' ? 423 : 401);
    }
  });

  it('end without a word when the server goes down, so that the browser connects again, to another one', async () => {
    const { bank, operator } = await openConsole();
    const reader = new Reader(await open(bank, operator.browser));
    expect(await reader.read()).toBe('retry: 2000\n\n');
    bank.flows.events.close();
    expect([await reader.read(), reader.over]).toEqual(['', true]);
    const refused = await open(bank, operator.browser);
    expect([refused.status, refused.headers.get('retry-after'), await refused.json()]).toEqual([
      503,
      '15',
      { error: expect.objectContaining({ code: 'ERR_SERVER_CLOSING' }) },
    ]);
  });

  it('end with their verifier: a stream that is left open holds up the end of a server', async () => {
    const { bank, operator } = await openConsole();
    const reader = new Reader(await open(bank, operator.browser));
    await bank.verifier.close();
    await reader.read();
    expect(reader.over).toBe(true);
  });

  it('end when the operator idles: listening is no action of his', async () => {
    const time = manualTime();
    const bank = await openBank({ policy: { typing: WATCHED.typing }, clock: time.clock, timer: time.timer });
    const operator = await signedInOperator(bank);
    const reader = new Reader(await open(bank, operator.browser));
    time.advance(120_001);
    await bank.flows.runJobs();
    await settle();
    expect(eventsIn(await reader.read()).at(-1)).toEqual({ event: 'end', data: { code: 'ERR_SESSION_LOCKED' } });
  });

  it('end then also where no job and no other call looks at his session', async () => {
    const time = manualTime();
    const jobs = { start: async () => undefined, wake: () => undefined, stop: async () => undefined };
    const bank = await openBank({ policy: { typing: WATCHED.typing }, clock: time.clock, timer: time.timer, jobs });
    const operator = await signedInOperator(bank);
    const reader = new Reader(await open(bank, operator.browser));
    for (let passed = 0; passed < 150; passed += 15) {
      time.advance(15_000);
      await settle();
    }
    expect(eventsIn(await reader.read()).at(-1)).toEqual({ event: 'end', data: { code: 'ERR_SESSION_LOCKED' } });
    expect(reader.over).toBe(true);
  });

  it('are for no page of a neighbouring site, whose requests bring the cookies along', async () => {
    const { bank, operator } = await openConsole();
    const ask = (headers: Record<string, string>) =>
      bank.http.handle(operator.browser.request('/operators/events', { headers }), '192.0.2.44');
    for (const headers of [
      { origin: 'https://evil.bank.test' },
      { origin: 'null' },
      { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors' },
      { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors' },
      // A frame of such a page is opened without anybody's wish.
      { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' },
    ]) {
      const refused = await ask(headers as Record<string, string>);
      expect([refused.status, await refused.json()]).toEqual([403, { error: expect.objectContaining({ code: 'ERR_ORIGIN' }) }]);
    }
    for (const headers of [{ origin: ORIGIN }, { 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors' }]) {
      const answer = await ask(headers as Record<string, string>);
      expect(answer.status).toBe(200);
      await answer.body?.cancel();
    }
    // A link in a mail, or on the bank's other site.
    const followed = { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
    expect((await bank.http.handle(operator.browser.request('/session', { headers: followed }), '192.0.2.44')).status).toBe(200);
  });

  it('come with a heartbeat, and are bounded for each operator; those that are gone make room', async () => {
    const { bank, operator, time } = await openConsole();
    const readers: Reader[] = [];
    for (let i = 0; i < EVENTS_PER_OPERATOR; i++) {
      readers.push(new Reader(await open(bank, operator.browser)));
    }
    const refused = await open(bank, operator.browser);
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('15');
    const other = await signedInOperator(bank, 'otto');
    const theirs = new Reader(await open(bank, other.browser));
    expect(theirs.response.status).toBe(200);
    await readers[0]?.read();
    time.advance(15_000);
    await settle();
    expect(await readers[0]?.read()).toContain(':\n\n');
    await readers[1]?.cancel();
    readers[1] = new Reader(await open(bank, operator.browser));
    expect(readers[1].response.status).toBe(200);
    await Promise.all([...readers, theirs].map((reader) => reader.cancel()));
  });

  it('are dropped for a reader that is behind, which is told to look at everything, and then let go of', async () => {
    const { bank, operator, time } = await openConsole();
    const ada = await registerCustomer(bank);
    const { subject } = await grantFor(bank, ada.browser);
    const ctx = verifierContext(bank.verifier);
    const reader = new Reader(await open(bank, operator.browser));
    const flood = async (rounds: number) => {
      for (let round = 0; round < rounds; round++) {
        await ctx.store.transaction(async (tx) => {
          for (let i = 0; i < 50; i++) {
            await raiseAlert(ctx, tx, { subject: ctx.subjectOf(subject), code: 'throttle-cap' });
          }
        });
        time.advance(250);
      }
    };
    await flood(30);
    const text = await reader.read();
    // Bounded: far less than the 1,500 events that there were.
    expect(text.length).toBeLessThan(50_000);
    expect(eventsIn(text).at(-1)).toEqual({ event: 'change', data: { topic: 'any', id: '' } });
    await flood(30);
    time.advance(60_000);
    await settle();
    await reader.read();
    expect(reader.over).toBe(true);
    expect(bank.events).toEqual([]);
  });

  it('tell of many changes at once as one: look at everything', async () => {
    const { bank, operator, time } = await openConsole();
    const ada = await registerCustomer(bank);
    const ctx = verifierContext(bank.verifier);
    const subject = ctx.subjectOf((await grantFor(bank, ada.browser)).subject);
    const seen: unknown[] = [];
    const session = await grantFor(bank, operator.browser);
    await bank.flows.events.subscribe({ session, listener: (changes) => seen.push(...changes), onEnd: () => undefined });
    await ctx.store.transaction(async (tx) => {
      for (let i = 0; i < 300; i++) {
        await raiseAlert(ctx, tx, { subject, code: 'throttle-cap' });
      }
    });
    await gather(time);
    expect(seen).toEqual([{ topic: 'any', id: '' }]);
  });
});
