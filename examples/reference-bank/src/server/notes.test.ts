import { callbackKey, keyring } from '@tacit-auth/crypto';
import { beforeEach, expect, it } from 'vitest';
import { AccountVault } from './account-vault';
import { type BankDatabase, openBankDatabase } from './database';
import { Ledger } from './ledger';
import { LONGEST_NOTE, Notes } from './notes';

let database: BankDatabase;
let ledger: Ledger;
let notes: Notes;

beforeEach(async () => {
  database = await openBankDatabase(':memory:');
  const provider = callbackKey({ id: 'test', wrap: async (key) => key.slice(), unwrap: async (wrapped) => wrapped.slice() });
  const vault = new AccountVault(keyring({ provider }));
  let n = 0;
  ledger = new Ledger({ database, vault, clock: () => 1_000, random: (length) => Uint8Array.from({ length }, () => n++ % 250) });
  notes = new Notes({ database, vault });
  await ledger.openAccount({ owner: 'ada', holder: 'Ada' });
  await ledger.openAccount({ owner: 'ben', holder: 'Ben' });
});

async function welcome(owner: string): Promise<{ owner: string; account: string; entry: string }> {
  const [account] = await ledger.accountsOf(owner);
  const { transactions } = await ledger.entries({ owner, account: account!.id, limit: 1 });
  return { owner, account: account!.id, entry: transactions[0]!.id };
}

const read = async ({ owner, account, entry }: Awaited<ReturnType<typeof welcome>>): Promise<string | undefined> =>
  (await notes.of({ owner, account, entries: [entry] })).get(entry);

it('keeps the last note of an entry, and takes it away when it is emptied', async () => {
  const ada = await welcome('ada');
  await notes.write({ ...ada, text: 'first' });
  await notes.write({ ...ada, text: '  for the roof ' });
  expect(await read(ada)).toBe('for the roof');
  await notes.write({ ...ada, text: ' ' });
  expect(await read(ada)).toBeUndefined();
});

it("refuses another customer's entry, one that is not there and a note that is too long", async () => {
  const ada = await welcome('ada');
  const ben = await welcome('ben');
  await notes.write({ ...ada, text: 'mine' });
  for (const wrong of [
    { ...ada, owner: 'ben' },
    { ...ada, entry: ben.entry },
    { ...ada, entry: '999' },
    { ...ada, entry: '1 or 1' },
  ]) {
    await expect(notes.write({ ...wrong, text: 'x' })).rejects.toMatchObject({ code: 'ERR_ENTRY_UNKNOWN' });
  }
  expect(await read({ ...ada, owner: 'ben' })).toBeUndefined();
  await expect(notes.write({ ...ada, text: 'x'.repeat(LONGEST_NOTE + 1) })).rejects.toMatchObject({ code: 'ERR_FIELD_INVALID' });
  expect(await read(ada)).toBe('mine');
});

it('stores no word as it is, and none when the account is cut loose', async () => {
  const ada = await welcome('ada');
  await notes.write({ ...ada, text: 'marmalade' });
  const [row] = await database.queries.selectFrom('notes').selectAll().execute();
  expect(Buffer.from(row!.words_sealed).includes('marmalade')).toBe(false);
  await ledger.forget({ owner: 'ada' });
  expect(await database.queries.selectFrom('notes').selectAll().execute()).toEqual([]);
  await expect(notes.write({ ...ada, text: 'again' })).rejects.toMatchObject({ code: 'ERR_ENTRY_UNKNOWN' });
});
