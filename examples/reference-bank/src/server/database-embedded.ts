import { Kysely, SqliteDialect } from 'kysely';
import Libsql from 'libsql';
import { createBankTables } from './bank-tables';
import type { BankDatabase, BankTables } from './database';

/** Durable before a transfer is acknowledged, and nothing left in freed pages. */
export async function openEmbedded(path: string): Promise<BankDatabase> {
  const connection = new Libsql(path);
  for (const pragma of ['journal_mode=WAL', 'synchronous=FULL', 'secure_delete=ON', 'foreign_keys=ON', 'busy_timeout=5000']) {
    connection.pragma(pragma);
  }
  const queries = new Kysely<BankTables>({ dialect: new SqliteDialect({ database: connection }) });
  await createBankTables(queries, { bytes: 'blob', number: 'integer', counter: (column) => column.primaryKey().autoIncrement() });
  return {
    queries,
    transact: (work) => queries.transaction().execute(work),
    close: () => queries.destroy(),
  };
}
