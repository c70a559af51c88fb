import type { BankPages } from './bank-pages';
import type { BusyCustomer } from './busy-customer';
import { forgedWindow } from './forged-evidence';

interface Reply {
  status: number;
  body: Record<string, unknown>;
}

/** A session whose requests go to the one server or the other, as they are told. */
export class DirectSession {
  /** Of the session, as the last part of what operators call it. */
  id = '';
  stream = '';
  readonly #pages: BankPages;
  readonly #customer: BusyCustomer;
  #last = 0;

  constructor(pages: BankPages, customer: BusyCustomer) {
    this.#pages = pages;
    this.#customer = customer;
  }

  /** Opens its stream of evidence. */
  async open(address: string): Promise<void> {
    this.id = await this.#pages.sessionId();
    const { status, body } = await this.post(address, '/auth/continuous/open', {});
    if (status !== 200) throw new Error(`the stream was refused: ${JSON.stringify(body)}`);
    this.stream = String(body.stream);
  }

  async get(address: string, path: string): Promise<Reply> {
    return replyOf(await this.#pages.browser.at(address).fetch(path));
  }

  async post(address: string, path: string, body: unknown): Promise<Reply> {
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    return replyOf(await this.#pages.browser.at(address).fetch(path, init));
  }

  /** A batch with a window of fifty keys, another one for each number. Nothing was given up before it. */
  batch(seq: number): object {
    const typing = [forgedWindow(this.#customer.customer.typist, seq * 103)];
    return { version: 1, stream: this.stream, seq, floor: 0, typing, pointer: [] };
  }

  send(address: string, batch: object): Promise<Reply> {
    return this.post(address, '/auth/continuous/batch', batch);
  }

  /** Types the next window, and brings it to a server. */
  async work(address: string): Promise<void> {
    this.#last += 1;
    const { status, body } = await this.send(address, this.batch(this.#last));
    if (status !== 200) throw new Error(`a batch was refused: ${JSON.stringify(body)}`);
  }
}

async function replyOf(response: Response): Promise<Reply> {
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}
