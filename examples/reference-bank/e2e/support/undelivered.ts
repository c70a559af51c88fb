import { webhookSink } from '@tacit-auth/server-verify';
import { openSimulatedBank } from '../../proofs/simulated-bank';
import { PASSWORD, SimulatedCustomer } from '../../proofs/simulated-customer';
import { simulatedTime } from '../../proofs/simulated-time';

const MINUTE = 60_000;
/** Longer than the server goes on trying. */
const GIVEN_UP_AFTER = 60 * MINUTE;

/**
 * Prepares the data folder of a bank: an hour ago somebody reported his card lost, while neither the mail server nor the receiver of alerts could be reached; all tries
 * have failed since. It all goes through the bank's own routes and jobs, at those times.
 */
export async function undelivered(dataFolder: string, { email, secret }: { email: string; secret: string }): Promise<void> {
  const time = simulatedTime(Date.now() - GIVEN_UP_AFTER - MINUTE);
  const before = await openSimulatedBank({ time, seed: 5, dataFolder });
  await new SimulatedCustomer(before, time, { seed: 5, email }).register();
  await before.close();

  const unreachable = async () => {
    throw new TypeError('fetch failed');
  };
  const bank = await openSimulatedBank({
    time,
    seed: 6,
    dataFolder,
    sinks: {
      mail: { name: 'smtp', deliver: () => Promise.reject(Object.assign(new Error('no connection'), { code: 'ERR_MAIL_DELIVERY' })) },
      alertSinks: [webhookSink({ url: 'http://127.0.0.1:9/', secret, fetch: unreachable })],
    },
  });
  const { browser } = new SimulatedCustomer(bank, time, { seed: 6, email });
  const { challenge } = (await time.until(browser.post('/auth/login/start'))).body;
  await time.until(browser.post('/auth/login', { challenge, identifier: email, password: PASSWORD, typing: null }));
  const reported = await time.until(browser.post('/auth/card/lost'));
  if (reported.status !== 200) throw new Error(`the card was not reported: ${reported.body.error?.code}`);
  for (let passed = 0; passed < GIVEN_UP_AFTER; passed += 5 * MINUTE) {
    await time.goTo(time.now + 5 * MINUTE);
    await time.until(bank.flows.runJobs());
  }
  await bank.close();
}
