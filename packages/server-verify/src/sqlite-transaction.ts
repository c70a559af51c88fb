import { isTacitServerError, TacitServerError } from './errors';
import type { RecordQueries } from './record-queries';
import { sqlTransaction } from './sql-transaction';
import type { SqliteConnection } from './sqlite-database';
import type { StoreTransaction } from './store';

/** Whether a transaction is still running, and whether each of its statements went well. */
export class TransactionScope {
  open = true;
  #failure: unknown;

  run<T>(work: () => T): T {
    if (!this.open) {
      throw new TacitServerError('ERR_STORE_TRANSACTION_ENDED');
    }
    this.assertSound();
    try {
      return work();
    } catch (error) {
      // The engine may have rolled back by itself; what followed would then be outside any transaction.
      if (isTacitServerError(error)) {
        this.#failure = error;
      }
      throw error;
    }
  }

  assertSound(): void {
    if (this.#failure !== undefined) {
      throw this.#failure;
    }
  }
}

export function transactionOver(connection: SqliteConnection, queries: RecordQueries, scope: TransactionScope): StoreTransaction {
  return sqlTransaction(queries, {
    rows: (query) => scope.run(() => connection.rows(query)),
    run: (query) => scope.run(() => connection.run(query)),
    rewritesIndexes: true,
  });
}
