import { type CompiledQuery, type Kysely, sql } from 'kysely';
import { TacitServerError } from '../errors';
import { records } from './0001-records';
import { type ColumnTypes, type Migration, SQLITE_TYPES } from './migration';

/** Every step, oldest first. */
export const MIGRATIONS: readonly Migration[] = [records];

/** Runs one statement inside the transaction of the migration, and gives its rows. */
export type Execute = (query: CompiledQuery) => readonly unknown[] | Promise<readonly unknown[]>;

/**
 * Brings the schema up to date, forward only, inside a transaction of the caller. Servers that start at once wait for each other at the one row
 * of the version table.
 *
 * @throws TacitServerError `ERR_STORE_SCHEMA` when the store was migrated by a newer version
 */
export async function migrateSchema(
  db: Kysely<unknown>,
  execute: Execute,
  { types = SQLITE_TYPES, migrations = MIGRATIONS }: { types?: ColumnTypes; migrations?: readonly Migration[] } = {},
): Promise<void> {
  await execute(
    db.schema
      .createTable('tacit_schema')
      .ifNotExists()
      .addColumn('id', 'integer', (column) => column.primaryKey())
      .addColumn('version', 'integer', (column) => column.notNull())
      .compile(),
  );
  await execute(sql`insert into tacit_schema (id, version) values (1, 0) on conflict (id) do nothing`.compile(db));
  // Writes nothing new: it takes the lock of the row, the one kind of lock that every engine has which speaks PostgreSQL's protocol.
  await execute(sql`update tacit_schema set version = version where id = 1`.compile(db));
  const [row] = (await execute(sql`select version from tacit_schema where id = 1`.compile(db))) as readonly { version: number }[];
  const current = Number(row?.version);
  const newest = migrations.at(-1)?.version ?? 0;
  if (!(current <= newest)) {
    throw new TacitServerError('ERR_STORE_SCHEMA');
  }
  for (const migration of migrations.slice(current)) {
    for (const statement of migration.up(db.schema, types)) {
      await execute(statement);
    }
    await execute(sql`update tacit_schema set version = ${migration.version} where id = 1`.compile(db));
  }
}
