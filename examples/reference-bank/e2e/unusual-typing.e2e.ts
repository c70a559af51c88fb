import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, it } from 'vitest';
import { Bank } from './support/bank';
import { openBrowser, openVisitor } from './support/browser';
import type { WireSample } from './support/http-client';
import { type KeyAction, perform } from './support/keyboard';
import { PATIENCE_MS } from './support/patience';
import { person, typist } from './support/people';
import { lastPosted, postedBodies } from './support/probes';
import { RemoteCustomer } from './support/remote-customer';
import { WebCustomer } from './support/web-customer';

const MISMATCH = 'A sign-in that did not look like you';
const NOT_COMPLETED = 'A sign-in was not completed';
const PROGRAM = 'A program used your password';

let browser: Browser;
let bank: Bank;
/** A bank of the leaver's own: on a busy machine the others take longer than this over a step-up. */
let hasty: Bank;
const STEP_UP_MS = 10_000;
/** Has typed a password and gone away, at the begin of the tests. */
let leaver: RemoteCustomer;
let leftAt: number;
beforeAll(async () => {
  const policy = {
    typing: { readyAt: 6, codeEveryNth: 1_000_000 },
    throttle: { failures: 100, cap: 1_000 },
  };
  [browser, bank] = await Promise.all([openBrowser(), Bank.start({ policy })]);
  hasty = await Bank.start({ policy: { ...policy, session: { stepUpMs: STEP_UP_MS } } });
  leaver = await ready('Lena Leaver', 1, hasty);
  const { context, page } = await openVisitor(browser, hasty.origin);
  const customer = new WebCustomer(page, leaver);
  await paste(customer);
  // Before the bank hears of it: from then on no less than the time of a step-up may pass.
  leftAt = Date.now();
  await customer.submitSignIn();
  await context.close();
});
afterAll(async () => {
  await browser?.close();
  await bank?.stop();
  await hasty?.stop();
});

async function ready(name: string, seed: number, { origin } = bank): Promise<RemoteCustomer> {
  const customer = new RemoteCustomer(origin, person(name), typist('brisk', 10 + seed));
  await customer.becomeReady();
  return customer;
}

async function paste(customer: WebCustomer): Promise<void> {
  const { page, person } = customer;
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await customer.openSignIn();
  await page.evaluate((password) => navigator.clipboard.writeText(password), person.password);
  await page.keyboard.press('Control+V');
  await page.waitForFunction((pasted) => document.querySelector<HTMLInputElement>('#password')?.value === pasted, person.password);
}

const subjects = async (owner: RemoteCustomer) => (await owner.mails()).map(({ subject }) => subject);

it.concurrent('asks for the card and alerts nobody when the owner pastes or corrects, unless the step-up is left', async ({ expect }) => {
  const owner = await ready('Pia Paste', 2);
  const before = await subjects(owner);
  const { context, page, problems } = await openVisitor(browser, bank.origin);
  const posted = postedBodies(context);
  const flags = () => lastPosted<{ typing: { flags: unknown } }>(posted, '/auth/login').typing.flags;
  const customer = new WebCustomer(page, owner);

  await paste(customer);
  expect(await customer.submitSignIn()).toBe('step-up');
  expect(flags()).toEqual({ pasted: true });
  await customer.answerCard();
  await customer.sees('Your accounts');
  await customer.signOut();

  await customer.openSignIn();
  await customer.typist.typeWithCorrection(page, customer.person.password, 4);
  expect(await customer.submitSignIn()).toBe('step-up');
  expect(flags()).toEqual({ corrected: true });
  expect(await subjects(owner)).toEqual(before);

  await page.getByRole('button', { name: 'Cancel and sign out' }).click();
  await page.waitForURL(/\/sign-in$/);
  // The one mail that comes is about the sign-in that was left; nothing was said before it.
  await expect.poll(() => subjects(owner), { timeout: PATIENCE_MS }).toEqual([NOT_COMPLETED, ...before]);
  expect(await customer.enterPassword()).toBe('accounts');
  expect(problems).toEqual([]);
  await context.close();
});

it.concurrent('takes a held key for one press, and an emptied field for a new begin', async ({ expect }) => {
  const owner = await ready('Hedda Hold', 3);
  const { context, page, problems } = await openVisitor(browser, bank.origin);
  const posted = postedBodies(context);
  const sample = () => lastPosted<{ typing: WireSample }>(posted, '/auth/login').typing;
  const customer = new WebCustomer(page, owner);
  const { password } = owner.person;

  await customer.openSignIn();
  await owner.typist.holdKey(page, 'm', 6);
  expect(await customer.passwordField.inputValue()).toBe('mmmmmmm');
  await owner.typist.holdKey(page, 'Backspace', 9);
  expect(await customer.passwordField.inputValue()).toBe('');
  await owner.typist.type(page, password);
  expect(await customer.submitSignIn()).toBe('accounts');
  expect(sample().flags).toEqual({});
  expect(sample().keys).toHaveLength(password.length);
  await customer.signOut();

  // Held so long that letters had to be taken back: one press of more than half a second, and a correction.
  await customer.openSignIn();
  await owner.typist.holdKey(page, password.slice(0, 1), 2);
  for (const _ of [1, 2]) await page.keyboard.press('Backspace');
  await owner.typist.type(page, password.slice(1));
  expect(await customer.submitSignIn()).toBe('step-up');
  expect(sample().flags).toEqual({ corrected: true });
  expect(sample().keys).toHaveLength(password.length);
  expect(sample().keys[0]?.[2]).toBeGreaterThan(5_000);
  await customer.answerCard();
  await customer.sees('Your accounts');
  expect(await subjects(owner)).not.toContain(MISMATCH);
  expect(problems).toEqual([]);
  await context.close();
});

/** What a script in the page can do: events of its own, in a constant rhythm. */
async function script(page: Page, password: string): Promise<void> {
  await page.evaluate(async (text) => {
    const field = document.querySelector<HTMLInputElement>('#password');
    const write = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set;
    if (!field || !write) throw new Error('there is no password field');
    const pause = () => new Promise((resolve) => setTimeout(resolve, 30));
    for (const key of text) {
      const code = /[a-z]/i.test(key) ? `Key${key.toUpperCase()}` : key === ' ' ? 'Space' : `Digit${key}`;
      field.dispatchEvent(new KeyboardEvent('keydown', { key, code, bubbles: true }));
      write.call(field, field.value + key);
      field.dispatchEvent(new InputEvent('input', { data: key, inputType: 'insertText', bubbles: true }));
      await pause();
      field.dispatchEvent(new KeyboardEvent('keyup', { key, code, bubbles: true }));
      await pause();
    }
    field.form?.requestSubmit();
  }, password);
}

/** What a robot at the keyboard can do: trusted events, in a constant rhythm. */
async function robot(page: Page, password: string): Promise<void> {
  const actions = Array.from(password).flatMap((key, index): KeyAction[] => [
    { at: index * 70, kind: 'down', key },
    { at: index * 70 + 40, kind: 'up', key },
  ]);
  await perform(page, actions);
  await page.keyboard.press('Enter');
}

it.concurrent('refuses a program with a message of its own, whether or not it knows the password', async ({ expect }) => {
  const owner = await ready('Rita Robot', 4);
  const before = await subjects(owner);
  const { context, page, problems } = await openVisitor(browser, bank.origin);
  const customer = new WebCustomer(page, owner);
  const refusals: Array<{ status: number; body: unknown }> = [];
  for (const [type, password] of [
    [script, 'some other password 1'],
    [script, owner.person.password],
    [robot, owner.person.password],
  ] as const) {
    await customer.openSignIn();
    const answered = page.waitForResponse(/\/auth\/login$/);
    await type(page, password);
    const answer = await answered;
    refusals.push({ status: answer.status(), body: await answer.json() });
    await page
      .getByRole('alert')
      .getByText('We could not accept this sign-in. Please type your password yourself and try again.')
      .waitFor();
    await expect.poll(() => customer.passwordField.inputValue(), { timeout: PATIENCE_MS }).toBe('');
  }
  expect(refusals[0]).toMatchObject({ status: 422, body: { error: { code: 'ERR_TYPING_AUTOMATED' } } });
  expect([refusals[1], refusals[2]]).toEqual([refusals[0], refusals[0]]);
  // The owner hears of those that knew the password.
  await expect.poll(() => subjects(owner), { timeout: PATIENCE_MS }).toEqual([PROGRAM, PROGRAM, ...before]);
  expect(await customer.enterPassword()).toBe('accounts');
  expect(problems).toEqual([]);
  await context.close();
});

it.concurrent('alerts the owner of a step-up that somebody walked away from', async ({ expect }) => {
  await expect.poll(() => subjects(leaver), { timeout: STEP_UP_MS + PATIENCE_MS, interval: 250 }).toContain(NOT_COMPLETED);
  const mails = await leaver.mails();
  expect((mails.find(({ subject }) => subject === NOT_COMPLETED)?.at ?? 0) - leftAt).toBeGreaterThanOrEqual(STEP_UP_MS);
  expect(mails.map(({ subject }) => subject)).not.toContain(MISMATCH);
});
