import { expect, it } from 'vitest';
import type { AlertMail, AlertMessage } from './alert-sinks';
import { raiseAlert } from './alerts';
import { ensureCustomer } from './customers';
import { type MailAlertSinkOptions, mailAlertSink } from './mail-alert-sink';
import { testVerifier } from './testing-verifier';

const ALERT: AlertMessage = {
  version: 1,
  id: 'subject.alert',
  code: 'card-lost',
  at: Date.UTC(2026, 0, 5, 9),
  customer: 'cust-17',
  detail: { by: 'owner', times: 3 },
};

async function mailsOf(options: MailAlertSinkOptions): Promise<AlertMail[]> {
  const mails: AlertMail[] = [];
  await mailAlertSink(options).deliver(ALERT, { signal: new AbortController().signal, queueMail: (mail) => mails.push(mail) });
  return mails;
}

it('writes to each address: code, customer, time and detail', async () => {
  const mails = await mailsOf({ to: ['desk@bank.test', 'night@bank.test'] });
  expect(mails.map(({ to }) => to)).toEqual(['desk@bank.test', 'night@bank.test']);
  expect(mails[0]).toEqual({
    to: 'desk@bank.test',
    subject: 'Alert: card-lost',
    text: 'alert: card-lost\ncustomer: cust-17\ntime: 2026-01-05 09:00 UTC\nby: owner\ntimes: 3\nnumber: subject.alert',
  });
});

it('takes the words of the host', async () => {
  const write = ({ code }: AlertMessage) => ({ subject: `Alarm: ${code}`, text: 'Bitte nachsehen.' });
  expect(await mailsOf({ to: 'desk@bank.test', write })).toEqual([
    { to: 'desk@bank.test', subject: 'Alarm: card-lost', text: 'Bitte nachsehen.' },
  ]);
});

it('goes by the outbox of the verifier, and is erased with the customer', async () => {
  const bank = await testVerifier({ alertSinks: [mailAlertSink({ to: 'desk@bank.test' })] });
  const { subject } = await bank.store.transaction((tx) => ensureCustomer(bank.ctx, tx, { hostSubject: 'anna', status: 'active' }));
  await bank.ctx.store.transaction((tx) => raiseAlert(bank.ctx, tx, { subject, code: 'card-lost' }));
  await bank.verifier.runJobs();
  await bank.verifier.runJobs();
  expect(await bank.verifier.mailbox()).toMatchObject([{ to: 'desk@bank.test', subject: 'Alert: card-lost' }]);
  // The customer's export names no operator.
  expect(JSON.stringify(await bank.verifier.exportSubject({ subject: 'anna' }))).not.toContain('desk@bank.test');
  await bank.verifier.eraseSubject({ subject: 'anna' });
  expect(await bank.verifier.mailbox()).toEqual([]);
});

it.each<[string, object, ErrorConstructor]>([
  ['no address', { to: undefined }, TypeError],
  ['none at all', { to: [] }, RangeError],
  ['two in one', { to: 'a@bank.test,b@bank.test' }, RangeError],
  ['a number', { to: [7] }, TypeError],
  ['21 of them', { to: Array.from({ length: 21 }, (_, i) => `a${i}@bank.test`) }, RangeError],
  ['a name with a space', { name: 'the desk' }, RangeError],
  ['words that are no function', { write: 'Alarm' }, TypeError],
])('refuses %s', (_what, part, error) => {
  expect(() => mailAlertSink({ to: 'desk@bank.test', ...part } as MailAlertSinkOptions)).toThrow(error);
});
