import { callbackKey, keyring } from '@tacit-auth/crypto';
import type { SessionGrant } from '@tacit-auth/server-verify';
import { Hono } from 'hono';
import { expect, it } from 'vitest';
import { AccountVault } from './account-vault';
import { BankError } from './bank-error';
import { bankingRoutes } from './banking-routes';
import { openBankDatabase } from './database';
import { Ledger, STATEMENT_PAGE } from './ledger';
import { Notes } from './notes';
import type { Guards } from './session-guards';

it('sends a statement of more than a page whole, and says so where there is no such account', async () => {
  const provider = callbackKey({ id: 'test', wrap: async (key) => key.slice(), unwrap: async (wrapped) => wrapped.slice() });
  const database = await openBankDatabase(':memory:');
  const vault = new AccountVault(keyring({ provider }));
  const ledger = new Ledger({
    database,
    vault,
    clock: () => 1_000,
    random: (length) => Uint8Array.from({ length }, (_, i) => i + 1),
  });
  await ledger.openAccount({ owner: 'ada', holder: 'Ada' });
  const [ada] = await ledger.accountsOf('ada');
  const account = ada?.id ?? '';
  const entry = (n: number) => ({
    account,
    transfer: `t${n}`,
    at: 1_000 + n,
    amount: -n,
    balance_after: 500_000 - n,
    details_sealed: null,
  });
  await database.queries
    .insertInto('entries')
    .values(Array.from({ length: STATEMENT_PAGE }, (_, i) => entry(i + 1)))
    .execute();
  const guards: Guards = {
    look: async (context, next) => {
      context.set('tacit', { subject: 'ada' } as SessionGrant);
      await next();
    },
    act: async (_context, next) => next(),
    pay: async (_context, next) => next(),
    confirmed: async () => false,
  };
  const app = new Hono()
    .route('/', bankingRoutes({ ledger, notes: new Notes({ database, vault }), guards }))
    .onError((error, context) => context.text('', error instanceof BankError ? error.status : 500));
  const answer = await app.request(`/accounts/${account}/statement.csv`);
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/csv; charset=utf-8']);
  const lines = (await answer.text()).trimEnd().split('\r\n');
  expect(lines).toHaveLength(STATEMENT_PAGE + 2);
  expect(lines[0]).toBe('time,amount EUR,counterparty,reference,balance EUR');
  expect(lines[1]).toBe('1970-01-01T00:00:01.500Z,-5.00,,,4995.00');
  expect(lines.at(-1)).toBe('1970-01-01T00:00:01.000Z,5000.00,Fernhill Bank,Welcome,5000.00');
  expect((await app.request('/accounts/none/statement.csv')).status).toBe(404);
});
