import pg from 'pg';
import { describe, expect, it } from 'vitest';
import type { LogEvent } from './log';
import type { Store } from './store';
import { proxyTo } from './testing-postgres-database';
import { deferred, increment, postgresForTests, pryingPool, read, record, valueAt } from './testing-postgres-store';

const bank = postgresForTests();

describe('a transaction that meets another', () => {
  it('is run again until it comes through, on what is there by then', async () => {
    const [store, other] = await bank.pair();
    const seen: number[] = [];
    await store.transaction(async (tx) => {
      const value = await valueAt(tx, 'a');
      seen.push(value);
      if (seen.length <= 3) {
        await increment(other);
      }
      await tx.put(record('a', value + 10));
    });
    expect([seen, await read(store, 'a'), bank.waits]).toEqual([[0, 1, 2, 3], 13, [3, 6, 12]]);
    await Promise.all([store.close(), other.close()]);
  });

  it('is run again where the commit is refused, though each wrote where the other only read', async () => {
    const [store, other] = await bank.pair();
    let runs = 0;
    await store.transaction(async (tx) => {
      runs++;
      const there = await valueAt(tx, 'a');
      if (runs === 1) {
        await other.transaction(async (second) => second.put(record('a', (await valueAt(second, 'b')) + 1)));
      }
      await tx.put(record('b', there + 1));
    });
    // One after another: a = 0 + 1, then b = 1 + 1.
    expect([await read(store, 'a'), await read(store, 'b')]).toEqual([1, 2]);
    expect(runs).toBe(2);
    await Promise.all([store.close(), other.close()]);
  });

  it('is run again whatever its work made of the refusal', async () => {
    const [store, other] = await bank.pair();
    let runs = 0;
    const result = await store.transaction(async (tx) => {
      runs++;
      const value = await valueAt(tx, 'a');
      if (runs === 1) {
        await increment(other);
      }
      return tx.put(record('a', value + 10)).catch(() => 'swallowed');
    });
    expect([runs, result, await read(store, 'a')]).toEqual([2, true, 11]);
    await Promise.all([store.close(), other.close()]);
  });

  it('is given up as busy when it has paused for long enough, and nothing of it stays', async () => {
    const [store, other] = await bank.pair({ busyTimeoutMs: 20 });
    let runs = 0;
    const failed = store.transaction(async (tx) => {
      runs++;
      await valueAt(tx, 'a');
      await increment(other);
      await tx.put(record('a', 200));
    });
    await expect(failed).rejects.toMatchObject({ code: 'ERR_STORE_BUSY', cause: { code: '40001' } });
    expect([bank.waits, runs, await read(store, 'a')]).toEqual([[3, 6, 12], 4, 4]);
    await Promise.all([store.close(), other.close()]);
  });

  it('is run again when the two wait for each other', async () => {
    const [store, other] = await bank.pair();
    await store.transaction(async (tx) => void (await Promise.all([tx.put(record('a', 1)), tx.put(record('b', 1))])));
    const both = deferred();
    let first = 2;
    const cross = (own: Store, from: string, to: string) =>
      own.transaction(async (tx) => {
        const value = await valueAt(tx, from);
        await tx.put(record(from, value + 1));
        if (--first === 0) {
          both.resolve();
        }
        await both.promise;
        await tx.put(record(to, (await valueAt(tx, to)) + 1));
      });
    await Promise.all([cross(store, 'a', 'b'), cross(other, 'b', 'a')]);
    expect([await read(store, 'a'), await read(store, 'b')]).toEqual([3, 3]);
    await Promise.all([store.close(), other.close()]);
  });

  it('comes to its end though the store is closed while it pauses', async () => {
    const other = await bank.opened();
    const [paused, gate] = [deferred(), deferred()];
    const store = await bank.opened({
      wait: async () => {
        paused.resolve();
        await gate.promise;
      },
    });
    let runs = 0;
    const running = store.transaction(async (tx) => {
      const value = await valueAt(tx, 'a');
      if (++runs === 1) {
        await increment(other);
      }
      await tx.put(record('a', value + 10));
    });
    await paused.promise;
    const closing = store.close();
    gate.resolve();
    await Promise.all([running, closing]);
    expect([runs, await read(other, 'a')]).toEqual([2, 11]);
    await other.close();
  });

  it('is not run again for what its work throws by itself', async () => {
    const store = await bank.opened();
    let runs = 0;
    const failed = store.transaction(async (tx) => {
      runs++;
      await tx.put(record('a', 1));
      throw new Error('on purpose');
    });
    await expect(failed).rejects.toThrow('on purpose');
    expect([runs, await read(store, 'a'), bank.waits]).toEqual([1, 0, []]);
    await store.close();
  });
});

describe('a connection that is lost', () => {
  it('in the middle of a transaction has it run again on another', async () => {
    const store = await bank.opened();
    let runs = 0;
    await store.transaction(async (tx) => {
      runs++;
      await tx.put(record('a', runs));
      if (runs === 1) {
        await bank.kill("state = 'idle in transaction'");
      }
      await tx.put(record('b', runs));
    });
    expect([runs, await read(store, 'a'), await read(store, 'b')]).toEqual([2, 2, 2]);
    await store.close();
  });

  it('between two statements of a transaction has it run again, too', async () => {
    const store = await bank.opened();
    let runs = 0;
    await store.transaction(async (tx) => {
      runs++;
      await tx.put(record('a', runs));
      if (runs === 1) {
        await bank.kill("state = 'idle in transaction'");
        // Long enough for the news to arrive while nothing is asked of the connection.
        for (let turn = 0; turn < 50; turn++) {
          await bank.ask('select 1');
        }
      }
    });
    expect([runs, await read(store, 'a')]).toEqual([2, 2]);
    await store.close();
  });

  it('while nobody uses it is logged by its code, and missed by nobody', async () => {
    const events: LogEvent[] = [];
    const told = deferred();
    const store = await bank.opened({
      log: (event) => {
        events.push(event);
        told.resolve();
      },
    });
    await increment(store);
    await bank.kill("state = 'idle'");
    await told.promise;
    await increment(store);
    expect(await read(store, 'a')).toBe(2);
    expect(events).toEqual(events.map(() => ({ level: 'warn', event: 'store-connection-lost', code: '57P01' })));
    await store.close();
  });

  it('during a commit is an error of its own, and the transaction is not run again', async () => {
    let armed = false;
    const pool = pryingPool(bank.url, async (query) => {
      if (armed && query.text === 'commit') {
        await bank.kill("state = 'idle in transaction'");
      }
      return query;
    });
    const store = await bank.opened({ pool });
    armed = true;
    await expect(increment(store)).rejects.toMatchObject({
      code: 'ERR_STORE_FAILED',
      message: expect.stringMatching(/may have taken effect/),
    });
    armed = false;
    expect([bank.waits, await read(store, 'a')]).toEqual([[], 0]);
    await store.close();
    await pool.end();
  });
});

describe('a commit that was none', () => {
  it('is an error, though the engine takes it for an answer', async () => {
    let armed = false;
    const pool = pryingPool(bank.url, async (query, client) => {
      if (armed && query.text === 'commit') {
        await expect(client.query('select 1 / 0')).rejects.toMatchObject({ code: '22012' });
      }
      return query;
    });
    const store = await bank.opened({ pool });
    armed = true;
    await expect(increment(store)).rejects.toMatchObject({ code: 'ERR_STORE_FAILED', cause: { code: '40000' } });
    armed = false;
    expect([bank.waits, await read(store, 'a')]).toEqual([[], 0]);
    await store.close();
    await pool.end();
  });
});

describe('a way to the database that falls silent', () => {
  it('counts as lost when an answer is overdue, and the transaction is run again by another', async () => {
    const proxy = await proxyTo(bank.url);
    const timeouts: unknown[] = [];
    let armed = false;
    const pool = pryingPool(proxy.url, (query) => {
      timeouts.push(query.query_timeout);
      if (!armed || !query.text.startsWith('insert')) {
        return query;
      }
      armed = false;
      proxy.mute();
      return { ...query, query_timeout: 50 };
    });
    const store = await bank.opened({ pool, statementTimeoutMs: 2_000 });
    timeouts.length = 0;
    armed = true;
    expect(await increment(store)).toBe(true);
    expect([await read(store, 'a'), bank.waits]).toEqual([1, [3]]);
    // Every statement has a time by which it is answered.
    expect(new Set(timeouts)).toEqual(new Set([7_000]));
    await store.close();
    await pool.end();
    await proxy.close();
  });
});

describe('a transaction that waits too long', () => {
  it('for its own work, is given up as busy and not begun again', async () => {
    let armed = false;
    const pool = pryingPool(bank.url, (query) =>
      armed ? { ...query, text: query.text.replace(/(idle_in_transaction_session_timeout =) \d+/, '$1 50') } : query,
    );
    const store = await bank.opened({ pool });
    armed = true;
    let runs = 0;
    const ended = "select count(*)::int as open from pg_stat_activity where datname = current_database() and state = 'idle in transaction'";
    const failed = store.transaction(async (tx) => {
      runs++;
      await tx.put(record('a', 1));
      while ((await bank.ask(ended))[0]?.open !== 0) {
        // What is done inside takes longer than the rows may be held.
      }
      await tx.put(record('b', 1));
    });
    await expect(failed).rejects.toMatchObject({ code: 'ERR_STORE_BUSY', cause: { code: '25P03' } });
    armed = false;
    expect([runs, bank.waits, await read(store, 'a')]).toEqual([1, [], 0]);
    await store.close();
    await pool.end();
  });

  it('for a row, is given up as busy', async () => {
    const store = await bank.opened({ statementTimeoutMs: 500 });
    await increment(store);
    await bank.ask('begin');
    await bank.ask(`update tacit_record set at = at where tenant = '${bank.tenant}'`);
    await expect(increment(store)).rejects.toMatchObject({ code: 'ERR_STORE_BUSY', cause: { code: '57014' } });
    await bank.ask('rollback');
    expect([await read(store, 'a'), bank.waits]).toEqual([1, []]);
    await store.close();
  });

  it('for a connection, is given up as busy', async () => {
    const pool = new pg.Pool({ connectionString: bank.url, max: 1 });
    const store = await bank.opened({ pool });
    const [entered, gate] = [deferred(), deferred()];
    const holding = store.transaction(async () => {
      entered.resolve();
      await gate.promise;
    });
    await entered.promise;
    // Not before: to make a connection takes as long as the machine likes.
    pool.options.connectionTimeoutMillis = 30;
    await expect(increment(store)).rejects.toMatchObject({ code: 'ERR_STORE_BUSY', cause: { code: 'CONNECT_TIMEOUT' } });
    gate.resolve();
    await holding;
    await store.close();
    await pool.end();
  });
});
