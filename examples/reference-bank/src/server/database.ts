import { type Generated, Kysely, SqliteDialect } from 'kysely';
import Libsql from 'libsql';

/** Money is integer minor units (cents). Times are ms since the epoch. Sealed columns are opened with the account's own key only. */
export interface BankTables {
  accounts: {
    id: string;
    /** Tacit's subject of the holder; null for the bank's own account and after erasure. */
    owner: string | null;
    number: string;
    balance: number;
    wrapped_key: string | null;
    holder_sealed: Uint8Array | null;
    opened_at: number;
  };
  entries: {
    id: Generated<number>;
    account: string;
    transfer: string;
    at: number;
    amount: number;
    balance_after: number;
    details_sealed: Uint8Array | null;
  };
  transfers: {
    id: string;
    from_account: string;
    idempotency_key: string;
    request_digest: string;
    at: number;
    amount: number;
    balance_after: number;
  };
}

export type BankDatabase = Kysely<BankTables>;

/** Opens the bank's own database: durable before a transfer is acknowledged, and nothing left in freed pages. */
export async function openBankDatabase(path: string): Promise<BankDatabase> {
  const connection = new Libsql(path);
  for (const pragma of ['journal_mode=WAL', 'synchronous=FULL', 'secure_delete=ON', 'foreign_keys=ON', 'busy_timeout=5000']) {
    connection.pragma(pragma);
  }
  const database = new Kysely<BankTables>({ dialect: new SqliteDialect({ database: connection }) });
  await database.schema
    .createTable('accounts')
    .ifNotExists()
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('owner', 'text', (column) => column.unique())
    .addColumn('number', 'text', (column) => column.notNull().unique())
    .addColumn('balance', 'integer', (column) => column.notNull())
    .addColumn('wrapped_key', 'text')
    .addColumn('holder_sealed', 'blob')
    .addColumn('opened_at', 'integer', (column) => column.notNull())
    .execute();
  await database.schema
    .createTable('entries')
    .ifNotExists()
    .addColumn('id', 'integer', (column) => column.primaryKey().autoIncrement())
    .addColumn('account', 'text', (column) => column.notNull().references('accounts.id'))
    .addColumn('transfer', 'text', (column) => column.notNull())
    .addColumn('at', 'integer', (column) => column.notNull())
    .addColumn('amount', 'integer', (column) => column.notNull())
    .addColumn('balance_after', 'integer', (column) => column.notNull())
    .addColumn('details_sealed', 'blob')
    .execute();
  await database.schema.createIndex('entries_by_account').ifNotExists().on('entries').columns(['account', 'id']).execute();
  await database.schema
    .createTable('transfers')
    .ifNotExists()
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('from_account', 'text', (column) => column.notNull().references('accounts.id'))
    .addColumn('idempotency_key', 'text', (column) => column.notNull())
    .addColumn('request_digest', 'text', (column) => column.notNull())
    .addColumn('at', 'integer', (column) => column.notNull())
    .addColumn('amount', 'integer', (column) => column.notNull())
    .addColumn('balance_after', 'integer', (column) => column.notNull())
    .addUniqueConstraint('one_per_key', ['from_account', 'idempotency_key'])
    .execute();
  return database;
}
