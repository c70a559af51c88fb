import type { Generated, Kysely, Transaction } from 'kysely';
import { openEmbedded } from './database-embedded';
import { openPostgres } from './database-postgres';

/** Money is integer minor units (cents). Times are ms since the epoch. Sealed columns are opened with the account's own key only. */
export interface BankTables {
  accounts: {
    id: string;
    /** Tacit's subject of the holder; null for the bank's own account and after erasure. */
    owner: string | null;
    number: string;
    balance: number;
    wrapped_key: string | null;
    holder_sealed: Uint8Array | null;
    opened_at: number;
  };
  entries: {
    id: Generated<number>;
    account: string;
    transfer: string;
    at: number;
    amount: number;
    balance_after: number;
    details_sealed: Uint8Array | null;
  };
  transfers: {
    id: string;
    from_account: string;
    idempotency_key: string;
    request_digest: string;
    at: number;
    amount: number;
    balance_after: number;
  };
  /** What a customer wrote beside an entry, for himself. */
  notes: {
    account: string;
    entry: number;
    words_sealed: Uint8Array;
  };
}

/** Queries outside of transactions, and inside of one. */
export type BankQueries = Kysely<BankTables> | Transaction<BankTables>;

/** The bank's own database. Its transactions are serialisable, and what one acknowledged is on disk. */
export interface BankDatabase {
  readonly queries: Kysely<BankTables>;
  /** `work` may run more than once where two transactions met: it changes nothing but the database. */
  transact<T>(work: (tx: Transaction<BankTables>) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Opens a file of this machine, or a PostgreSQL that many servers share: `postgres://...`. */
export async function openBankDatabase(place: string): Promise<BankDatabase> {
  return /^postgres(?:ql)?:\/\//.test(place) ? openPostgres(place) : openEmbedded(place);
}
