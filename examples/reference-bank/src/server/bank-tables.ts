import type { ColumnDefinitionBuilder, Kysely } from 'kysely';
import type { BankTables } from './database';

/** Where the two engines differ. */
export interface EngineTypes {
  bytes: 'blob' | 'bytea';
  number: 'integer' | 'bigint';
  counter: (column: ColumnDefinitionBuilder) => ColumnDefinitionBuilder;
}

/** Makes what is not there yet. */
export async function createBankTables(queries: Kysely<BankTables>, { bytes, number, counter }: EngineTypes): Promise<void> {
  await queries.schema
    .createTable('accounts')
    .ifNotExists()
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('owner', 'text', (column) => column.unique())
    .addColumn('number', 'text', (column) => column.notNull().unique())
    .addColumn('balance', number, (column) => column.notNull())
    .addColumn('wrapped_key', 'text')
    .addColumn('holder_sealed', bytes)
    .addColumn('opened_at', number, (column) => column.notNull())
    .execute();
  await queries.schema
    .createTable('entries')
    .ifNotExists()
    .addColumn('id', number, counter)
    .addColumn('account', 'text', (column) => column.notNull().references('accounts.id'))
    .addColumn('transfer', 'text', (column) => column.notNull())
    .addColumn('at', number, (column) => column.notNull())
    .addColumn('amount', number, (column) => column.notNull())
    .addColumn('balance_after', number, (column) => column.notNull())
    .addColumn('details_sealed', bytes)
    .execute();
  await queries.schema.createIndex('entries_by_account').ifNotExists().on('entries').columns(['account', 'id']).execute();
  await queries.schema
    .createTable('transfers')
    .ifNotExists()
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('from_account', 'text', (column) => column.notNull().references('accounts.id'))
    .addColumn('idempotency_key', 'text', (column) => column.notNull())
    .addColumn('request_digest', 'text', (column) => column.notNull())
    .addColumn('at', number, (column) => column.notNull())
    .addColumn('amount', number, (column) => column.notNull())
    .addColumn('balance_after', number, (column) => column.notNull())
    .addUniqueConstraint('one_per_key', ['from_account', 'idempotency_key'])
    .execute();
  await queries.schema
    .createTable('notes')
    .ifNotExists()
    .addColumn('account', 'text', (column) => column.notNull().references('accounts.id'))
    .addColumn('entry', number, (column) => column.notNull().references('entries.id'))
    .addColumn('words_sealed', bytes, (column) => column.notNull())
    .addPrimaryKeyConstraint('one_per_entry', ['account', 'entry'])
    .execute();
}
