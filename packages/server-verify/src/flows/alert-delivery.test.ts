import { expect, it } from 'vitest';
import type { AlertMessage, AlertSink } from '../alert-sinks';
import { OPERATORS, readAudit } from '../audit-log';
import { TacitServerError } from '../errors';
import { type Bank, login, openBank, registerCustomer, stepUp } from '../testing-flows';
import { verifierContext } from '../verifier-internals';
import type { SessionGrant } from './types';

async function operatorOf(bank: Bank): Promise<SessionGrant> {
  const oda = { identifier: 'oda', email: 'oda@bank.test', password: 'granite-lantern-41' };
  const { card } = await bank.flows.operators.createOperator({ ...oda, name: 'Oda' });
  const person = { ...oda, card, browser: bank.browser(), typist: undefined as never };
  await stepUp(person, await login(person, { typing: null }));
  const grant = await bank.http.requireSession(person.browser.request('/x'));
  if (grant instanceof Response) {
    throw new Error('no session');
  }
  return grant;
}

it('tells what happened to a customer, and leaves to operators what a sink did not take', async () => {
  const taken: AlertMessage[] = [];
  let broken = true;
  const sink: AlertSink = {
    name: 'desk',
    async deliver(alert) {
      if (broken) {
        throw new TacitServerError('ERR_ALERT_REFUSED');
      }
      taken.push(alert);
    },
  };
  const bank = await openBank({ alertSinks: [sink] });
  const ada = await registerCustomer(bank);
  const adas = { session: (await bank.http.requireSession(ada.browser.request('/x'))) as SessionGrant };
  await ada.browser.post('/card/lost');
  for (const wait of [0, 10_000, 60_000, 300_000, 1_800_000]) {
    bank.advance(wait);
    await bank.verifier.runJobs();
  }
  expect(taken).toEqual([]);
  const session = await operatorOf(bank);
  const { operators } = bank.flows;
  const [failed] = await operators.failedAlertDeliveries({ session });
  const [alert] = await operators.listAlerts({ session });
  expect(failed).toMatchObject({ alert: alert?.id, sink: 'desk', failures: 5, code: 'ERR_ALERT_REFUSED' });

  await expect(operators.failedAlertDeliveries(adas)).rejects.toMatchObject({ code: 'ERR_ROLE' });
  await expect(operators.retryAlertDelivery({ ...adas, id: failed!.id })).rejects.toMatchObject({ code: 'ERR_ROLE' });
  await expect(operators.retryAlertDelivery({ session, id: 'a.b' })).rejects.toMatchObject({ code: 'ERR_ALERT_DELIVERY_UNKNOWN' });

  broken = false;
  await operators.retryAlertDelivery({ session, id: failed!.id });
  await bank.verifier.runJobs();
  expect(taken).toMatchObject([{ id: alert?.id, code: 'card-lost', customer: bank.host.registered[0] }]);
  expect(await operators.failedAlertDeliveries({ session })).toEqual([]);
  const entries = await readAudit(verifierContext(bank.verifier), OPERATORS, { limit: 20 });
  expect(entries.map((entry) => (entry.erased ? undefined : entry.type))).toContain('alert-delivery-retried');
});

it('keeps no request waiting for a sink', async () => {
  let begun = 0;
  const hanging: AlertSink = {
    name: 'hanging',
    deliver() {
      begun++;
      return new Promise(() => undefined);
    },
  };
  const bank = await openBank({ alertSinks: [hanging] });
  const ada = await registerCustomer(bank);
  expect((await ada.browser.post('/card/lost')).status).toBe(200);
  expect(begun).toBe(0);
  const round = bank.verifier.runJobs();
  expect((await login(ada, { typing: null })).status).toBe(200);
  // The end of the server cuts the sink off.
  await bank.verifier.close();
  await round;
  expect(begun).toBe(1);
});
