import { randomUUID } from 'node:crypto';
import { CHALLENGE_SENTENCES } from '@tacit-auth/server-verify';
import type { Page } from 'playwright';
import { expect, it } from 'vitest';
import { simulatedPerson } from '../proofs/simulated-person';
import { bankingAnswers } from './support/banking-calls';
import { openVisitor } from './support/browser';
import { HttpClient } from './support/http-client';
import { knownForDays } from './support/known-for-days';
import { typist } from './support/people';
import { sharedBank } from './support/shared-bank';
import type { Typist } from './support/typist';
import { WatchedCustomer } from './support/watched-customer';
import { WebCustomer } from './support/web-customer';

const SOAK = process.env.TACIT_SOAK === '1';
/** How long each of the two is at the page at most, in real time: three minutes together in the long form. */
const OWN_MS = SOAK ? 90_000 : 10_000;
const OTHER_MS = SOAK ? 90_000 : 300_000;
/** In the short form keys are what counts, and not how long a busy machine takes over them: at his pace they are a minute's. */
const OTHER_KEYS = SOAK ? Number.POSITIVE_INFINITY : 500;
/** In the short form the customer has typed so many windows of fifty keys before that, sent by HTTP: a session is compared with its own beginning once that has 200 keys. */
const BEFORE = SOAK ? 0 : 5;

const OWNER = typist('steady', 71);
const STRANGER = typist('fast', 72);

let known: Awaited<ReturnType<typeof knownForDays>>;
const shared = sharedBank({
  policy: { continuous: { keysPerSecond: 100 } },
  // The thresholds are those of the product, and so is the template of four days.
  async prepare(dataFolder) {
    known = await knownForDays(dataFolder, OWNER, { name: 'Tessa Takenover', email: 'tessa@example.test' });
  },
});

/** Works at the transactions: writes into the note of one, and moves the pointer, in his own way. Ends when asked to. */
class Worker {
  keys = 0;
  #sentence: number;
  #place = { x: 640, y: 300 };

  constructor(
    readonly page: Page,
    readonly typist: Typist,
    readonly hand: ReturnType<typeof simulatedPerson>,
    first: number,
  ) {
    this.#sentence = first;
  }

  async work(ms: number, isOver: () => Promise<boolean>, mostKeys = Number.POSITIVE_INFINITY): Promise<void> {
    const end = performance.now() + ms;
    while (performance.now() < end && this.keys < mostKeys && !(await isOver())) {
      await this.#write();
      await this.#point();
    }
  }

  async #write(): Promise<void> {
    const { page } = this;
    const opener = page.getByRole('button', { name: /^(Add a|Edit the) note/ }).first();
    const note = page.getByLabel('Note', { exact: true }).first();
    if (!(await note.isVisible())) {
      await opener.click({ timeout: 5_000 }).catch(ifCovered);
      if (!(await note.isVisible())) return;
    }
    await note.focus();
    if ((await note.inputValue()).length > 300) {
      await page.getByRole('button', { name: 'Cancel' }).click({ timeout: 5_000 }).catch(ifCovered);
      return;
    }
    const text = `${CHALLENGE_SENTENCES[this.#sentence++ % CHALLENGE_SENTENCES.length] ?? ''} `;
    await this.typist.type(page, text);
    this.keys += text.length;
  }

  async #point(): Promise<void> {
    const deeds = this.hand.point(this.#place, 1, 0).filter(({ kind }) => kind === 0);
    const began = performance.now();
    for (const { at, x, y } of deeds) {
      const left = began + at - performance.now();
      if (left > 0) await new Promise((resolve) => setTimeout(resolve, left));
      await this.page.mouse.move(x, y);
      this.#place = { x, y };
    }
  }
}

/** A page that locks in this very moment covers what was to be clicked: whoever works there sees it next. */
function ifCovered(error: Error): void {
  if (error.name !== 'TimeoutError') throw error;
}

it('leaves the customer in peace who types and points in a real browser, and asks or locks out the other one who goes on in his place', async () => {
  const owner = new WatchedCustomer(shared.bank.origin, known.person, OWNER);
  owner.card = known.card;
  await owner.signIn();
  for (let window = 0; window < BEFORE; window += 1) await owner.type();
  const { context, page, problems } = await openVisitor(shared.browser, shared.bank.origin);
  await owner.sitDown(context);
  const frames: string[] = [];
  page.on('websocket', (socket) => socket.on('framesent', ({ payload }) => frames.push(String(payload))));
  await page.goto('/transactions');
  const web = new WebCustomer(page, { person: owner.person, typist: owner.typist });
  await web.sees('Transactions');

  const doubted = page.getByText('Please show that it is you', { exact: true });
  const locked = page.getByRole('dialog');
  const isAsked = () => doubted.isVisible();
  const isLocked = () => locked.isVisible();
  const isEither = async () => (await isAsked()) || (await isLocked());

  const account = { id: (await owner.account()).id, payee: shared.payee };
  const answerTo = async (call: string): Promise<string | undefined> =>
    (await bankingAnswers(new HttpClient(shared.bank.origin, await web.cookies()), account))[call];
  const own = new Worker(page, owner.typist, simulatedPerson(71), 0);
  await own.work(OWN_MS, isEither);
  expect([await isAsked(), await isLocked()]).toEqual([false, false]);
  await page.getByRole('button', { name: /^Checks on/ }).waitFor();
  // What is refused below is not refused to everybody.
  expect(await answerTo('transfer')).toBe('201 OK');

  const other = new Worker(page, STRANGER, simulatedPerson(72), 200);
  const began = performance.now();
  await other.work(OTHER_MS, isEither, OTHER_KEYS);
  const asked = `asked for the card after ${other.keys} keys and ${Math.round((performance.now() - began) / 1_000)} s`;
  expect(await isEither()).toBe(true);
  if (await isAsked()) expect(await answerTo('check')).toBe('200 OK');
  expect(['403 ERR_CONFIRMATION_NEEDED', '423 ERR_SESSION_LOCKED']).toContain(await transferAgain());
  if (SOAK) {
    await other.work(OTHER_MS - (performance.now() - began), isLocked);
    const seconds = Math.round((performance.now() - began) / 1_000);
    process.stdout.write(`${(await isLocked()) ? 'locked out' : 'not locked out'} after ${other.keys} keys and ${seconds} s\n`);
  }
  process.stdout.write(`in real time the customer typed ${own.keys} keys in peace; the other one was ${asked}\n`);

  // Real events came through a real socket, of the keys and of the pointer.
  const batches = frames.map((frame) => JSON.parse(frame) as { typing: unknown[]; pointer: unknown[] });
  expect(batches.flatMap(({ typing }) => typing).length).toBeGreaterThan(2);
  expect(batches.flatMap(({ pointer }) => pointer).length).toBeGreaterThan(2);
  expect(problems).toEqual([]);
  await context.close();

  async function transferAgain(): Promise<string> {
    const client = new HttpClient(shared.bank.origin, await web.cookies());
    const order = { from: account.id, to: shared.payee, amount: 1, reference: 'thank you' };
    const { status, body } = await client.post('/api/transfers', order, { 'idempotency-key': randomUUID() });
    return `${status} ${body.error?.code}`;
  }
});
