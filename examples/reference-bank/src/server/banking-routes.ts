import { Hono } from 'hono';
import { z } from 'zod';
import { isAccountNumber } from './account-number';
import { BankError } from './bank-error';
import { idempotencyKey, readBody } from './body';
import { csvPieces } from './csv';
import { type EntryView, type Ledger, transferDigest } from './ledger';
import { LONGEST_NOTE, type Notes } from './notes';
import type { Guards, SignedIn } from './session-guards';

const transferFields = {
  from: z.string().min(1).max(64),
  to: z.string().refine(isAccountNumber, 'This is not an account number. Check the digits.'),
  amount: z.number(),
  reference: z.string().max(140),
};
const noteSchema = z.strictObject({ note: z.string().max(2 * LONGEST_NOTE) });
const checkSchema = z.strictObject(transferFields);
const transferSchema = z.strictObject({ ...transferFields, confirmation: z.string().max(256).optional() });

const STATEMENT_COLUMNS = ['time', 'amount EUR', 'counterparty', 'reference', 'balance EUR'] as const;

async function* statementRows(first: IteratorResult<EntryView[]>, rest: AsyncIterable<EntryView[]>): AsyncGenerator<Array<string[]>> {
  const rows = (page: readonly EntryView[]) =>
    page.map(({ at, amount, counterparty, reference, balanceAfter }) => [
      new Date(at).toISOString(),
      (amount / 100).toFixed(2),
      counterparty,
      reference,
      (balanceAfter / 100).toFixed(2),
    ]);
  if (!first.done) yield rows(first.value);
  for await (const page of rest) yield rows(page);
}

/** Bytes as they are asked for: a slow reader holds up the reading of the database, not the memory. */
function textStream(pieces: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      const next = await pieces.next();
      if (next.done) controller.close();
      else controller.enqueue(encoder.encode(next.value));
    },
    async cancel() {
      await pieces.return(undefined);
    },
  });
}

/** Accounts and transfers. Every route asks the session first; a transfer is a user action, and a large one needs a fresh matrix code. */
export function bankingRoutes({ ledger, notes, guards }: { ledger: Ledger; notes: Notes; guards: Guards }): Hono<SignedIn> {
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
    const owner = context.get('tacit').subject;
    const account = context.req.param('id');
    const { transactions, next } = await ledger.entries({
      owner,
      account,
      limit,
      ...(before === undefined ? {} : { before: Number(before) }),
    });
    const written = await notes.of({ owner, account, entries: transactions.map(({ id }) => id) });
    return context.json({ transactions: transactions.map((each) => ({ ...each, note: written.get(each.id) ?? '' })), next });
  });

  routes.get('/accounts/:id/statement.csv', guards.look, async (context) => {
    const owner = context.get('tacit').subject;
    const account = context.req.param('id');
    const pages = ledger.allEntries({ owner, account });
    // The first page tells whether there is such an account, while the answer can still say so.
    const first = await pages.next();
    context.header('content-type', 'text/csv; charset=utf-8');
    context.header('content-disposition', 'attachment; filename="statement.csv"');
    return context.body(textStream(csvPieces(STATEMENT_COLUMNS, statementRows(first, pages))));
  });

  routes.post('/accounts/:id/transactions/:entry/note', guards.act, async (context) => {
    const { note } = await readBody(context, noteSchema);
    const { id: account, entry } = context.req.param();
    await notes.write({ owner: context.get('tacit').subject, account, entry, text: note });
    return context.json({ note: note.trim() });
  });

  routes.post('/transfers/check', guards.pay, async (context) => {
    const request = await readBody(context, checkSchema);
    const { subject: owner, stepUpNeeded } = context.get('tacit');
    const checked = await ledger.check({ owner, request });
    return context.json({ ...checked, needsCode: checked.needsCode || stepUpNeeded });
  });

  routes.post('/transfers', guards.pay, async (context) => {
    const { confirmation, ...request } = await readBody(context, transferSchema);
    const key = idempotencyKey(context);
    const { subject: owner, stepUpNeeded } = context.get('tacit');
    // A retry of what was done gets its receipt: the confirmation was spent the first time.
    const earlier = await ledger.earlier({ owner, request, idempotencyKey: key });
    if (earlier) return context.json({ transfer: earlier }, 201);
    const { needsCode } = await ledger.check({ owner, request });
    // While the checks of the session doubt that it is the customer, no amount is small.
    if (
      (needsCode || stepUpNeeded) &&
      !(await guards.confirmed(context, { confirmation, purpose: 'transfer', binding: transferDigest(request) }))
    ) {
      throw new BankError('ERR_CONFIRMATION_NEEDED', 'This transfer needs a code from your card.', 'confirmation');
    }
    return context.json({ transfer: await ledger.transfer({ owner, request, idempotencyKey: key }) }, 201);
  });

  return routes;
}
