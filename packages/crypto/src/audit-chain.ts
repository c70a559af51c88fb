import { sha256 } from '@noble/hashes/sha2.js';
import { assertBytes, assertInteger, assertLabel, assertObject } from './arguments';
import { base64urlDecode, base64urlEncode } from './base64';
import { CryptoError } from './errors';
import { lengthPrefixed, uint64 } from './length-prefixed';

/** Where a chain stands: enough to append to it and to check it later. */
export interface AuditHead {
  /** The name of the chain: 1 to 64 characters of `A-Z a-z 0-9 . _ : / -`. A pseudonym, not a customer's name: it outlives erasure. */
  chain: string;
  /** The number of the last entry; the first is 1. */
  sequence: number;
  /** The hash of the last entry: base64url of 32 bytes. */
  hash: string;
}

/** One entry as plain data. */
export interface AuditRecord {
  version: 1;
  chain: string;
  sequence: number;
  /** When, in ms since the epoch. */
  at: number;
  /** The sealed entry in base64url. The chain is over the ciphertext, so it stays whole when the key is erased. */
  entry: string;
  /** The hash of the entry before; 32 zero bytes for the first. */
  previous: string;
  /** SHA-256 over format, chain, sequence, time, previous hash and sealed entry. */
  hash: string;
}

export interface AppendAuditOptions {
  /** The head that the last append returned; `null` starts a chain. */
  previous: AuditHead | null;
  /** 1 to 65,536 bytes, as `seal` returned them. */
  sealedEntry: Uint8Array;
  /** ms since the epoch. */
  at: number;
  chain: string;
}

/** Every bound of an audit chain. */
export const AUDIT_LIMITS = Object.freeze({ maxEntryBytes: 65_536, maxSequence: Number.MAX_SAFE_INTEGER });

const HASH_LENGTH = 43;
export const NO_PREVIOUS = base64urlEncode(new Uint8Array(32));
const MAX_ENTRY_LENGTH = Math.ceil((AUDIT_LIMITS.maxEntryBytes * 4) / 3);

function hashOf(chain: string, sequence: number, at: number, previous: Uint8Array, entry: Uint8Array): string {
  return base64urlEncode(sha256(lengthPrefixed(['audit/1', chain, uint64(sequence), uint64(at), previous, entry])));
}

/**
 * Makes the next entry of a chain. It stores nothing: write record and head in one transaction, with the head's sequence as the guard against
 * two writers.
 *
 * @throws TypeError, RangeError; CryptoError ERR_AUDIT_HEAD when `previous` is malformed or of another chain, ERR_AUDIT_ENTRY for a full chain
 */
export function appendAudit(options: AppendAuditOptions): { record: AuditRecord; head: AuditHead } {
  assertObject(options, 'options');
  const { previous, sealedEntry, at, chain } = options;
  assertLabel(chain, 'chain');
  assertInteger(at, 'at', 0, Number.MAX_SAFE_INTEGER);
  assertBytes(sealedEntry, 'sealedEntry', 1, AUDIT_LIMITS.maxEntryBytes);
  if (previous !== null) checkHead(previous, 'previous');
  if (previous !== null && previous.chain !== chain) {
    throw new CryptoError('ERR_AUDIT_HEAD', 'previous belongs to another chain', { field: 'previous' });
  }
  if (previous?.sequence === AUDIT_LIMITS.maxSequence)
    throw new CryptoError('ERR_AUDIT_ENTRY', 'the chain is full; start another', { field: 'chain' });
  const sequence = (previous?.sequence ?? 0) + 1;
  const link = previous?.hash ?? NO_PREVIOUS;
  const hash = hashOf(chain, sequence, at, base64urlDecode(link), sealedEntry);
  const record: AuditRecord = { version: 1, chain, sequence, at, entry: base64urlEncode(sealedEntry), previous: link, hash };
  return { record, head: { chain, sequence, hash } };
}

const isHash = (value: unknown): value is string =>
  typeof value === 'string' && value.length === HASH_LENGTH && decoded(value, 32)?.length === 32;
const isSequence = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 1;
const isChain = (value: unknown): value is string => typeof value === 'string' && /^[A-Za-z0-9._:/-]{1,64}$/.test(value);

function decoded(text: string, maxBytes: number): Uint8Array | undefined {
  try {
    return base64urlDecode(text, { maxBytes });
  } catch (error) {
    if (error instanceof CryptoError) return undefined;
    throw error;
  }
}

/** Whether it has the shape of a head, such as one that was stored as JSON. Of which chain it is, and whether its hash is right, is not asked. */
export function isAuditHead(value: unknown): value is AuditHead {
  if (typeof value !== 'object' || value === null) return false;
  const { chain, sequence, hash } = value as Record<string, unknown>;
  return isChain(chain) && isSequence(sequence) && isHash(hash);
}

/** @throws CryptoError ERR_AUDIT_HEAD */
export function checkHead(value: unknown, name: string): asserts value is AuditHead {
  if (!isAuditHead(value)) throw new CryptoError('ERR_AUDIT_HEAD', `${name} must be a head of an audit chain`, { field: name });
}

/** A record with its hash computed again, or `undefined` when it has not the shape of one. */
export function readAuditRecord(value: unknown): { record: AuditRecord; computed: string } | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { version, chain, sequence, at, entry, previous, hash } = value as Record<string, unknown>;
  if (version !== 1 || !isChain(chain) || !isSequence(sequence) || !Number.isSafeInteger(at) || (at as number) < 0) return undefined;
  if (!isHash(previous) || !isHash(hash) || typeof entry !== 'string' || entry.length > MAX_ENTRY_LENGTH) return undefined;
  const bytes = decoded(entry, AUDIT_LIMITS.maxEntryBytes);
  if (bytes === undefined || bytes.length === 0) return undefined;
  const record: AuditRecord = { version: 1, chain, sequence, at: at as number, entry, previous, hash };
  return { record, computed: hashOf(chain, sequence, record.at, base64urlDecode(previous), bytes) };
}
