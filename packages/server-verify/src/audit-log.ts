import {
  type AuditBreak,
  type AuditHead,
  appendAudit,
  base64urlDecode,
  CryptoError,
  type CryptoErrorCode,
  type DataKey,
  isAuditHead,
  type SealContext,
  type SignedAuditHead,
  signAuditHead,
  verifyAuditChain,
} from '@tacit-auth/crypto';
import { logAfter } from './after-commit';
import type { AuditType } from './audit-types';
import type { Context } from './context';
import { TacitServerError } from './errors';
import { everyPage } from './every-page';
import type { NewRecord, StoreRecord, StoreTransaction } from './store';

/** The chain of what operators do; its entries are sealed under the root key. Every other chain is a customer's subject. */
export const OPERATORS = 'operators';

/** Record kinds that outlive the erasure of a customer. */
export const AUDIT_KINDS = ['audit', 'audit-head', 'audit-anchor'] as const;

export interface AuditEvent {
  /** A customer's pseudonym, or {@link OPERATORS}. */
  chain: string;
  type: AuditType;
  /** Coded, never free text. */
  reason?: string;
  /** Codes and coarse figures: at most 16, strings of at most 128 characters. */
  detail?: Record<string, string | number | boolean>;
  /** Does the same work without writing: for the stand-in of a customer that does not exist. */
  decoy?: boolean;
  /** The customer's key does not open, and is about to be erased: nobody can read the entry, but it counts. */
  keyLost?: boolean;
}

export type AuditEntry =
  | { sequence: number; at: number; erased: false; type: AuditType; reason?: string; detail?: Record<string, string | number | boolean> }
  /** The key of the customer was erased, or the entry is damaged: that something happened is left, but not what. */
  | { sequence: number; at: number; erased: true };

export type AuditVerdict =
  | { status: 'intact'; entries: number; head: AuditHead | null }
  /** `sequence` is the first entry that is wrong. */
  | { status: 'broken'; sequence: number; reason: AuditBreak };

const PAGE = 500;
const MAX_DETAILS = 16;
const MAX_DETAIL_LENGTH = 128;
const UNOPENED: readonly string[] = [
  'ERR_SEAL_OPEN',
  'ERR_SEAL_MALFORMED',
  'ERR_SEAL_VERSION',
  'ERR_BASE64URL',
] satisfies CryptoErrorCode[];

/**
 * Appends one event to a chain, inside the transaction of what it tells of. The chain runs over the sealed entries, so it can be checked when
 * their key is gone.
 *
 * @throws TacitServerError `ERR_DATA_KEY_ERASED` when the customer has no key, `ERR_RECORD_CORRUPT` when the chain's head can not be read; TypeError, RangeError for a
 * reason or detail out of bounds
 */
export async function audit(ctx: Context, tx: StoreTransaction, event: AuditEvent): Promise<void> {
  const { chain, type, reason, detail, decoy = false, keyLost = false } = event;
  assertDetail(reason, detail);
  const stored = await tx.get('audit-head', chain, 'head');
  const held = keyLost ? ctx.rootKey() : await ctx.dataKey(tx, chain);
  const key = chain === OPERATORS || decoy ? ctx.rootKey() : held;
  if (key === undefined) {
    throw new TacitServerError('ERR_DATA_KEY_ERASED', { field: 'audit' });
  }
  const previous = stored === undefined ? null : readHead(chain, stored.body);
  if (previous === undefined) {
    throw new TacitServerError('ERR_RECORD_CORRUPT', { field: 'audit-head' });
  }
  // Entries are read in order of time, and the clock of another server may be behind.
  const at = Math.max(ctx.clock(), stored?.at ?? 0);
  const plaintext = encoder.encode(JSON.stringify({ type, reason, detail }));
  const sealedEntry = ctx.sealer.seal({ key, context: entryContext(chain, (previous?.sequence ?? 0) + 1), plaintext });
  const { record, head } = appendAudit({ previous, sealedEntry, at, chain });
  if (decoy) {
    return;
  }
  const inserted = await tx.insert(row('audit', chain, sequenceId(record.sequence), record, at));
  const moved = await tx.put(row('audit-head', chain, 'head', head, at), { ifVersion: stored?.version ?? 0 });
  if (!inserted || !moved) {
    throw new TacitServerError('ERR_RECORD_CONFLICT', { field: 'audit' });
  }
}

/**
 * Reads a whole chain and says whether it is whole, also after the customer was erased.
 *
 * @param options.anchors signed heads kept outside the store, besides those in it: with them a store that was set back as a whole shows
 */
export async function verifyAudit(
  ctx: Context,
  chain: string,
  options: { anchors?: readonly SignedAuditHead[] } = {},
): Promise<AuditVerdict> {
  const { head, isDamaged, anchors, first } = await ctx.store.transaction(async (tx) => {
    const record = await tx.get('audit-head', chain, 'head');
    const signed = await tx.list('audit-anchor', chain, { limit: 1_000 });
    const [entry] = await tx.list('audit', chain, { limit: 1, order: 'oldest' });
    const head = record && readHead(chain, record.body);
    return {
      head,
      isDamaged: record !== undefined && head === undefined,
      anchors: signed.map(({ body }) => parseJson(body) as SignedAuditHead),
      first: entry,
    };
  });
  if (isDamaged || (head === undefined && first !== undefined)) {
    return { status: 'broken', sequence: 1, reason: 'head' };
  }
  const result = await verifyAuditChain(entriesUpTo(ctx, chain, head?.sequence ?? 0), {
    chain,
    ...(head === undefined ? {} : { head }),
    signedHeads: [...anchors, ...(options.anchors ?? [])],
    key: ctx.rootKey(),
  });
  return result.status === 'broken' ? result : { status: 'intact', entries: result.entries, head: result.head };
}

/** Entries of a chain, the newest first. `after` is the number of the last entry of the page before. */
export async function readAudit(ctx: Context, chain: string, options: { limit: number; after?: number }): Promise<AuditEntry[]> {
  return ctx.store.transaction(async (tx) => {
    const last = options.after === undefined ? undefined : await tx.get('audit', chain, sequenceId(options.after));
    const records = await tx.list('audit', chain, { limit: options.limit, ...(last === undefined ? {} : { after: last }) });
    const key = chain === OPERATORS ? ctx.rootKey() : await ctx.dataKey(tx, chain);
    return records.map((record) => openEntry(ctx, key, chain, record));
  });
}

/**
 * Signs the head of every chain that has grown since it was last signed, under a sub-key of the root key. A chain cut off behind a signed
 * head no longer verifies.
 *
 * @returns the new anchors, to be copied to a place that whoever can write to the store can not reach
 */
export async function anchorAuditHeads(ctx: Context): Promise<SignedAuditHead[]> {
  const made: SignedAuditHead[] = [];
  const pages = everyPage<{ subject: string; id: string; anchors: SignedAuditHead[] }>(PAGE, (options) =>
    ctx.store.transaction(async (tx) => {
      const page = [];
      for (const { subject, id, body } of await tx.listKind('audit-head', options)) {
        const head = readHead(subject, body);
        if (head === undefined) {
          // The others are signed all the same.
          logAfter(ctx, tx, { level: 'error', event: 'audit-head-unreadable', code: 'ERR_RECORD_CORRUPT' });
          page.push({ subject, id, anchors: [] });
          continue;
        }
        const at = ctx.clock();
        const signed = signAuditHead({ key: ctx.rootKey(), head, at });
        const isNew = await tx.insert(row('audit-anchor', subject, sequenceId(head.sequence), signed, at));
        page.push({ subject, id, anchors: isNew ? [signed] : [] });
      }
      return page;
    }),
  );
  for await (const page of pages) {
    made.push(...page.flatMap(({ anchors }) => anchors));
  }
  return made;
}

async function* entriesUpTo(ctx: Context, chain: string, end: number): AsyncGenerator<unknown> {
  let after: StoreRecord | undefined;
  let read = 0;
  // What is appended while this runs lies behind the head that was read, and is not looked at.
  while (read < end) {
    const limit = Math.min(PAGE, end - read);
    const last = after;
    const page = await ctx.store.transaction((tx) =>
      tx.list('audit', chain, { limit, order: 'oldest', ...(last === undefined ? {} : { after: last }) }),
    );
    for (const record of page) {
      yield parseEntry(record.body);
    }
    read += page.length;
    after = page.at(-1);
    if (page.length < limit) {
      return;
    }
  }
}

function openEntry(ctx: Context, key: DataKey | undefined, chain: string, record: StoreRecord): AuditEntry {
  const sequence = Number(record.id);
  const { at } = record;
  if (key === undefined) {
    return { sequence, at, erased: true };
  }
  const { entry } = (parseEntry(record.body) ?? {}) as { entry?: unknown };
  const opened = openSealed(ctx, key, entryContext(chain, sequence), entry);
  if (opened === undefined) {
    return { sequence, at, erased: true };
  }
  const { type, reason, detail } = parseJson(opened) as {
    type: AuditType;
    reason?: string;
    detail?: Record<string, string | number | boolean>;
  };
  return { sequence, at, erased: false, type, ...(reason === undefined ? {} : { reason }), ...(detail === undefined ? {} : { detail }) };
}

/**
 * Undefined for an entry under a key that was erased: a host may give an id again after an erasure, and the chain goes on. Whether an entry was
 * tampered with is for {@link verifyAudit} to say, which needs no key; one that is damaged hides none beside it.
 */
function openSealed(ctx: Context, key: DataKey, context: SealContext, entry: unknown): Uint8Array | undefined {
  if (typeof entry !== 'string') {
    return undefined;
  }
  try {
    return ctx.sealer.open({ key, context, sealed: base64urlDecode(entry) });
  } catch (error) {
    if (error instanceof CryptoError && UNOPENED.includes(error.code)) {
      return undefined;
    }
    throw error;
  }
}

function assertDetail(reason: unknown, detail: Record<string, unknown> = {}): void {
  if (reason !== undefined && !(typeof reason === 'string' && reason.length <= MAX_DETAIL_LENGTH)) {
    throw new RangeError(`reason must be a string of at most ${MAX_DETAIL_LENGTH} characters`);
  }
  const values = Object.values(detail);
  if (values.length > MAX_DETAILS) {
    throw new RangeError(`detail must have at most ${MAX_DETAILS} entries`);
  }
  for (const value of values) {
    if (!(typeof value === 'boolean' || Number.isFinite(value) || (typeof value === 'string' && value.length <= MAX_DETAIL_LENGTH))) {
      throw new RangeError(`detail must hold booleans, finite numbers and strings of at most ${MAX_DETAIL_LENGTH} characters`);
    }
  }
}

const encoder = new TextEncoder();
const entryContext = (chain: string, sequence: number) => ({ subject: `${chain}/${sequence}`, purpose: 'audit' });
/** As wide as the largest safe integer, so that ids sort as numbers do. */
const sequenceId = (sequence: number): string => String(sequence).padStart(16, '0');
const parseJson = (body: Uint8Array): unknown => JSON.parse(new TextDecoder().decode(body));

/** The head that a record holds; undefined where it is damaged, or of another chain. */
function readHead(chain: string, body: Uint8Array): AuditHead | undefined {
  const head = parseEntry(body);
  return isAuditHead(head) && head.chain === chain ? head : undefined;
}

/** A body that is no longer JSON is a broken entry, not a failure to check. */
function parseEntry(body: Uint8Array): unknown {
  try {
    return parseJson(body);
  } catch (error) {
    if (error instanceof SyntaxError) {
      return undefined;
    }
    throw error;
  }
}

function row(kind: string, subject: string, id: string, value: unknown, at: number): NewRecord {
  return { kind, subject, id, body: encoder.encode(JSON.stringify(value)), at, due: null };
}
