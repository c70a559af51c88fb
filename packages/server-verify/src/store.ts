/** One stored fact. Times are ms since the epoch. */
export interface StoreRecord {
  /** 1-32 characters of `[a-z-]`. */
  readonly kind: string;
  /** Keyed pseudonym of the customer, or empty for records that belong to nobody. At most 128 characters. */
  readonly subject: string;
  /** 1-128 characters of `[A-Za-z0-9_.:-]`, unique within kind and subject. */
  readonly id: string;
  /** Sealed bytes, or JSON where nothing in it is personal; at most 1 MiB. */
  readonly body: Uint8Array;
  /** When the fact arose; lists are ordered by it, then by id. */
  readonly at: number;
  /** When a job should look at the record (expiry, next try), or null. */
  readonly due: number | null;
  /** 1 on insert, one more with every `put`. Set by the store. */
  readonly version: number;
}

export type NewRecord = Omit<StoreRecord, 'version'>;

export interface ListOptions {
  /** 1-1000. */
  limit: number;
  /** Default `newest`. */
  order?: 'newest' | 'oldest';
  /** Only records that come after this one in the chosen order. */
  after?: { at: number; id: string };
}

export interface DueLastOptions {
  /** 1-1000. */
  limit: number;
  /** Only records that come after this one. */
  after?: Pick<StoreRecord, 'due' | 'subject' | 'id'>;
}

/** What a transaction can do. Every verb is bounded; nothing scans without a limit. */
export interface StoreTransaction {
  get(kind: string, subject: string, id: string): Promise<StoreRecord | undefined>;
  list(kind: string, subject: string, options: ListOptions): Promise<StoreRecord[]>;
  /** Records of one kind over all subjects, ordered by (subject, id). */
  listKind(kind: string, options: { limit: number; after?: { subject: string; id: string } }): Promise<StoreRecord[]>;
  /** False when a record of that kind, subject and id is there already; nothing is written then. */
  insert(record: NewRecord): Promise<boolean>;
  /** Inserts or replaces. With `ifVersion`, false and nothing written when the stored version is another (0 = must not exist). */
  put(record: NewRecord, options?: { ifVersion?: number }): Promise<boolean>;
  delete(kind: string, subject: string, id: string): Promise<boolean>;
  /** Deletes all records of a subject but those of the kinds named in `keep`; the number deleted. */
  deleteSubject(subject: string, options?: { keep?: readonly string[] }): Promise<number>;
  /** Records of one kind whose `due` is at or before `now`, the longest overdue first. */
  due(kind: string, now: number, limit: number): Promise<StoreRecord[]>;
  /** Records of one kind that have a `due`, the one that is due last first: newest first where all are kept equally long. */
  dueLast(kind: string, options: DueLastOptions): Promise<StoreRecord[]>;
  count(kind: string, subject: string): Promise<number>;
}

/**
 * Where Tacit keeps its records. Transactions are serialisable: their effects are those of some one-after-another order. When
 * `transaction` resolves, its writes survive a crash of the process; when `work` throws, nothing was written and the error passes through.
 * Nested transactions are not allowed. A store may run `work` more than once, each time on what is there by then, and only the last run counts: so `work`
 * has no effects but those of its verbs.
 */
export interface Store {
  /** Brings the schema up to date; safe to call from many servers at once. */
  migrate(): Promise<void>;
  transaction<T>(work: (tx: StoreTransaction) => Promise<T>): Promise<T>;
  /** Wipes what deletions left in files (free pages, write-ahead log), where the engine has any. */
  scrub(): Promise<void>;
  close(): Promise<void>;
}
