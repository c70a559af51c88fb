import type { Browser } from 'playwright';
import { afterAll, beforeAll } from 'vitest';
import { Bank, type BankOptions } from './bank';
import { openBrowser } from './browser';
import { person, typist } from './people';
import { RemoteCustomer } from './remote-customer';

/** What the tests of a file have in common. It is there while they run. */
export interface SharedBank {
  browser: Browser;
  bank: Bank;
  /** Account number of a customer whom the others pay. */
  payee: string;
}

/** Opens a bank and a browser before the tests of a file, and closes both after them. */
export function sharedBank(options: BankOptions): SharedBank {
  const shared: Partial<SharedBank> = {};
  beforeAll(async () => {
    const [browser, bank] = await Promise.all([openBrowser(), Bank.start(options)]);
    // Noted at once: they are to be closed also where nobody can be registered.
    Object.assign(shared, { browser, bank });
    const other = new RemoteCustomer(bank.origin, person('Paula Payee'), typist('steady', 70));
    await other.register();
    shared.payee = (await other.account()).number;
  });
  afterAll(async () => {
    await shared.browser?.close();
    await shared.bank?.stop();
  });
  return shared as SharedBank;
}
