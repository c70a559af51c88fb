import { createHash } from 'node:crypto';
import type { Transaction } from 'kysely';
import { accountNumber } from './account-number';
import type { AccountVault } from './account-vault';
import { BankError } from './bank-error';
import type { BankDatabase, BankQueries, BankTables } from './database';

export const CURRENCY = 'EUR';
/** What a new customer finds on the account, in cents. */
export const OPENING_BALANCE = 500_000;
/** From this amount on a transfer asks for a matrix code, in cents. */
export const CODE_FROM = 50_000;
const LARGEST_AMOUNT = 100_000_000_00;
/** Transactions that a statement holds at once. */
export const STATEMENT_PAGE = 500;
const HOUSE = 'house';

export interface AccountView {
  id: string;
  name: string;
  number: string;
  balance: number;
  currency: typeof CURRENCY;
}

export interface TransferRequest {
  from: string;
  to: string;
  amount: number;
  reference: string;
}

export interface TransferReceipt {
  id: string;
  at: number;
  amount: number;
  balanceAfter: number;
}

export interface EntryView {
  id: string;
  at: number;
  amount: number;
  counterparty: string;
  reference: string;
  balanceAfter: number;
}

interface Details {
  counterparty: string;
  reference: string;
}

export interface LedgerOptions {
  database: BankDatabase;
  vault: AccountVault;
  clock: () => number;
  random: (length: number) => Uint8Array;
}

/** Double-entry accounts: every transfer is two entries that add up to nothing, written in one transaction. */
export class Ledger {
  readonly #database: BankDatabase;
  readonly #vault: AccountVault;
  readonly #clock: () => number;
  readonly #random: (length: number) => Uint8Array;

  constructor(options: LedgerOptions) {
    this.#database = options.database;
    this.#vault = options.vault;
    this.#clock = options.clock;
    this.#random = options.random;
  }

  /** Opens the customer's account with the opening balance; a second call for the same owner changes nothing. */
  async openAccount({ owner, holder }: { owner: string; holder: string }): Promise<void> {
    const id = this.#newId();
    const { key, wrapped } = await this.#vault.createKey(id);
    const number = accountNumber(this.#digits(9));
    await this.#database.transact(async (tx) => {
      const existing = await tx.selectFrom('accounts').select('id').where('owner', '=', owner).executeTakeFirst();
      if (existing) return;
      await this.#openHouse(tx);
      await tx
        .insertInto('accounts')
        .values({
          id,
          owner,
          number,
          balance: 0,
          wrapped_key: wrapped,
          holder_sealed: this.#vault.seal(key, id, holder),
          opened_at: this.#clock(),
        })
        .execute();
      const details = this.#vault.seal(key, id, { counterparty: 'Fernhill Bank', reference: 'Welcome' } satisfies Details);
      await this.#post(tx, {
        transfer: this.#newId(),
        from: HOUSE,
        to: id,
        amount: OPENING_BALANCE,
        fromDetails: null,
        toDetails: details,
      });
    });
  }

  async accountsOf(owner: string): Promise<AccountView[]> {
    const rows = await this.#database.queries.selectFrom('accounts').selectAll().where('owner', '=', owner).execute();
    return rows.map((row) => ({ id: row.id, name: 'Current account', number: row.number, balance: row.balance, currency: CURRENCY }));
  }

  /** The transactions of one account, the newest first; `next` is the cursor of the following page. */
  async entries({
    owner,
    account,
    before,
    limit,
  }: {
    owner: string;
    account: string;
    before?: number;
    limit: number;
  }): Promise<{ transactions: EntryView[]; next: string | null }> {
    const row = await this.#owned(this.#database.queries, owner, account);
    let query = this.#database.queries.selectFrom('entries').selectAll().where('account', '=', account).orderBy('id', 'desc');
    if (before !== undefined) query = query.where('id', '<', before);
    const rows = await query.limit(limit + 1).execute();
    const key = await this.#vault.key(account, row.wrapped_key ?? '');
    const page = rows.slice(0, limit).map((entry) => {
      const details = entry.details_sealed
        ? this.#vault.open<Details>(key, account, entry.details_sealed)
        : { counterparty: '', reference: '' };
      return { id: String(entry.id), at: entry.at, amount: entry.amount, ...details, balanceAfter: entry.balance_after };
    });
    return { transactions: page, next: rows.length > limit ? (page.at(-1)?.id ?? null) : null };
  }

  /** All transactions of one account, the newest first, a page at a time. What is booked meanwhile is left out. */
  async *allEntries({
    owner,
    account,
    pageSize = STATEMENT_PAGE,
  }: {
    owner: string;
    account: string;
    pageSize?: number;
  }): AsyncGenerator<EntryView[]> {
    let before: number | undefined;
    do {
      const page = await this.entries({ owner, account, limit: pageSize, ...(before === undefined ? {} : { before }) });
      yield page.transactions;
      before = page.next === null ? undefined : Number(page.next);
    } while (before !== undefined);
  }

  /** Who would be paid, and whether the transfer asks for a matrix code. Nothing is written. */
  async check({
    owner,
    request,
  }: {
    owner: string;
    request: TransferRequest;
  }): Promise<{ payee: string; needsCode: boolean; binding: string }> {
    this.#assertAmount(request.amount);
    await this.#owned(this.#database.queries, owner, request.from);
    const payee = await this.#payee(this.#database.queries, request);
    const key = await this.#vault.key(payee.id, payee.wrapped_key ?? '');
    const holder = this.#vault.open<string>(key, payee.id, payee.holder_sealed ?? new Uint8Array());
    return { payee: holder, needsCode: request.amount >= CODE_FROM, binding: transferDigest(request) };
  }

  /** The receipt of an earlier transfer with this key, if there was one; another request under the same key is refused. */
  async earlier({
    owner,
    request,
    idempotencyKey,
  }: {
    owner: string;
    request: TransferRequest;
    idempotencyKey: string;
  }): Promise<TransferReceipt | null> {
    await this.#owned(this.#database.queries, owner, request.from);
    return this.#earlier(this.#database.queries, request, idempotencyKey);
  }

  /** Moves the money once, however often it is asked with the same key. */
  async transfer({
    owner,
    request,
    idempotencyKey,
  }: {
    owner: string;
    request: TransferRequest;
    idempotencyKey: string;
  }): Promise<TransferReceipt> {
    this.#assertAmount(request.amount);
    const sender = await this.#owned(this.#database.queries, owner, request.from);
    const receiver = await this.#payee(this.#database.queries, request);
    const senderKey = await this.#vault.key(sender.id, sender.wrapped_key ?? '');
    const receiverKey = await this.#vault.key(receiver.id, receiver.wrapped_key ?? '');
    const senderName = this.#vault.open<string>(senderKey, sender.id, sender.holder_sealed ?? new Uint8Array());
    const receiverName = this.#vault.open<string>(receiverKey, receiver.id, receiver.holder_sealed ?? new Uint8Array());
    const { reference } = request;
    const fromDetails = this.#vault.seal(senderKey, sender.id, { counterparty: receiverName, reference } satisfies Details);
    const toDetails = this.#vault.seal(receiverKey, receiver.id, { counterparty: senderName, reference } satisfies Details);
    const transfer = this.#newId();

    return this.#database.transact(async (tx) => {
      const earlier = await this.#earlier(tx, request, idempotencyKey);
      if (earlier) return earlier;
      const { balance } = await this.#owned(tx, owner, request.from);
      // The payee may have closed his account while the words were sealed.
      await this.#payee(tx, request);
      if (balance < request.amount) throw new BankError('ERR_FUNDS_INSUFFICIENT', 'There is not enough money on this account.', 'amount');
      const at = await this.#post(tx, { transfer, from: sender.id, to: receiver.id, amount: request.amount, fromDetails, toDetails });
      const receipt: TransferReceipt = { id: transfer, at, amount: request.amount, balanceAfter: balance - request.amount };
      await tx
        .insertInto('transfers')
        .values({
          id: transfer,
          from_account: sender.id,
          idempotency_key: idempotencyKey,
          request_digest: transferDigest(request),
          at,
          amount: request.amount,
          balance_after: receipt.balanceAfter,
        })
        .execute();
      return receipt;
    });
  }

  /** Cuts the account loose from a person: no owner, no name, no words; the sums stay. */
  async forget({ owner }: { owner: string }): Promise<void> {
    await this.#database.transact(async (tx) => {
      const row = await tx.selectFrom('accounts').select('id').where('owner', '=', owner).executeTakeFirst();
      if (!row) return;
      await tx.deleteFrom('notes').where('account', '=', row.id).execute();
      await tx.updateTable('entries').set({ details_sealed: null }).where('account', '=', row.id).execute();
      await tx.updateTable('accounts').set({ owner: null, wrapped_key: null, holder_sealed: null }).where('id', '=', row.id).execute();
    });
  }

  /** Moves the accounts' keys to the current key-encryption key; banking goes on meanwhile. */
  async rotateKeys(): Promise<void> {
    const rows = await this.#database.queries
      .selectFrom('accounts')
      .select(['id', 'wrapped_key'])
      .where('wrapped_key', 'is not', null)
      .execute();
    for (const { id, wrapped_key: wrapped } of rows) {
      if (wrapped === null) continue;
      const rewrapped = await this.#vault.rewrap(id, wrapped);
      // An account that was forgotten meanwhile stays forgotten.
      await this.#database.queries
        .updateTable('accounts')
        .set({ wrapped_key: rewrapped })
        .where('id', '=', id)
        .where('wrapped_key', '=', wrapped)
        .execute();
    }
  }

  /** Zero, always: what the customers have is what the house owes. */
  async total(): Promise<number> {
    const row = await this.#database.queries
      .selectFrom('accounts')
      .select((eb) => eb.fn.sum<number>('balance').as('total'))
      .executeTakeFirstOrThrow();
    return row.total ?? 0;
  }

  async #post(
    tx: Transaction<BankTables>,
    move: { transfer: string; from: string; to: string; amount: number; fromDetails: Uint8Array | null; toDetails: Uint8Array | null },
  ): Promise<number> {
    const at = this.#clock();
    for (const [account, amount, details] of [
      [move.from, -move.amount, move.fromDetails],
      [move.to, move.amount, move.toDetails],
    ] as const) {
      const { balance } = await tx
        .updateTable('accounts')
        .set((eb) => ({ balance: eb('balance', '+', amount) }))
        .where('id', '=', account)
        .returning('balance')
        .executeTakeFirstOrThrow();
      await tx
        .insertInto('entries')
        .values({ account, transfer: move.transfer, at, amount, balance_after: balance, details_sealed: details })
        .execute();
    }
    return at;
  }

  async #openHouse(tx: Transaction<BankTables>): Promise<void> {
    await tx
      .insertInto('accounts')
      .values({
        id: HOUSE,
        owner: null,
        number: '0000000000',
        balance: 0,
        wrapped_key: null,
        holder_sealed: null,
        opened_at: this.#clock(),
      })
      .onConflict((conflict) => conflict.column('id').doNothing())
      .execute();
  }

  async #owned(database: BankQueries, owner: string, account: string) {
    const row = await database.selectFrom('accounts').selectAll().where('id', '=', account).where('owner', '=', owner).executeTakeFirst();
    // Another customer's account and no account at all must look alike.
    if (!row) throw new BankError('ERR_ACCOUNT_UNKNOWN', 'You have no such account.', 'account');
    return row;
  }

  async #payee(database: BankQueries, request: TransferRequest) {
    const row = await database
      .selectFrom('accounts')
      .selectAll()
      .where('number', '=', request.to)
      .where('owner', 'is not', null)
      .executeTakeFirst();
    if (!row) throw new BankError('ERR_PAYEE_UNKNOWN', 'No account has this number. Check the digits.', 'to');
    if (row.id === request.from) throw new BankError('ERR_PAYEE_UNKNOWN', 'This is the account that you pay from.', 'to');
    return row;
  }

  async #earlier(database: BankQueries, request: TransferRequest, idempotencyKey: string): Promise<TransferReceipt | null> {
    const row = await database
      .selectFrom('transfers')
      .selectAll()
      .where('from_account', '=', request.from)
      .where('idempotency_key', '=', idempotencyKey)
      .executeTakeFirst();
    if (!row) return null;
    if (row.request_digest !== transferDigest(request)) {
      throw new BankError('ERR_IDEMPOTENCY_KEY_REUSED', 'This idempotency key belongs to another transfer.', 'idempotency-key');
    }
    return { id: row.id, at: row.at, amount: row.amount, balanceAfter: row.balance_after };
  }

  #assertAmount(amount: number): void {
    if (!Number.isSafeInteger(amount) || amount <= 0 || amount > LARGEST_AMOUNT) {
      throw new BankError('ERR_AMOUNT_INVALID', 'The amount must be a whole number of cents above zero.', 'amount');
    }
  }

  #newId(): string {
    return Buffer.from(this.#random(16)).toString('base64url');
  }

  #digits(count: number): string {
    // Rejection keeps every digit equally likely.
    let digits = '';
    while (digits.length < count) {
      for (const byte of this.#random(count)) if (byte < 250 && digits.length < count) digits += String(byte % 10);
    }
    return digits;
  }
}

/** Binds a confirmation to exactly this transfer. */
export function transferDigest(request: TransferRequest): string {
  const parts = [request.from, request.to, String(request.amount), request.reference];
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
}
