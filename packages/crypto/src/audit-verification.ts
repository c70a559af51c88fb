import { assertLabel, assertObject } from './arguments';
import { type AuditHead, checkHead, NO_PREVIOUS, readAuditRecord } from './audit-chain';
import { type SignedAuditHead, verifyAuditHead } from './audit-head';
import type { DataKey } from './data-key';

/**
 * How a chain is broken, seen from the first entry that is wrong.
 *
 * - `malformed` it is not an entry of a known version
 * - `chain` it belongs to another chain
 * - `gap` entries are missing before it
 * - `order` its number was there already
 * - `link` it does not follow the entry before it
 * - `hash` its content does not have its hash
 * - `truncated` it is missing: the chain ends before a known head
 * - `head` its hash is not the one that a known head has for it
 * - `head-signature` the signed head for it is malformed, of another chain or not signed with this key
 */
export type AuditBreak = 'malformed' | 'chain' | 'gap' | 'order' | 'link' | 'hash' | 'truncated' | 'head' | 'head-signature';

export interface VerifyAuditChainOptions {
  /** The chain that the entries must belong to; default: that of `after`, or else of the first entry. */
  chain?: string;
  /** Start behind this trusted head instead of at entry 1. */
  after?: AuditHead;
  /** The head that the store keeps: the chain must end exactly there. */
  head?: AuditHead;
  /** Heads signed earlier; the chain must pass through each. */
  signedHeads?: readonly SignedAuditHead[];
  /** The key of `signedHeads`; required with them. */
  key?: DataKey;
}

export type VerifyAuditChainResult =
  | { status: 'intact' /** `null` for a chain without entries. */; head: AuditHead | null /** Entries read. */; entries: number }
  | { status: 'broken' /** The number of the first broken entry. */; sequence: number; reason: AuditBreak };

/**
 * Reads a chain in order, one entry at a time, and says whether it is whole or names the first broken entry. Without `head` or `signedHeads`
 * a cut-off tail cannot show.
 *
 * @param records what the store gives, oldest first; whatever is in it is checked, never trusted
 * @throws TypeError, RangeError, CryptoError ERR_AUDIT_HEAD for options; whatever `records` throws while it is read
 */
export async function verifyAuditChain(
  records: Iterable<unknown> | AsyncIterable<unknown>,
  options: VerifyAuditChainOptions = {},
): Promise<VerifyAuditChainResult> {
  assertIterable(records);
  assertObject(options, 'options');
  const { after, head } = options;
  if (options.chain !== undefined) assertLabel(options.chain, 'chain');
  if (after !== undefined) checkHead(after, 'after');
  if (head !== undefined) checkHead(head, 'head');
  let chain = options.chain ?? after?.chain ?? head?.chain;
  if (after !== undefined && after.chain !== chain) throw new RangeError('after must be a head of the chain');
  if (head !== undefined && head.chain !== chain) throw new RangeError('head must be a head of the chain');

  const broken = (sequence: number, reason: AuditBreak): VerifyAuditChainResult => ({ status: 'broken', sequence, reason });
  const known = knownHeads(options, chain);
  chain ??= known.chain;

  const start = after?.sequence ?? 0;
  for (const [sequence, reason] of known.faults) if (sequence <= start) return broken(sequence, reason);
  if (after !== undefined && (known.hashes.get(start) ?? after.hash) !== after.hash) return broken(start, 'head');
  if (head !== undefined && head.sequence < start) return broken(start, 'head');

  let last: AuditHead | null = after ?? null;
  for await (const value of records) {
    const expected = (last?.sequence ?? 0) + 1;
    const fault = known.faults.get(expected);
    if (fault !== undefined) return broken(expected, fault);
    const read = readAuditRecord(value);
    if (read === undefined) return broken(expected, 'malformed');
    const { record, computed } = read;
    chain ??= record.chain;
    if (record.chain !== chain) return broken(expected, 'chain');
    if (record.sequence > expected) return broken(expected, 'gap');
    if (record.sequence < expected) return broken(expected, 'order');
    if (record.previous !== (last?.hash ?? NO_PREVIOUS)) return broken(expected, 'link');
    if (record.hash !== computed) return broken(expected, 'hash');
    if ((known.hashes.get(expected) ?? record.hash) !== record.hash) return broken(expected, 'head');
    // An entry behind the head that the store keeps was not appended through it.
    if (head !== undefined && expected > head.sequence) return broken(expected, 'head');
    last = { chain, sequence: expected, hash: record.hash };
  }

  const end = last?.sequence ?? 0;
  if (known.highest > end) return broken(end + 1, 'truncated');
  const [beyond] = [...known.faults].sort(([a], [b]) => a - b);
  if (beyond !== undefined) return broken(...beyond);
  return { status: 'intact', head: last, entries: end - start };
}

interface KnownHeads {
  chain: string | undefined;
  /** What the chain must pass through, by sequence. */
  hashes: Map<number, string>;
  /** What is wrong with the heads themselves, by sequence. */
  faults: Map<number, AuditBreak>;
  /** The last entry that is known to have been there. */
  highest: number;
}

function knownHeads({ head, signedHeads, key }: VerifyAuditChainOptions, chain: string | undefined): KnownHeads {
  const known: KnownHeads = { chain, hashes: new Map(), faults: new Map(), highest: 0 };
  const expect = (sequence: number, hash: string) => {
    if ((known.hashes.get(sequence) ?? hash) !== hash) known.faults.set(sequence, 'head');
    known.hashes.set(sequence, hash);
    known.highest = Math.max(known.highest, sequence);
  };
  if (head !== undefined) expect(head.sequence, head.hash);
  if (signedHeads === undefined) return known;
  if (!Array.isArray(signedHeads)) throw new TypeError('signedHeads must be an array');
  if (key === undefined) throw new TypeError('key must be given with signedHeads');
  for (const signed of signedHeads as readonly SignedAuditHead[]) {
    const result = verifyAuditHead({ key, signed });
    if (!result.valid) {
      // A malformed head has no number: for all that is known, the chain is wrong from its first entry.
      known.faults.set(result.reason === 'signature' ? signed.sequence : 1, 'head-signature');
      continue;
    }
    known.chain ??= result.head.chain;
    if (result.head.chain === known.chain) expect(result.head.sequence, result.head.hash);
    else known.faults.set(result.head.sequence, 'head-signature');
  }
  return known;
}

function assertIterable(value: unknown): void {
  const iterable = typeof value === 'object' && value !== null && (Symbol.iterator in value || Symbol.asyncIterator in value);
  if (!iterable) throw new TypeError('records must be an iterable or an async iterable');
}
