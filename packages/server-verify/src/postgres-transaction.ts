import { createHash } from 'node:crypto';
import type { CompiledQuery } from 'kysely';
import { TacitServerError } from './errors';
import { commitLost, PostgresFailure, postgresFailure, storeError } from './postgres-errors';
import type { PostgresClient, PostgresPool, PostgresResult } from './postgres-pool';
import type { RecordQueries } from './record-queries';
import { sqlTransaction } from './sql-transaction';
import type { StoreTransaction } from './store';

/** Names of prepared statements: the same text has the same name on every connection and in every store. */
const names = new Map<string, string>();
const MAX_NAMES = 256;

/** A connection for as long as it is lent out. */
export class PostgresLease {
  readonly #client: PostgresClient;
  /** Not to be lent out again: lost, or left in the middle of something. */
  #broken = false;
  /** How it was lost while no statement was on its way. */
  #lost: PostgresFailure | undefined;
  // Without a listener this event would end the process.
  readonly #onError = (error: unknown) => {
    this.#broken = true;
    this.#lost ??= postgresFailure(error);
  };

  private constructor(client: PostgresClient) {
    this.#client = client;
    client.on('error', this.#onError);
  }

  /** Lends a connection to `use`. @throws PostgresFailure when there is none to be had */
  static async during<T>(pool: PostgresPool, use: (lease: PostgresLease) => Promise<T>): Promise<T> {
    const client = await pool.connect().catch((error: unknown) => {
      throw postgresFailure(error);
    });
    const lease = new PostgresLease(client);
    try {
      return await use(lease);
    } finally {
      client.off('error', lease.#onError);
      client.release(lease.#broken);
    }
  }

  /** @throws PostgresFailure when the connection was lost already: nothing that is sent now would arrive */
  assertThere(): void {
    if (this.#lost !== undefined) {
      throw this.#lost;
    }
  }

  /** @throws PostgresFailure */
  async query(query: { text: string; values?: unknown[]; name?: string }): Promise<PostgresResult> {
    try {
      return await this.#client.query(query);
    } catch (error) {
      const failure = postgresFailure(error);
      this.#broken ||= failure.trouble === 'lost';
      throw failure;
    }
  }

  /** Begins or ends a transaction: one that fails leaves the connection in a state that nobody knows, but for a commit that was refused. */
  async turn(text: string): Promise<void> {
    try {
      await this.query({ text });
    } catch (error) {
      this.#broken ||= text !== 'commit' || !(error instanceof PostgresFailure && error.trouble === 'contention');
      throw error;
    }
  }
}

/**
 * One run of a transaction.
 *
 * @throws PostgresFailure when a statement failed, whatever `work` made of it: nothing was written. TacitServerError when it is not known whether a commit took
 * effect. Else what `work` threw
 */
export async function runTransaction<T>(
  lease: PostgresLease,
  { begin, prepared }: { begin: string; prepared: boolean },
  work: (transaction: PostgresTransaction) => Promise<T>,
): Promise<T> {
  await lease.turn(begin);
  const transaction = new PostgresTransaction(lease, prepared);
  const outcome = await work(transaction).then(
    (result) => ({ result }),
    (error: unknown) => ({ error }),
  );
  await transaction.end();
  const { failure } = transaction;
  if (failure !== undefined || 'error' in outcome) {
    if (failure?.trouble !== 'lost') {
      await lease.turn('rollback');
    }
    throw failure ?? ('error' in outcome ? outcome.error : undefined);
  }
  lease.assertThere();
  try {
    await lease.turn('commit');
  } catch (error) {
    throw error instanceof PostgresFailure && error.trouble !== 'contention' ? commitLost(error) : error;
  }
  return outcome.result;
}

/** What a run of a transaction has sent, and how it went. */
export class PostgresTransaction {
  readonly #lease: PostgresLease;
  readonly #prepared: boolean;
  /** What was sent last: the next is sent when it is answered. */
  #last: Promise<unknown> = Promise.resolve();
  #open = true;
  /** The first statement that failed; the engine refuses whatever follows it. */
  failure: PostgresFailure | undefined;

  constructor(lease: PostgresLease, prepared: boolean) {
    this.#lease = lease;
    this.#prepared = prepared;
  }

  verbs(queries: RecordQueries): StoreTransaction {
    return sqlTransaction(queries, {
      rows: async (query) => (await this.execute(query)).rows,
      run: async (query) => (await this.execute(query)).rowCount ?? 0,
    });
  }

  /** Sends a statement when all that were asked for before it are answered, and before the end of the transaction. */
  execute({ sql, parameters }: Pick<CompiledQuery, 'sql' | 'parameters'>): Promise<PostgresResult> {
    if (!this.#open) {
      return Promise.reject(new TacitServerError('ERR_STORE_TRANSACTION_ENDED'));
    }
    // Bytes are copied: a statement that waits for another must not see what the caller does to them meanwhile.
    const values = parameters.map((value) => (value instanceof Uint8Array ? Buffer.from(value) : value));
    const query = { text: sql, values, ...(this.#prepared && { name: statementName(sql) }) };
    const result = this.#last.then(() => this.#send(query));
    this.#last = result.then(
      () => undefined,
      () => undefined,
    );
    return result;
  }

  async #send(query: { text: string; values: unknown[] }): Promise<PostgresResult> {
    try {
      if (this.failure !== undefined) {
        throw this.failure;
      }
      return await this.#lease.query(query);
    } catch (error) {
      this.failure ??= postgresFailure(error);
      throw storeError(error);
    }
  }

  /** Nothing more may be sent; resolves when all that was asked for is answered. */
  async end(): Promise<void> {
    this.#open = false;
    await this.#last;
  }
}

function statementName(sql: string): string {
  const known = names.get(sql);
  if (known !== undefined) {
    return known;
  }
  const name = `tacit_${createHash('sha256').update(sql).digest('hex').slice(0, 24)}`;
  if (names.size < MAX_NAMES) {
    names.set(sql, name);
  }
  return name;
}
