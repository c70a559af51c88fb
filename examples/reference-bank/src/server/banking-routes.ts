import { Hono } from 'hono';
import { z } from 'zod';
import { isAccountNumber } from './account-number';
import { BankError } from './bank-error';
import { idempotencyKey, readBody } from './body';
import { toCsv } from './csv';
import { type Ledger, transferDigest } from './ledger';
import type { Guards, SignedIn } from './session-guards';

const transferFields = {
  from: z.string().min(1).max(64),
  to: z.string().refine(isAccountNumber, 'This is not an account number. Check the digits.'),
  amount: z.number(),
  reference: z.string().max(140),
};
const checkSchema = z.strictObject(transferFields);
const transferSchema = z.strictObject({ ...transferFields, confirmation: z.string().max(256).optional() });

/** Accounts and transfers. Every route asks the session first; a transfer is a user action, and a large one needs a fresh matrix code. */
export function bankingRoutes({ ledger, guards }: { ledger: Ledger; guards: Guards }): Hono<SignedIn> {
  const routes = new Hono<SignedIn>();

  routes.get('/accounts', guards.look, async (context) => {
    return context.json({ accounts: await ledger.accountsOf(context.get('tacit').subject) });
  });

  routes.get('/accounts/:id/transactions', guards.look, async (context) => {
    const limit = Number(context.req.query('limit') ?? 20);
    const before = context.req.query('before');
    if (!Number.isInteger(limit) || limit < 1 || limit > 100) throw new BankError('ERR_FIELD_INVALID', 'limit is 1 to 100.', 'limit');
    if (before !== undefined && !/^\d{1,15}$/.test(before))
      throw new BankError('ERR_FIELD_INVALID', 'before is a cursor of an earlier page.', 'before');
    const page = await ledger.entries({
      owner: context.get('tacit').subject,
      account: context.req.param('id'),
      limit,
      ...(before === undefined ? {} : { before: Number(before) }),
    });
    return context.json(page);
  });

  routes.get('/accounts/:id/statement.csv', guards.look, async (context) => {
    const owner = context.get('tacit').subject;
    const account = context.req.param('id');
    const { transactions } = await ledger.entries({ owner, account, limit: 10_000 });
    const rows = transactions.map((entry) => [
      new Date(entry.at).toISOString(),
      (entry.amount / 100).toFixed(2),
      entry.counterparty,
      entry.reference,
      (entry.balanceAfter / 100).toFixed(2),
    ]);
    context.header('content-type', 'text/csv; charset=utf-8');
    context.header('content-disposition', 'attachment; filename="statement.csv"');
    return context.body(toCsv(['time', 'amount EUR', 'counterparty', 'reference', 'balance EUR'], rows));
  });

  routes.post('/transfers/check', guards.act, async (context) => {
    const request = await readBody(context, checkSchema);
    return context.json(await ledger.check({ owner: context.get('tacit').subject, request }));
  });

  routes.post('/transfers', guards.act, async (context) => {
    const { confirmation, ...request } = await readBody(context, transferSchema);
    const key = idempotencyKey(context);
    const owner = context.get('tacit').subject;
    // A retry of what was done gets its receipt: the confirmation was spent the first time.
    const earlier = await ledger.earlier({ owner, request, idempotencyKey: key });
    if (earlier) return context.json({ transfer: earlier }, 201);
    const { needsCode } = await ledger.check({ owner, request });
    if (needsCode && !(await guards.confirmed(context, { confirmation, purpose: 'transfer', binding: transferDigest(request) }))) {
      throw new BankError('ERR_CONFIRMATION_NEEDED', 'This transfer needs a code from your card.', 'confirmation');
    }
    return context.json({ transfer: await ledger.transfer({ owner, request, idempotencyKey: key }) }, 201);
  });

  return routes;
}
