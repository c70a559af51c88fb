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
  readonly #answerMs: number;
  /** Not to be lent out again: lost, or left in the middle of something. */
  #broken = false;
  /** How it was lost while no statement was on its way. */
  #lost: PostgresFailure | undefined;
  // Without a listener this event would end the process.
  readonly #onError = (error: unknown) => {
    this.#broken = true;
    this.#lost ??= postgresFailure(error);
  };

  private constructor(client: PostgresClient, answerMs: number) {
    this.#client = client;
    this.#answerMs = answerMs;
    client.on('error', this.#onError);
  }

  /**
   * Lends a connection to `use`.
   *
   * @param answerMs how long a statement may stay without an answer before the connection counts as lost; 0: for ever
   * @throws PostgresFailure when there is none to be had
   */
  static async during<T>(pool: PostgresPool, answerMs: number, use: (lease: PostgresLease) => Promise<T>): Promise<T> {
    const lease = new PostgresLease(await connected(pool), answerMs);
    const client = lease.#client;
    try {
      return await use(lease);
    } finally {
      client.off('error', lease.#onError);
      client.release(lease.#broken);
    }
  }

  /** Whether it is of no more use: not even a transaction that is open on it has to be ended. */
  get broken(): boolean {
    return this.#broken;
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
      return await this.#client.query({ ...query, ...(this.#answerMs > 0 && { query_timeout: this.#answerMs }) });
    } catch (error) {
      // Why the connection went says more than that it is gone.
      const failure = this.#lost ?? postgresFailure(error);
      this.#broken ||= failure.endsConnection;
      throw failure;
    }
  }

  /** Begins or ends a transaction: one that fails leaves the connection in a state that nobody knows, but for a commit that was refused. */
  async turn(text: string): Promise<PostgresResult> {
    try {
      return await this.query({ text });
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
  const outcome = await outcomeOf(() => work(transaction));
  await transaction.end();
  const { failure } = transaction;
  if (failure !== undefined || 'error' in outcome) {
    if (!lease.broken) {
      await lease.turn('rollback');
    }
    throw failure ?? ('error' in outcome ? outcome.error : undefined);
  }
  lease.assertThere();
  if ((await committed(lease)).command !== 'COMMIT') {
    // The engine had given the transaction up, and says so by the name of what it did alone.
    throw new PostgresFailure('40000', 'failed');
  }
  return outcome.result;
}

/** Also of what throws before it gives a promise. */
async function outcomeOf<T>(work: () => Promise<T>): Promise<{ result: T } | { error: unknown }> {
  try {
    return { result: await work() };
  } catch (error) {
    return { error };
  }
}

async function committed(lease: PostgresLease): Promise<PostgresResult> {
  try {
    return await lease.turn('commit');
  } catch (error) {
    throw error instanceof PostgresFailure && error.trouble !== 'contention' ? commitLost(error) : error;
  }
}

/** A pool may also throw, such as for a certificate that it can not read. */
async function connected(pool: PostgresPool): Promise<PostgresClient> {
  try {
    return await pool.connect();
  } catch (error) {
    throw postgresFailure(error);
  }
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
