import { randomUUID } from 'node:crypto';
import { IDBFactory } from 'fake-indexeddb';
import type { Window } from 'happy-dom';
import type { AuthCalls } from '../../src/web/api/auth';
import { BankPages } from './bank-pages';
import { EvidencePage } from './evidence-page';
import type { Answer } from './http-client';
import { NodeBrowser } from './node-browser';
import { PATIENCE_MS } from './patience';
import type { RemoteCustomer } from './remote-customer';
import { until } from './until';

/** Asks until a server has time. */
async function answered(ask: () => Promise<Answer>): Promise<Answer> {
  for (const deadline = performance.now() + 2 * PATIENCE_MS; ; ) {
    const answer = await ask().catch((cause: unknown) => {
      if (performance.now() > deadline) throw new Error('a bank that has too much to do', { cause });
      return null;
    });
    const isOpen = answer === null || answer.status >= 500 || answer.body.error?.code === 'ERR_CHALLENGE_BUSY';
    if (answer !== null && (!isOpen || performance.now() > deadline)) return answer;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/** One session of a customer from his sign-in on. */
export interface Visit {
  /** Of the session, as the last part of what operators call it. */
  readonly id: string;
  readonly pages: BankPages;
  readonly by: 'socket' | 'fetch';
  /** Batches that the page made and queued. */
  batches: number;
}

export interface VisitPlan {
  by: Visit['by'];
  windows: number;
  /** A transfer after so many windows. */
  transferEvery: number;
  /** Pause between two windows, in ms. */
  paceMs: number;
}

/** Somebody who signs in, types, and pays, again and again, by the bank's own web client and the SDK's own stream. */
export class BusyCustomer {
  readonly customer: RemoteCustomer;
  /** The account that he pays from, once he has one. */
  account = { id: '', number: '' };
  readonly visits: Visit[] = [];
  /** What he paid and has a receipt for: the amount, and the key of the button that he pressed. */
  readonly payments: Array<{ key: string; amount: number }> = [];
  /** What his pages complained of. */
  readonly problems: string[] = [];
  readonly #origin: string;
  readonly #window: Window;

  constructor(origin: string, customer: RemoteCustomer, window: Window) {
    this.#origin = origin;
    this.customer = customer;
    this.#window = window;
  }

  /** Opens an account, and agrees to the checks; a bank that has too much to do is asked again. */
  async join(): Promise<void> {
    const { client } = this.customer;
    const [get, post] = [client.get.bind(client), client.post.bind(client)];
    client.get = (path) => answered(() => get(path));
    client.post = (path, body, headers = {}) => {
      const key = headers['idempotency-key'] ?? randomUUID();
      return answered(() => post(path, body, { 'idempotency-key': key }));
    };
    const { status, body } = await this.customer.register({ checks: true });
    if (status !== 201) throw new Error(`${this.customer.person.name} could not register: ${body.error?.code}`);
    this.account = await this.customer.account();
  }

  async signIn(): Promise<BankPages> {
    const { customer } = this;
    if (!customer.card) throw new Error(`${customer.person.name} has no card`);
    const pages = new BankPages(new NodeBrowser(this.#origin));
    const { email: identifier, password } = customer.person;
    const typing = customer.secret() as Parameters<AuthCalls['login']>[0]['typing'];
    await pages.signIn({ identifier, password, typing, card: customer.card });
    return pages;
  }

  /** One session. Resolves when all that was recorded in it has been taken. */
  async visit({ by, windows, transferEvery, paceMs }: VisitPlan, payee: BusyCustomer): Promise<void> {
    const pages = await this.signIn();
    const visit: Visit = { id: await pages.sessionId(), pages, by, batches: 0 };
    this.visits.push(visit);
    const { browser } = pages;
    const page = new EvidencePage({
      window: this.#window,
      fetch: browser.fetch,
      WebSocket: by === 'socket' ? browser.WebSocket : null,
      socketUrl: `${this.#origin}/auth/continuous/socket`,
      onRenew: async () => (await pages.auth.session()).state === 'full',
      indexedDB: new IDBFactory(),
      locks: null,
      name: `visit-${visit.id}`,
    });
    await until('the page records', () => page.stream.recording);
    for (let number = 1; number <= windows; number += 1) {
      await page.type(this.customer.typist, number);
      if (number % transferEvery === 0) await this.#pay(pages, payee);
      await new Promise((resolve) => setTimeout(resolve, paceMs));
    }
    const { recorded, givenUp } = page.stream.counts;
    visit.batches = recorded;
    let taken = 0;
    const isTaken = async () => {
      taken = await pages.batchesTaken();
      return taken >= recorded;
    };
    await until(`all of ${recorded} batches are taken`, isTaken, { everyMs: 300, progress: () => taken });
    if (givenUp > 0) this.problems.push(`${givenUp} batches were given up`);
    this.problems.push(...page.problems);
    page.close();
  }

  async #pay(pages: BankPages, payee: BusyCustomer): Promise<void> {
    const amount = 100 + this.payments.length;
    const order = { from: this.account.id, to: payee.account.number, amount, reference: `payment ${amount}` };
    // The answer to a renewal may be lost like any other.
    await pages.look(() => pages.renew());
    const { needsCode } = await pages.look(() => pages.bank.checkTransfer(order));
    if (needsCode) this.problems.push('a small transfer asked for a code');
    let key = '';
    const receipt = await pages.press(
      () => order,
      (body, idempotencyKey) => {
        key = idempotencyKey;
        return pages.bank.transfer(body, { idempotencyKey });
      },
    );
    this.payments.push({ key, amount: receipt.amount });
  }
}
