import type { Browser } from 'playwright';
import { afterAll, beforeAll, it } from 'vitest';
import { Bank } from './support/bank';
import { openBrowser, openVisitor } from './support/browser';
import { HttpClient } from './support/http-client';
import { inspectClosely } from './support/inspect';
import { PATIENCE_MS } from './support/patience';
import { typist } from './support/people';
import { tabTo } from './support/tab-keys';
import { undelivered } from './support/undelivered';
import { WebCustomer } from './support/web-customer';
import { WebhookReceiver } from './support/webhook-receiver';

const EMAIL = 'lotte.lost@example.test';

let browser: Browser;
let bank: Bank;
let receiver: WebhookReceiver;
beforeAll(async () => {
  receiver = await WebhookReceiver.listen();
  const { url, secret } = receiver;
  [browser, bank] = await Promise.all([
    openBrowser(),
    Bank.start({
      env: { BANK_ALERT_WEBHOOK: url, BANK_ALERT_SECRET: secret },
      prepare: (dataFolder) => undelivered(dataFolder, { email: EMAIL, secret }),
    }),
  ]);
});
afterAll(async () => {
  await browser?.close();
  await bank?.stop();
  await receiver?.close();
});

it('shows operators what could not be delivered, and sends it again until somebody takes it', async ({ expect }) => {
  const { page, context, problems } = await openVisitor(browser, bank.origin);
  const operator = new WebCustomer(page, {
    person: { name: 'Olive Operator', email: 'operator@fernhill.example', password: 'patient harbour signal 58' },
    typist: typist('brisk', 90),
    card: bank.seededCards().operator,
  });
  await operator.signIn();
  await operator.sees('Live sessions');
  await operator.goInConsole('Messages');
  const mail = page.getByRole('region', { name: 'Failed mail' });
  const webhooks = page.getByRole('region', { name: 'Failed webhooks' });
  const failed = { mail: mail.getByRole('listitem'), webhook: webhooks.getByRole('listitem') };
  // The sign-in that he broke off when he missed his card is told of as well.
  for (const kind of ['Card reported', 'Step up abandoned'])
    await failed.mail.filter({ hasText: kind }).getByText('5 attempts. The mail server did not take it.').waitFor();
  await failed.webhook.filter({ hasText: 'Webhook' }).getByText('5 attempts. The receiver could not be reached.').first().waitFor();
  expect([await failed.mail.count(), await failed.webhook.count()]).toEqual([2, 2]);
  // Neither address nor text is for operators.
  expect(await page.getByRole('main').textContent()).not.toMatch(/lotte|@example|matrix card/i);
  expect(await inspectClosely(page, 'console-messages-failed')).toEqual([]);

  // The receiver is there again, and has a problem of its own: the bank goes on trying by itself.
  receiver.status = 500;
  await tabTo(page, /^Retry \(Failed webhooks: Webhook/);
  await page.keyboard.press('Enter');
  await webhooks.getByRole('status').getByText('It is on its way again.').waitFor();
  await expect.poll(() => failed.webhook.count(), { timeout: PATIENCE_MS }).toBe(1);
  await expect.poll(() => receiver.received.length, { timeout: PATIENCE_MS }).toBe(1);
  receiver.status = 200;
  await failed.webhook.getByRole('button', { name: /^Retry/ }).click();
  await webhooks.getByText('No alert waits for you.').waitFor();

  const lotte = new HttpClient(bank.origin);
  const suspended = async () => {
    const { mails } = (await lotte.get(`/api/mailbox?email=${EMAIL}`)).body as unknown as { mails: Array<{ subject: string }> };
    return mails.filter(({ subject }) => subject === 'Your matrix card was suspended').length;
  };
  expect(await suspended()).toBe(0);
  await failed.mail
    .filter({ hasText: 'Card reported' })
    .getByRole('button', { name: /^Retry/ })
    .click();
  await mail.getByRole('status').getByText('It is on its way again.').waitFor();
  await expect.poll(suspended, { timeout: PATIENCE_MS }).toBe(1);
  // The other one waits as long as the operator likes.
  await expect.poll(() => failed.mail.allTextContents(), { timeout: PATIENCE_MS }).toEqual([expect.stringContaining('Step up abandoned')]);

  const taken = () => receiver.received.filter(({ status }) => status === 200);
  await expect.poll(() => taken().length, { timeout: PATIENCE_MS }).toBe(2);
  expect(
    taken()
      .map(({ body }) => body.data.code)
      .sort(),
  ).toEqual(['card-lost', 'step-up-abandoned']);
  expect(receiver.received.map(({ isSigned, body }) => [isSigned, body.type])).toEqual(Array(3).fill([true, 'alert.raised']));
  // What was refused came once more, under the same id, and as it was.
  const [refused] = receiver.received;
  expect(receiver.received.filter(({ id }) => id === refused?.id).map(({ status, body }) => [status, body])).toEqual([
    [500, refused?.body],
    [200, refused?.body],
  ]);
  expect(await suspended()).toBe(1);

  await page.reload();
  await failed.mail.filter({ hasText: 'Step up abandoned' }).waitFor();
  await webhooks.getByText('No alert waits for you.').waitFor();
  await operator.goInConsole('Alerts');
  await page.getByRole('listitem').filter({ hasText: 'Card reported lost' }).waitFor();
  await operator.goInConsole('Audit log');
  for (const deed of ['Webhook sent again', 'Mail sent again']) {
    await page.getByRole('listitem').filter({ hasText: deed }).first().waitFor();
  }
  expect(problems).toEqual([]);
  await context.close();
});
