import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Libsql from 'libsql';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sqlite } from './sqlite';
import type { NewRecord, Store } from './store';
import { storeContract } from './testing';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tacit-sqlite-'));
  path = join(folder, 'bank.db');
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

storeContract(
  'sqlite',
  async () => {
    const own = join(folder, 'contract.db');
    const store = sqlite(own);
    return { store, another: async () => sqlite(own), dispose: () => store.close() };
  },
  { describe, it, expect },
);

function record(id: string, body: string | Uint8Array, kind = 'mail'): NewRecord {
  return { kind, subject: 'alice', id, body: typeof body === 'string' ? Buffer.from(body) : body, at: 1, due: null };
}

async function migrated(options: Parameters<typeof sqlite>[1] = {}): Promise<Store> {
  const store = sqlite(path, options);
  await store.migrate();
  return store;
}

/** Everything that the database left on disk, the write-ahead log included. */
const bytesOnDisk = (): Buffer => Buffer.concat(readdirSync(folder).map((name) => readFileSync(join(folder, name))));

describe('sqlite', () => {
  it('is durable: write-ahead log, full synchronisation, secure deletion', async () => {
    const database = new Libsql(path);
    const store = sqlite(database);
    await store.migrate();
    const pragma = (name: string) => Object.values(database.prepare(`pragma ${name}`).all()[0] as object)[0];
    expect([pragma('journal_mode'), pragma('synchronous'), pragma('secure_delete')]).toEqual(['wal', 2, 1]);
    await store.close();
    expect(database.prepare('select count(*) as n from tacit_record').all()).toEqual([{ n: 0 }]);
    database.close();
  });

  it.each(['', "and (due, subject, id) < (9, 'a', 'a')"])('finds what is due last by an index, without a sort, %s', async (after) => {
    await (await migrated()).close();
    const database = new Libsql(path);
    const plan = database
      .prepare(
        `explain query plan select * from tacit_record where tenant = 'a' and kind = 'a' and due is not null ${after} order by due desc, subject desc, id desc limit 5`,
      )
      .all()
      .map((row) => (row as { detail: string }).detail);
    database.close();
    expect(plan).toEqual([
      expect.stringMatching(/^SEARCH tacit_record USING INDEX tacit_record_due \(tenant=\? AND kind=\? AND due[<>]\?/),
    ]);
  });

  it('makes the file readable to its owner only', async () => {
    const store = await migrated();
    expect(statSync(path).mode & 0o777).toBe(0o600);
    await store.close();
  });

  it('keeps tenants of one file apart', async () => {
    const first = await migrated({ tenant: 'first' });
    const second = await migrated({ tenant: 'second' });
    await first.transaction((tx) => tx.insert(record('a', 'of the first')));
    expect(await second.transaction((tx) => tx.get('mail', 'alice', 'a'))).toBeUndefined();
    expect(await second.transaction((tx) => tx.insert(record('a', 'of the second')))).toBe(true);
    expect(await second.transaction((tx) => tx.deleteSubject('alice'))).toBe(1);
    expect(await first.transaction((tx) => tx.count('mail', 'alice'))).toBe(1);
    await Promise.all([first.close(), second.close()]);
  });

  it('asks to be migrated first', async () => {
    const store = sqlite(path);
    await expect(store.transaction(async () => 1)).rejects.toMatchObject({ code: 'ERR_STORE_NOT_MIGRATED' });
    await store.close();
  });

  it('refuses a schema newer than its own', async () => {
    await (await migrated()).close();
    const database = new Libsql(path);
    database.exec('update tacit_schema set version = 99');
    database.close();
    const store = sqlite(path);
    await expect(store.migrate()).rejects.toMatchObject({ code: 'ERR_STORE_SCHEMA' });
    await store.close();
  });

  it('waits for another writer without blocking, and gives up with a code', async () => {
    const waits: number[] = [];
    const holder = await migrated();
    const waiter = await migrated({ busyTimeoutMs: 50, wait: async (ms) => void waits.push(ms) });
    let release = () => {};
    const held = holder.transaction(async (tx) => {
      await tx.insert(record('a', 'x'));
      await new Promise<void>((resolve) => {
        release = resolve;
      });
    });
    await expect(waiter.transaction(async () => 1)).rejects.toMatchObject({ code: 'ERR_STORE_BUSY', status: 503 });
    expect(waits).toEqual([1, 2, 4, 8, 16, 20]);
    release();
    await held;
    expect(await waiter.transaction((tx) => tx.count('mail', 'alice'))).toBe(1);
    await Promise.all([holder.close(), waiter.close()]);
  });

  it('runs once the other writer is done', async () => {
    const holder = await migrated();
    let release = () => {};
    const waiter = await migrated({ wait: async () => release() });
    const held = holder.transaction(
      () =>
        new Promise<void>((resolve) => {
          release = resolve;
        }),
    );
    expect(await waiter.transaction(async () => 'free')).toBe('free');
    await held;
    await Promise.all([holder.close(), waiter.close()]);
  });

  it('undoes everything when a statement fails, even if the work goes on', async () => {
    const database = new Libsql(path);
    const store = sqlite(database);
    await store.migrate();
    database.exec(
      "create trigger refuse before insert on tacit_record when new.id = 'bad' begin select raise(rollback, 'no space left'); end",
    );
    const outcome = store.transaction(async (tx) => {
      await tx.insert(record('a', 'first'));
      await tx.insert(record('bad', 'second')).catch(() => undefined);
      await tx.insert(record('c', 'third')).catch(() => undefined);
      return 'done';
    });
    await expect(outcome).rejects.toMatchObject({ code: 'ERR_STORE_FAILED' });
    expect(await store.transaction((tx) => tx.count('mail', 'alice'))).toBe(0);
    await store.close();
    database.close();
  });

  it('does nothing for a verb that is called but not awaited until the transaction is over', async () => {
    const store = await migrated();
    let late: Promise<unknown> = Promise.resolve();
    await store.transaction(async (tx) => {
      late = Promise.resolve()
        .then(() => Promise.resolve())
        .then(() => Promise.resolve())
        .then(() => tx.insert(record('late', 'x')));
      late.catch(() => undefined);
    });
    await expect(late).rejects.toMatchObject({ code: 'ERR_STORE_TRANSACTION_ENDED' });
    expect(await store.transaction((tx) => tx.count('mail', 'alice'))).toBe(0);
    await store.close();
  });

  it('leaves no byte of deleted and replaced records on disk after scrub', async () => {
    const store = await migrated();
    const marker = (kind: string, i: number) => `${kind}-MARKER-${i}-${'x'.repeat((i * 37) % 900)}-END-${kind}`;
    await store.transaction(async (tx) => {
      for (let i = 0; i < 300; i++) {
        await tx.insert(record(`gone-${i}`, marker('DELETED', i)));
        await tx.insert(record(`new-${i}`, marker('REPLACED', i)));
        await tx.insert(record(`kept-${i}`, marker('KEPT', i), 'audit'));
      }
      await tx.insert(record('large', `LARGE-MARKER${'y'.repeat(50_000)}LARGE-MARKER`));
    });
    expect(bytesOnDisk().includes('DELETED-MARKER')).toBe(true);
    await store.transaction(async (tx) => {
      for (let i = 0; i < 300; i++) {
        await tx.put(record(`new-${i}`, 'short', 'audit'));
        await tx.delete('mail', 'alice', `gone-${i}`);
        await tx.put(record(`new-${i}`, `REMAINS-${'z'.repeat(i)}`));
      }
    });
    await store.transaction((tx) => tx.deleteSubject('alice', { keep: ['audit'] }));
    await store.scrub();
    const bytes = bytesOnDisk();
    expect(bytes.includes('KEPT-MARKER-299')).toBe(true);
    for (const gone of ['DELETED', 'REPLACED', 'LARGE-MARKER', 'REMAINS-', 'xxxxxxxx-END-DELETED']) {
      expect([gone, bytes.includes(gone)]).toEqual([gone, false]);
    }
    expect(await store.transaction((tx) => tx.count('audit', 'alice'))).toBe(600);
    await store.close();
  });

  it('refuses to scrub while another store writes, rather than leave something behind', async () => {
    const holder = await migrated();
    const scrubber = await migrated({ busyTimeoutMs: 0 });
    let release = () => {};
    const held = holder.transaction(async (tx) => {
      await tx.insert(record('a', 'x'));
      await new Promise<void>((resolve) => {
        release = resolve;
      });
    });
    await expect(scrubber.scrub()).rejects.toMatchObject({ code: 'ERR_STORE_BUSY' });
    release();
    await held;
    await scrubber.scrub();
    await Promise.all([holder.close(), scrubber.close()]);
  });

  it.each([
    ['', RangeError],
    ['https://example.com/bank.db', RangeError],
    ['file:bank.db', RangeError],
    [42, TypeError],
    [null, TypeError],
  ])('refuses %j as a database', (database, error) => {
    expect(() => sqlite(database as string)).toThrow(error);
  });

  it.each([
    [{ tenant: '' }, RangeError, 'tenant'],
    [{ tenant: 7 }, TypeError, 'tenant'],
    [{ busyTimeoutMs: -1 }, RangeError, 'busyTimeoutMs'],
    [{ busyTimeoutMs: '1' }, TypeError, 'busyTimeoutMs'],
  ])('refuses the options %j', (options, error, name) => {
    expect(() => sqlite(path, options as never)).toThrow(error);
    expect(() => sqlite(path, options as never)).toThrow(name);
  });

  it('codes the failure to open a file', () => {
    expect(() => sqlite(join(folder, 'no', 'such', 'folder.db'))).toThrow(expect.objectContaining({ code: 'ERR_STORE_FAILED' }));
  });
});
