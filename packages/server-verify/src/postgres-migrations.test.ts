import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import type { Migration } from './migrations/migration';
import { MIGRATIONS } from './migrations/migrator';
import { postgres } from './postgres';
import { postgresOf } from './postgres-store';
import type { NewRecord, Store } from './store';
import { databaseOfEachTest } from './testing-postgres-database';

const database = databaseOfEachTest();

const current = MIGRATIONS.at(-1)!.version;
const next: Migration = {
  version: current + 1,
  name: `000${current + 1}-colour`,
  up: (schema, types) => [
    schema
      .alterTable('tacit_record')
      .addColumn('colour', types.text, (column) => column.notNull().defaultTo('red'))
      .compile(),
    schema.createIndex('tacit_record_colour').on('tacit_record').columns(['tenant', 'colour']).compile(),
  ],
};
const broken: Migration = {
  ...next,
  up: (schema, types) => [...next.up(schema, types), schema.createTable('tacit_record').addColumn('id', 'integer').compile()],
};
const open = (migrations: readonly Migration[] = MIGRATIONS): Store => postgresOf({ connectionString: database.url }, migrations);
const versionInDatabase = () => database.ask('select version from tacit_schema');
const columns = async (): Promise<unknown[]> =>
  (
    await database.ask(
      "select column_name from information_schema.columns where table_name = 'tacit_record' and column_name in ('body', 'colour') order by 1",
    )
  ).map(({ column_name }) => column_name);

const RECORDS: NewRecord[] = Array.from({ length: 50 }, (_, i) => ({
  kind: 'sign-in',
  subject: `s-${i % 7}`,
  id: `id-${i}`,
  body: Uint8Array.of(i, 255 - i, 0),
  at: 1_767_603_600_000 + i,
  due: i % 3 === 0 ? null : i,
}));

/** A database as the version before left it, with data in it. */
async function former(): Promise<void> {
  const store = open();
  await store.migrate();
  await store.transaction(async (tx) => {
    for (const record of RECORDS) {
      await tx.insert(record);
    }
  });
  await store.close();
}

const content = (store: Store) => store.transaction((tx) => tx.listKind('sign-in', { limit: 1_000 }));

describe('the schema of PostgreSQL', () => {
  it('is brought to the next version with all data kept, and goes on to be read and written', async () => {
    await former();
    const store = open([...MIGRATIONS, next]);
    await store.migrate();
    expect([await versionInDatabase(), await columns()]).toEqual([[{ version: current + 1 }], ['body', 'colour']]);
    const expected = RECORDS.map((record) => ({ ...record, version: 1 }));
    expect((await content(store)).sort((a, b) => a.at - b.at)).toEqual(expected);
    await store.transaction((tx) => tx.put({ ...RECORDS[0]!, body: Uint8Array.of(1) }));
    expect((await store.transaction((tx) => tx.get('sign-in', 's-0', 'id-0')))?.version).toBe(2);
    await store.close();
  });

  it('is refused when a later version wrote it, and left alone', async () => {
    const later = open([...MIGRATIONS, next]);
    await later.migrate();
    await later.close();
    const store = open();
    await expect(store.migrate()).rejects.toMatchObject({ code: 'ERR_STORE_SCHEMA' });
    await expect(store.transaction(async () => 1)).rejects.toMatchObject({ code: 'ERR_STORE_NOT_MIGRATED' });
    expect(await versionInDatabase()).toEqual([{ version: current + 1 }]);
    await store.close();
  });

  it('stays at the version before when a step fails half way', async () => {
    await former();
    const store = postgresOf({ connectionString: database.url, busyTimeoutMs: 0 }, [...MIGRATIONS, broken]);
    await expect(store.migrate()).rejects.toMatchObject({ code: 'ERR_STORE_FAILED', cause: { code: '42P07' } });
    expect([await versionInDatabase(), await columns()]).toEqual([[{ version: current }], ['body']]);
    await store.close();
    const before = open();
    await before.migrate();
    expect(await content(before)).toHaveLength(RECORDS.length);
    await before.close();
  });

  it('is made once by many servers that start at once, and again brought up to date by many', async () => {
    const first = Array.from({ length: 8 }, () => open());
    await Promise.all(first.map((store) => store.migrate()));
    expect(await versionInDatabase()).toEqual([{ version: current }]);
    const second = Array.from({ length: 8 }, () => open([...MIGRATIONS, next]));
    await Promise.all([
      ...second.map((store) => store.migrate()),
      ...first.map((store, i) => store.transaction((tx) => tx.insert({ ...RECORDS[i]! }))),
    ]);
    expect([await versionInDatabase(), await content(second[0]!)]).toMatchObject([[{ version: current + 1 }], { length: 8 }]);
    await Promise.all([...first, ...second].map((store) => store.close()));
  });

  it('needs no right but to read and write records where there is nothing to bring up to date', async () => {
    await former();
    const role = `tacit_test_${randomBytes(6).toString('hex')}`;
    await database.ask(`create role ${role} login password 'x'`);
    await database.ask('revoke create on schema public from public');
    await database.ask(`grant select, insert, update, delete on tacit_record to ${role}`);
    await database.ask(`grant select on tacit_schema to ${role}`);
    const url = new URL(database.url);
    url.username = role;
    url.password = 'x';
    const store = postgres({ connectionString: url.href });
    await store.migrate();
    expect(await content(store)).toHaveLength(RECORDS.length);
    await store.close();
    const newer = postgresOf({ connectionString: url.href, busyTimeoutMs: 0 }, [...MIGRATIONS, next]);
    await expect(newer.migrate()).rejects.toMatchObject({ code: 'ERR_STORE_FAILED', cause: { code: '42501' } });
    await newer.close();
    await database.ask(`drop owned by ${role}; drop role ${role}`);
  });

  it('waits for whoever holds the row of the version', async () => {
    const store = open();
    await store.migrate();
    const holder = new pg.Client({ connectionString: database.url });
    await holder.connect();
    await holder.query('begin; update tacit_schema set version = version');
    let done = false;
    const other = open([...MIGRATIONS, next]);
    const migrating = other.migrate().then(() => {
      done = true;
    });
    const waiting = () => database.ask("select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()");
    while ((await waiting()).length === 0) {
      // What the other waits for is looked at until it waits.
    }
    expect(done).toBe(false);
    await holder.query('commit');
    await migrating;
    await Promise.all([holder.end(), store.close(), other.close()]);
  });

  it.each([
    ['a record', 'select body from tacit_record where tenant = $1 and subject = $1 and kind = $1 and id = $1'],
    [
      'the newest of a customer',
      'select id from tacit_record where tenant = $1 and subject = $1 and kind = $1 order by at desc, id desc limit 5',
    ],
    [
      'one kind over all',
      'select id from tacit_record where tenant = $1 and kind = $1 and (subject, id) > ($1, $1) order by subject, id limit 5',
    ],
    [
      'what is due',
      'select id from tacit_record where tenant = $1 and kind = $1 and due is not null and due <= 9 order by due, subject, id limit 5',
    ],
    [
      'what is due last',
      'select id from tacit_record where tenant = $1 and kind = $1 and due is not null order by due desc, subject desc, id desc limit 5',
    ],
    [
      'what is due before that',
      'select id from tacit_record where tenant = $1 and kind = $1 and due is not null and (due, subject, id) < (9, $1, $1) order by due desc, subject desc, id desc limit 5',
    ],
    ['all of a customer', "delete from tacit_record where tenant = $1 and subject = $1 and kind not in ('audit')"],
  ])('finds %s by an index, without a scan or a sort', async (_name, sql) => {
    const store = postgres({ connectionString: database.url });
    await store.migrate();
    await store.close();
    // On a table that is nearly empty a scan is the cheapest way; what is asked is whether there is another.
    await database.ask('set enable_seqscan = off; set enable_bitmapscan = off');
    const text = sql.replaceAll('$1', "'a'");
    const plan = (await database.ask(`explain ${text}`)).map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).toMatch(/Index (Only )?Scan/);
    expect(plan).not.toMatch(/Seq Scan|Sort/);
  });
});
