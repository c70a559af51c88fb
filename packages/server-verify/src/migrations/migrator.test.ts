import { type CompiledQuery, Kysely, SqliteDialect } from 'kysely';
import Libsql from 'libsql';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SqliteConnection, type SqliteDatabase } from '../sqlite-database';
import type { Migration } from './migration';
import { MIGRATIONS, migrateSchema } from './migrator';

let database: SqliteDatabase;
let connection: SqliteConnection;
let db: Kysely<unknown>;

beforeEach(() => {
  database = new Libsql(':memory:');
  connection = new SqliteConnection(database);
  db = new Kysely({ dialect: new SqliteDialect({ database }) });
});
afterEach(() => {
  connection.close();
});

const execute = (query: CompiledQuery): unknown[] => connection.execute(query);
const step = (version: number, table: string): Migration => ({
  version,
  name: `000${version}-${table}`,
  up: (schema) => [schema.createTable(table).addColumn('id', 'integer').compile()],
});
const tables = (): unknown[] =>
  connection
    .rows({ sql: "select name from sqlite_master where type = 'table' order by name", parameters: [] })
    .map((row) => (row as { name: string }).name);
const version = (): unknown => connection.rows({ sql: 'select version from tacit_schema', parameters: [] });

describe('migrateSchema', () => {
  it('runs what is new, in order, and nothing twice', async () => {
    await migrateSchema(db, execute, { migrations: [step(1, 'first')] });
    expect([tables(), version()]).toEqual([['first', 'tacit_schema'], [{ version: 1 }]]);
    const statements: string[] = [];
    const recording = (query: CompiledQuery) => {
      statements.push(query.sql);
      return execute(query);
    };
    await migrateSchema(db, recording, { migrations: [step(1, 'first'), step(2, 'second'), step(3, 'third')] });
    expect([tables(), version()]).toEqual([['first', 'second', 'tacit_schema', 'third'], [{ version: 3 }]]);
    expect(statements.filter((sql) => sql.includes('"first"'))).toEqual([]);
  });

  it('refuses a schema from the future', async () => {
    await migrateSchema(db, execute, { migrations: [step(1, 'first'), step(2, 'second')] });
    await expect(migrateSchema(db, execute, { migrations: [step(1, 'first')] })).rejects.toMatchObject({ code: 'ERR_STORE_SCHEMA' });
  });

  it('leaves the version when a step fails, for the transaction to undo', async () => {
    const broken: Migration = { ...step(2, 'x'), up: () => [{ sql: 'create nonsense', parameters: [] } as unknown as CompiledQuery] };
    await expect(migrateSchema(db, execute, { migrations: [step(1, 'first'), broken] })).rejects.toMatchObject({
      code: 'ERR_STORE_FAILED',
    });
    expect(version()).toEqual([{ version: 1 }]);
  });
});

it('numbers its migrations without a gap, each as its file is named', () => {
  expect(MIGRATIONS.map((migration) => migration.version)).toEqual(MIGRATIONS.map((_, i) => i + 1));
  for (const migration of MIGRATIONS) {
    expect(migration.name).toMatch(new RegExp(`^${String(migration.version).padStart(4, '0')}-[a-z-]+$`));
  }
});

describe('queries', () => {
  it.each([
    [
      'the newest of a customer',
      "select id from tacit_record where tenant = 'd' and subject = 's' and kind = 'k' order by at desc, id desc limit 5",
    ],
    [
      'one kind over all',
      "select id from tacit_record where tenant = 'd' and kind = 'k' and (subject, id) > ('s', 'i') order by subject, id limit 5",
    ],
    [
      'what is due',
      "select id from tacit_record where tenant = 'd' and kind = 'k' and due is not null and due <= 9 order by due, subject, id limit 5",
    ],
    ['all of a customer', "delete from tacit_record where tenant = 'd' and subject = 's' and kind not in ('audit')"],
  ])('finds %s by an index, without a scan or a sort', async (_name, sql) => {
    await migrateSchema(db, execute);
    const plan = connection.rows({ sql: `explain query plan ${sql}`, parameters: [] }).map((row) => (row as { detail: string }).detail);
    expect(plan.join('\n')).toMatch(/USING (COVERING )?INDEX/);
    expect(plan.join('\n')).not.toMatch(/SCAN|TEMP B-TREE/);
  });
});
