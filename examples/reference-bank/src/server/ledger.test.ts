import { callbackKey, keyring } from '@tacit-auth/crypto';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { AccountVault } from './account-vault';
import { type BankDatabase, openBankDatabase } from './database';
import { Ledger, OPENING_BALANCE } from './ledger';

let database: BankDatabase;
let ledger: Ledger;

function counterRandom() {
  let state = 1;
  return (length: number) =>
    Uint8Array.from({ length }, () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state >>> 24;
    });
}

beforeEach(async () => {
  database = await openBankDatabase(':memory:');
  const provider = callbackKey({ id: 'test', wrap: async (key) => key.slice(), unwrap: async (wrapped) => wrapped.slice() });
  ledger = new Ledger({ database, vault: new AccountVault(keyring({ provider })), clock: () => 1_000, random: counterRandom() });
  await ledger.openAccount({ owner: 'ada', holder: 'Ada' });
  await ledger.openAccount({ owner: 'ben', holder: 'Ben' });
});

async function account(owner: string) {
  const [first] = await ledger.accountsOf(owner);
  if (!first) throw new Error(`${owner} has no account`);
  return first;
}

describe('openAccount', () => {
  it('opens one account an owner, however often it is called', async () => {
    await ledger.openAccount({ owner: 'ada', holder: 'Ada' });
    expect(await ledger.accountsOf('ada')).toHaveLength(1);
    expect((await account('ada')).balance).toBe(OPENING_BALANCE);
    expect(await ledger.total()).toBe(0);
  });
});

describe('transfer', () => {
  it('moves the money once for one key and refuses the key for another transfer', async () => {
    const request = { from: (await account('ada')).id, to: (await account('ben')).number, amount: 1_250, reference: 'Lunch' };
    const first = await ledger.transfer({ owner: 'ada', request, idempotencyKey: 'k1' });
    expect(await ledger.transfer({ owner: 'ada', request, idempotencyKey: 'k1' })).toEqual(first);
    expect((await account('ben')).balance).toBe(OPENING_BALANCE + 1_250);
    await expect(ledger.transfer({ owner: 'ada', request: { ...request, amount: 1 }, idempotencyKey: 'k1' })).rejects.toMatchObject({
      code: 'ERR_IDEMPOTENCY_KEY_REUSED',
    });
    const { transactions } = await ledger.entries({ owner: 'ben', account: (await account('ben')).id, limit: 10 });
    expect(transactions[0]).toMatchObject({
      amount: 1_250,
      counterparty: 'Ada',
      reference: 'Lunch',
      balanceAfter: OPENING_BALANCE + 1_250,
    });
  });

  it.each([0, -1, 0.5, Number.NaN, Number.MAX_SAFE_INTEGER])('refuses the amount %s', async (amount) => {
    const request = { from: (await account('ada')).id, to: (await account('ben')).number, amount, reference: '' };
    await expect(ledger.transfer({ owner: 'ada', request, idempotencyKey: 'k' })).rejects.toMatchObject({ code: 'ERR_AMOUNT_INVALID' });
  });

  it("refuses another customer's account, the own account, an unknown one and the house", async () => {
    const ada = await account('ada');
    const ben = await account('ben');
    const pay = (owner: string, from: string, to: string) =>
      ledger.transfer({ owner, request: { from, to, amount: 1, reference: '' }, idempotencyKey: 'k' });
    await expect(pay('ben', ada.id, ben.number)).rejects.toMatchObject({ code: 'ERR_ACCOUNT_UNKNOWN' });
    await expect(pay('ada', ada.id, ada.number)).rejects.toMatchObject({ code: 'ERR_PAYEE_UNKNOWN' });
    await expect(pay('ada', ada.id, '1234567897')).rejects.toMatchObject({ code: 'ERR_PAYEE_UNKNOWN' });
    await expect(pay('ada', ada.id, '0000000000')).rejects.toMatchObject({ code: 'ERR_PAYEE_UNKNOWN' });
  });

  it('moves no money to an account that is closed while the transfer is prepared', async () => {
    let meanwhile: (() => Promise<void>) | undefined;
    const unwrap = async (wrapped: Uint8Array) => {
      const work = meanwhile;
      meanwhile = undefined;
      await work?.();
      return wrapped.slice();
    };
    const provider = callbackKey({ id: 'test', wrap: async (key) => key.slice(), unwrap });
    const slow = new Ledger({ database, vault: new AccountVault(keyring({ provider })), clock: () => 1_000, random: counterRandom() });
    const request = { from: (await account('ada')).id, to: (await account('ben')).number, amount: 100, reference: '' };
    meanwhile = () => ledger.forget({ owner: 'ben' });
    await expect(slow.transfer({ owner: 'ada', request, idempotencyKey: 'k' })).rejects.toMatchObject({ code: 'ERR_PAYEE_UNKNOWN' });
    expect((await account('ada')).balance).toBe(OPENING_BALANCE);
  });

  it('keeps the sums right and no balance below zero under concurrent transfers', async () => {
    await ledger.openAccount({ owner: 'cleo', holder: 'Cleo' });
    const owners = ['ada', 'ben', 'cleo'];
    const move = fc.record({
      from: fc.constantFrom(...owners),
      to: fc.constantFrom(...owners),
      amount: fc.integer({ min: 1, max: 400_000 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(move, { minLength: 1, maxLength: 12 }), fc.uuid(), async (moves, run) => {
        const accounts = new Map(await Promise.all(owners.map(async (owner) => [owner, await account(owner)] as const)));
        await Promise.allSettled(
          moves.map(({ from, to, amount }, index) =>
            ledger.transfer({
              owner: from,
              request: { from: accounts.get(from)?.id ?? '', to: accounts.get(to)?.number ?? '', amount, reference: 'x' },
              idempotencyKey: `${run}-${index}`,
            }),
          ),
        );
        const balances = await Promise.all(owners.map(async (owner) => (await account(owner)).balance));
        expect(await ledger.total()).toBe(0);
        expect(balances.reduce((sum, balance) => sum + balance, 0)).toBe(3 * OPENING_BALANCE);
        expect(Math.min(...balances)).toBeGreaterThanOrEqual(0);
        for (const owner of owners) {
          const { transactions } = await ledger.entries({ owner, account: (await account(owner)).id, limit: 1 });
          expect(transactions[0]?.balanceAfter).toBe((await account(owner)).balance);
        }
      }),
      { numRuns: process.env.TACIT_SOAK === '1' ? 300 : 25 },
    );
  });
});

describe('entries', () => {
  it('pages from the newest to the oldest without gaps', async () => {
    const from = (await account('ada')).id;
    const to = (await account('ben')).number;
    for (let n = 1; n <= 5; n += 1) {
      await ledger.transfer({ owner: 'ada', request: { from, to, amount: n, reference: `no ${n}` }, idempotencyKey: `k${n}` });
    }
    const seen: string[] = [];
    let before: number | undefined;
    do {
      const page = await ledger.entries({ owner: 'ada', account: from, limit: 2, ...(before === undefined ? {} : { before }) });
      seen.push(...page.transactions.map((entry) => entry.reference));
      before = page.next === null ? undefined : Number(page.next);
    } while (before !== undefined);
    expect(seen).toEqual(['no 5', 'no 4', 'no 3', 'no 2', 'no 1', 'Welcome']);
  });
});

describe('a statement', () => {
  it('has every transaction, page after page, and none that is booked while it is read', async () => {
    const from = (await account('ada')).id;
    const to = (await account('ben')).number;
    const pay = (n: number) =>
      ledger.transfer({ owner: 'ada', request: { from, to, amount: 1, reference: `no ${n}` }, idempotencyKey: `k${n}` });
    for (let n = 1; n <= 6; n += 1) await pay(n);
    const sizes: number[] = [];
    const seen: string[] = [];
    for await (const page of ledger.allEntries({ owner: 'ada', account: from, pageSize: 3 })) {
      sizes.push(page.length);
      seen.push(...page.map(({ reference }) => reference));
      await pay(10_000 + sizes.length);
    }
    expect(sizes).toEqual([3, 3, 1]);
    expect(seen).toEqual(['no 6', 'no 5', 'no 4', 'no 3', 'no 2', 'no 1', 'Welcome']);
    await expect(ledger.allEntries({ owner: 'ben', account: from }).next()).rejects.toMatchObject({ code: 'ERR_ACCOUNT_UNKNOWN' });
  });
});

describe('forget', () => {
  it('leaves the sums and takes the words', async () => {
    const ada = await account('ada');
    await ledger.transfer({
      owner: 'ada',
      request: { from: ada.id, to: (await account('ben')).number, amount: 100, reference: 'secret words' },
      idempotencyKey: 'k',
    });
    await ledger.forget({ owner: 'ada' });
    expect(await ledger.accountsOf('ada')).toEqual([]);
    expect(await ledger.total()).toBe(0);
    const row = await database.queries.selectFrom('accounts').selectAll().where('id', '=', ada.id).executeTakeFirstOrThrow();
    expect(row).toMatchObject({ owner: null, wrapped_key: null, holder_sealed: null, balance: OPENING_BALANCE - 100 });
    const left = await database.queries.selectFrom('entries').select('details_sealed').where('account', '=', ada.id).execute();
    expect(left.every((entry) => entry.details_sealed === null)).toBe(true);
  });
});
