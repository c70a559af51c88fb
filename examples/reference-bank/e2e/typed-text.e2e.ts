import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, type ExpectStatic, it } from 'vitest';
import { Bank } from './support/bank';
import { openBrowser, openVisitor } from './support/browser';
import { inspectClosely } from './support/inspect';
import { PATIENCE_MS } from './support/patience';
import { person, stranger, typist } from './support/people';
import { failing } from './support/probes';
import { tabTo } from './support/tab-keys';
import { Typist } from './support/typist';
import { WATCHED_POLICY, WatchedCustomer } from './support/watched-customer';
import { WebCustomer } from './support/web-customer';

/** Texts that are typed in some seconds, and more of them than there are in an hour of a bank. */
const POLICY = { ...WATCHED_POLICY, text: { characters: 60, youngCharacters: 60, targetFmr: 0.1, perHour: 4 } };
/** How often an honest hand may be missed before that is called a failure. */
const MOST_VISITS = 4;

let browser: Browser;
let bank: Bank;
beforeAll(async () => {
  [browser, bank] = await Promise.all([openBrowser(), Bank.start({ policy: POLICY })]);
});
afterAll(async () => {
  await browser?.close();
  await bank?.stop();
});

const question = (page: Page) => page.getByText('Please show that it is you', { exact: true });
const thanks = (page: Page) => page.getByRole('status').getByText('Thank you. Everything works as before.');
const dialog = (page: Page) => page.getByRole('dialog', { name: 'Type this text' });
const card = (page: Page) => page.getByRole('dialog', { name: 'Confirm with your card' });
const field = (page: Page) => dialog(page).getByRole('textbox', { name: 'Your typing' });

/** The text as it is read out. */
async function textOf(page: Page): Promise<string> {
  return (
    (await dialog(page)
      .getByText(/^Text to copy: /)
      .textContent()) ?? ''
  ).replace('Text to copy: ', '');
}

/** Waits until another text is asked for, and why. */
async function anotherText(page: Page, before: string, why: RegExp): Promise<string> {
  await dialog(page).getByRole('alert').getByText(why).waitFor();
  const text = await textOf(page);
  if (text === before) throw new Error('the same text was asked for again');
  return text;
}

/** The figures of the live meter, as they stand. */
async function meterOf(page: Page): Promise<{ wpm: number; accuracy: number; seconds: number }> {
  const figures = await dialog(page).getByRole('definition').allTextContents();
  const [wpm = Number.NaN, accuracy = Number.NaN, seconds = Number.NaN] = figures.map((text) => Number.parseFloat(text));
  return { wpm, accuracy, seconds };
}

/** The customer's own session in a browser, after somebody else has typed in it for so long that he is asked. */
async function doubtedVisit(expect: ExpectStatic, remote: WatchedCustomer) {
  const { context, page, problems } = await openVisitor(browser, bank.origin);
  await remote.sitDown(context);
  await page.goto('/accounts');
  await page.getByRole('heading', { level: 1, name: 'Your accounts' }).waitFor();
  await remote.typeUntil('confirm', stranger());
  await question(page).waitFor();
  return {
    page,
    customer: new WebCustomer(page, remote),
    /** @param isBroken whether a request was made to fail, which a browser tells */
    async leave({ isBroken = false } = {}) {
      expect(problems.filter((problem) => !(isBroken && problem.includes('net::ERR_FAILED')))).toEqual([]);
      await context.close();
    },
  };
}

async function known(name: string, seed: number): Promise<WatchedCustomer> {
  const remote = new WatchedCustomer(bank.origin, person(name), typist('brisk', seed));
  await remote.becomeKnown();
  return remote;
}

it.concurrent('takes the text in the customer’s own hand for an answer, by keyboard alone, also after a reload in the middle', async ({
  expect,
}) => {
  const remote = await known('Tara Typed', 3);
  for (let visit = 1; ; visit += 1) {
    const { page, leave } = await doubtedVisit(expect, remote);
    await tabTo(page, 'Type a short text');
    await page.keyboard.press('Enter');
    await dialog(page).waitFor();
    const asked = await textOf(page);
    await field(page).and(page.locator(':focus')).waitFor();
    if (visit === 1) {
      expect(await meterOf(page)).toEqual({ wpm: 0, accuracy: 100, seconds: 0 });
      await remote.typist.type(page, asked.slice(0, 20));
      const half = await meterOf(page);
      expect(half.accuracy).toBe(100);
      expect(Math.min(half.wpm, half.seconds)).toBeGreaterThan(0);
      await remote.typist.type(page, 'zq');
      expect((await meterOf(page)).accuracy).toBeLessThan(100);
      await page.reload();
      await question(page).waitFor();
      await tabTo(page, 'Type a short text');
      await page.keyboard.press('Enter');
      await dialog(page).waitFor();
      expect(await textOf(page)).toBe(asked);
    }
    // A text that says too little leads to another one, and one in which he is not recognised to his card.
    for (let text = asked; ; text = await textOf(page)) {
      await remote.typist.type(page, text);
      await page.keyboard.press('Enter');
      const shown = thanks(page).or(card(page)).or(dialog(page).getByRole('alert')).first();
      await shown.waitFor();
      if ((await thanks(page).isVisible()) || (await card(page).isVisible())) break;
    }
    if (await thanks(page).isVisible()) {
      await question(page).waitFor({ state: 'detached' });
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      // Everything works as before, on the server as well.
      expect((await remote.client.get('/auth/security')).status).toBe(200);
      const mine = await remote.account();
      const self = { from: mine.id, to: mine.number, amount: 1, reference: '' };
      const refused = await remote.client.post('/api/transfers/check', self);
      expect(refused.body.error?.code).toBe('ERR_PAYEE_UNKNOWN');
      expect(['on', 'checking']).toContain((await remote.open()).state);
      await leave();
      return;
    }
    expect(visit).toBeLessThan(MOST_VISITS);
    await leave();
    // Another sign-in gets other texts.
    await remote.client.post('/auth/logout', {});
    await remote.signIn();
  }
});

it.concurrent('says why another text is asked for, judges once what it sends twice, and falls to the card in the end', async ({
  expect,
}) => {
  const remote = await known('Wendy Wrong', 4);
  const { page, customer, leave } = await doubtedVisit(expect, remote);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.getByRole('button', { name: 'Type a short text' }).click();
  await dialog(page).waitFor();
  const hasty = typist('brisk', 5);

  await page.keyboard.press('Enter');
  await dialog(page).getByRole('alert').getByText('Type the text into this field.').waitFor();
  const first = await textOf(page);
  await hasty.type(page, 'something that nobody asked for at all');
  await page.keyboard.press('Enter');
  const second = await anotherText(page, first, /not the text that was shown/);
  await expect.poll(() => field(page).inputValue(), { timeout: PATIENCE_MS }).toBe('');
  // The letters that show what is right are not read out one by one; the text is, and the field says what is to be done, and what was wrong.
  expect(await dialog(page).locator('.target').getAttribute('aria-hidden')).toBe('true');
  const described = await field(page).evaluate((element) =>
    (element.getAttribute('aria-describedby') ?? '').split(' ').map((id) => document.getElementById(id)?.textContent),
  );
  expect(described.join(' ')).toMatch(/not the text that was shown.*Press Enter when you have finished/);
  expect(await inspectClosely(page, 'typed-text-again')).toEqual([]);

  await page.evaluate((text) => navigator.clipboard.writeText(text), second);
  await field(page).focus();
  await page.keyboard.press('ControlOrMeta+V');
  await expect.poll(() => field(page).inputValue(), { timeout: PATIENCE_MS }).toBe(second);
  await page.keyboard.press('Enter');
  const third = await anotherText(page, second, /was pasted/);

  // Its end first, and then its beginning before it: it is the text, and the keys do not write it.
  const middle = Math.floor(third.length / 2);
  await hasty.type(page, third.slice(middle));
  await page.keyboard.press('Control+Home');
  await hasty.type(page, third.slice(0, middle));
  expect(await field(page).inputValue()).toBe(third);
  await page.keyboard.press('Enter');
  const fourth = await anotherText(page, third, /Not all keys were seen/);

  // Another hand, by a network that loses the answer: what was typed stays, is sent once more as it was, and judged once.
  const submits = new Set<string>();
  page.on('request', (request) => {
    if (request.url().endsWith('/auth/text/submit')) submits.add(`${request.headers()['idempotency-key']} ${request.postData()}`);
  });
  const restore = await failing(page, '/auth/text/submit', 'answer-lost');
  await new Typist({ seed: 977, hold: 190, pressPress: 120, scatter: 0.3 }).type(page, fourth);
  await page.keyboard.press('Enter');
  await dialog(page).getByRole('alert').getByText('We could not reach the bank.').waitFor();
  expect(await field(page).inputValue()).toBe(fourth);
  await restore();
  await page.keyboard.press('Enter');
  await card(page).getByText('The text did not settle it. A code from your card does.').waitFor();
  expect(submits.size).toBe(1);

  // It can be left, and nothing is settled by that: no other text is offered, and the card is what helps.
  await page.keyboard.press('Escape');
  await card(page).waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Type a short text' }).click();
  await card(page).getByText('A text can not help now.').waitFor();
  await customer.answerCard();
  await thanks(page).waitFor();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  expect(['on', 'checking']).toContain((await remote.open()).state);
  await leave({ isBroken: true });
});
