import { newIdempotencyKey } from '@tacit-auth/capture/transport';
import { ApiError } from '../../src/web/api/api-error';
import { type AuthCalls, authCalls } from '../../src/web/api/auth';
import { type BankCalls, bankCalls } from '../../src/web/api/bank';
import { type Client, createClient } from '../../src/web/api/client';
import { type OperatorCalls, operatorCalls } from '../../src/web/api/operator';
import { createRetriable } from '../../src/web/api/retriable';
import { createSend } from '../../src/web/api/send';
import { createServerClock } from '../../src/web/api/server-clock';
import { type Card, codeOf } from './card';
import type { NodeBrowser } from './node-browser';

/** Presses of one button before a person gives it up. */
const PATIENT_PRESSES = 20;

/** The bank's own web client, as its pages use it, in a browser of cookies alone. */
export class BankPages {
  readonly browser: NodeBrowser;
  readonly client: Client;
  readonly auth: AuthCalls;
  readonly bank: BankCalls;
  readonly operator: OperatorCalls;
  /** Why a person saw that something went wrong, and pressed the button again. */
  readonly pressedAgain: string[] = [];

  constructor(browser: NodeBrowser) {
    this.browser = browser;
    this.client = createClient({
      send: createSend(browser.fetch, createServerClock(Date.now)),
      // This browser has one tab.
      exclusively: (work) => work(),
      onLocked: () => undefined,
      onSignedOut: () => undefined,
    });
    this.auth = authCalls(this.client);
    this.bank = bankCalls(this.client);
    this.operator = operatorCalls(this.client);
  }

  /**
   * Presses a button, and again where the page says that it is not known what came of it: the same body under the same key.
   *
   * @throws ApiError what the bank refuses
   */
  async press<Body, Answer>(
    makeBody: () => Body | Promise<Body>,
    send: (body: Body, idempotencyKey: string) => Promise<Answer>,
  ): Promise<Answer> {
    const button = createRetriable<Body, Answer>({ newKey: newIdempotencyKey, send });
    return this.look(() => button.submit('the same', makeBody));
  }

  /** Does what a page does when it is opened, and again where it could not be shown. */
  async look<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    for (let presses = 1; ; presses += 1) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof ApiError && error.isOpen) || presses === PATIENT_PRESSES) throw error;
        this.pressedAgain.push(error.code);
        await new Promise((resolve) => setTimeout(resolve, 500));
      }
    }
  }

  /** Renews the tokens, as the client does when they have run out. */
  renew(): Promise<unknown> {
    return this.client.post('/auth/refresh', {}, { idempotencyKey: newIdempotencyKey() });
  }

  /** The id of this browser's session, as the last part of what operators call it. */
  async sessionId(): Promise<string> {
    const { sessions } = await this.look(() => this.auth.security());
    const own = sessions.find(({ current }) => current);
    if (!own) throw new Error('there is no session');
    return own.id;
  }

  /** How many batches of this session have taken effect, as the server says when the stream is opened again. */
  async batchesTaken(): Promise<number> {
    const opening = await this.look(() => this.client.post<{ next: number }>('/auth/continuous/open', {}));
    return opening.next - 1;
  }

  /** Signs in, and answers the code of the card where it is asked for. */
  async signIn({
    identifier,
    password,
    typing,
    card,
  }: {
    identifier: string;
    password: string;
    typing: Parameters<AuthCalls['login']>[0]['typing'];
    card: Card;
  }): Promise<void> {
    const outcome = await this.press(
      async () => ({ challenge: (await this.auth.loginStart()).challenge, identifier, password, typing }),
      (body, idempotencyKey) => this.auth.login(body, { idempotencyKey }),
    );
    if (outcome.status === 'signed-in') return;
    if (outcome.next !== 'matrix-code') throw new Error(`${identifier} was asked for ${outcome.next}`);
    const { challenge, coordinates } = outcome;
    const done = await this.press(
      () => ({ challenge, code: codeOf(card, coordinates) }),
      (body, idempotencyKey) => this.auth.stepUp(body, { idempotencyKey }),
    );
    if (done.status !== 'signed-in') throw new Error(`${identifier} was not let in: ${done.status}`);
  }
}
