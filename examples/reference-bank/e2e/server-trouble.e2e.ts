import type { Page } from 'playwright';
import { it } from 'vitest';
import { openVisitor } from './support/browser';
import { HttpClient } from './support/http-client';
import { inspectClosely } from './support/inspect';
import { person, typist } from './support/people';
import { RemoteCustomer } from './support/remote-customer';
import { sharedBank } from './support/shared-bank';
import { WebCustomer } from './support/web-customer';

const shared = sharedBank({ policy: { throttle: { failures: 100, cap: 1_000 } } });

/** While it is done, a gateway answers a path with a page of its own, as it does when there is no server behind it. */
async function withoutServer(page: Page, path: string, act: () => Promise<void>): Promise<void> {
  const gateway = (url: URL) => url.pathname === path;
  await page.route(gateway, (route) => route.fulfill({ status: 502, contentType: 'text/html', body: '<h1>502 Bad Gateway</h1>' }));
  await act();
  await page.getByText('The bank has a problem at the moment. Please try again in a minute.').first().waitFor();
  await page.unroute(gateway);
}

it('says at every step what happened, keeps what was entered, and tries again on demand', async ({ expect }) => {
  const owner = new RemoteCustomer(shared.bank.origin, person('Greta Gateway'), typist('brisk', 71));
  expect((await owner.register()).status).toBe(201);
  const { context, page } = await openVisitor(shared.browser, shared.bank.origin);
  const customer = new WebCustomer(page, owner);
  const wrong: string[] = [];
  const look = async (name: string) => wrong.push(...(await inspectClosely(page, `trouble-${name}`)));
  const press = (name: string) => () => page.getByRole('button', { name, exact: true }).last().click();
  /** What is sent to a path when it is done once more. */
  const sent = async (path: string, act: () => Promise<void>) => {
    const request = page.waitForRequest((one) => new URL(one.url()).pathname === path);
    await act();
    return (await request).postDataJSON();
  };

  await customer.openSignIn();
  await customer.typist.type(page, owner.person.password);
  await withoutServer(page, '/auth/login/start', press('Sign in'));
  expect(await customer.passwordField.inputValue()).toBe(owner.person.password);
  await withoutServer(page, '/auth/login', press('Sign in'));
  // How it was typed is sent with it, though the first press failed.
  expect((await sent('/auth/login', press('Sign in'))).typing.keys).toHaveLength(owner.person.password.length);

  await customer.enterCode();
  await withoutServer(page, '/auth/step-up', press('Confirm'));
  await withoutServer(page, '/auth/step-up/start', async () => void (await page.reload()));
  await look('step-up');
  await press('Try again')();
  await customer.answerCard();
  await customer.sees('Your accounts');

  await withoutServer(page, '/auth/session', async () => void (await page.reload()));
  await look('session');
  await press('Try again')();
  await customer.sees('Your accounts');

  await customer.go('Transfer');
  await page.getByLabel('Payee account number').fill(shared.payee);
  await page.getByLabel('Amount in euro').fill('12');
  await withoutServer(page, '/api/transfers/check', press('Continue'));
  await press('Continue')();
  await customer.sees('Check your transfer');
  const { balance } = await owner.account();
  await withoutServer(page, '/api/transfers', press('Pay €12.00'));
  await press('Pay €12.00')();
  await customer.sees('Transfer made');
  expect((await owner.account()).balance).toBe(balance - 1_200);

  expect((await new HttpClient(shared.bank.origin, await customer.cookies()).post('/auth/lock', {})).body.state).toBe('locked');
  await page.reload();
  await customer.passwordField.focus();
  await customer.typist.type(page, owner.person.password);
  await withoutServer(page, '/auth/reauthenticate/start', press('Unlock'));
  expect(await customer.passwordField.inputValue()).toBe(owner.person.password);
  await look('lock');
  expect((await sent('/auth/reauthenticate', press('Unlock'))).typing.keys).toHaveLength(owner.person.password.length);
  await customer.coordinates();
  await customer.answerCard();
  await customer.sees('Make a transfer');

  // A deed behind the card: neither the question nor what was confirmed is lost.
  await customer.go('Security');
  const dispute = () =>
    page
      .getByRole('button', { name: /^This was not me/ })
      .first()
      .click();
  await withoutServer(page, '/auth/step-up/start', dispute);
  await press('Try again')();
  await customer.enterCode();
  await withoutServer(page, '/auth/sign-ins/dispute', press('It was not me'));
  await dispute();
  await page.getByText('Thank you for telling us').waitFor();
  expect(wrong).toEqual([]);
  await context.close();
});
