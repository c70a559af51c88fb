import { openSimulatedBank } from '../../proofs/simulated-bank';
import { PASSWORD, SimulatedCustomer } from '../../proofs/simulated-customer';
import { simulatedTime } from '../../proofs/simulated-time';
import type { Card } from './card';
import { forgedWindow } from './forged-evidence';
import type { Person } from './remote-customer';
import type { Typist } from './typist';

const DAY = 86_400_000;
const DAYS = 4;
/** Windows of fifty keys that he types a day. */
const WINDOWS = 14;
/** So long it takes to type one. */
const WINDOW_MS = 12_000;

/**
 * Prepares the data folder of a bank: somebody opened an account some days ago, and has been there every day since, so that the bank knows how he types. It all
 * goes through the bank's own routes, at those times.
 */
export async function knownForDays(
  dataFolder: string,
  typist: Typist,
  { name, email }: Omit<Person, 'password'>,
): Promise<{ person: Person; card: Card }> {
  const time = simulatedTime(Date.now() - (DAYS + 1) * DAY);
  const bank = await openSimulatedBank({ time, seed: 1, dataFolder });
  const customer = new SimulatedCustomer(bank, time, { seed: 1, email });
  await customer.register();
  for (let day = 1; day <= DAYS; day += 1) {
    await time.goTo(time.now + DAY);
    await customer.signIn();
    const opened = await time.until(customer.browser.post('/auth/continuous/open'));
    for (let seq = 1; seq <= WINDOWS; seq += 1) {
      await time.goTo(time.now + WINDOW_MS);
      await time.until(customer.browser.post('/auth/activity'));
      const typing = [forgedWindow(typist, (day * WINDOWS + seq) * 101)];
      const batch = { version: 1, stream: opened.body.stream, seq, floor: seq - 1, typing, pointer: [] };
      const { status, body } = await time.until(customer.browser.post('/auth/continuous/batch', batch));
      if (status !== 200) throw new Error(`evidence was refused: ${body.error?.code}`);
    }
    await customer.signOut();
  }
  await bank.close();
  return { person: { name, email, password: PASSWORD }, card: customer.card };
}
