import { z } from 'zod';
import type { Context } from './context';
import { defineRecordKind } from './record-kind';
import type { StoreTransaction } from './store';
import { ifReadable } from './unreadable-record';

/** Records that one customer's memory is spread over, and what each holds: 8,192 windows and samples in all, some weeks of work, in 2 KB each. */
const PAGES = 16;
const MOST_IN_PAGE = 512;
const BYTES = 4;
const HOUR_MS = 3_600_000;

const shape = z.object({
  digests: z
    .string()
    .max(4 * Math.ceil((MOST_IN_PAGE * BYTES) / 3))
    .transform(unpack),
});

/**
 * Which windows and samples came in a customer's sessions, so that none of them speaks for him in another one: 32 bits of a MAC under the root key, of his
 * pseudonym and a digest. Nothing of how he types or points can be had from it, and that of another customer tells nothing of his.
 */
export const seenEvidenceKind = defineRecordKind<{ digests: Uint32Array }>({
  kind: 'evidence-seen',
  sealedWith: 'root',
  parse: (value) => shape.parse(value),
  bytes: {
    encode: ({ digests }) => new TextEncoder().encode(JSON.stringify({ digests: pack(digests).toString('base64') })),
    decode: (bytes) => JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)),
  },
});

/** Which of these came in one of the customer's sessions before. Reads one record for each, and never more than there are pages. */
export async function seenBefore(
  ctx: Context,
  tx: StoreTransaction,
  subject: string,
  digests: readonly number[],
): Promise<ReadonlySet<number>> {
  const seen = new Set<number>();
  for (const [page, own] of byPage(ctx, subject, digests)) {
    const known = await readPage(ctx, tx, subject, page);
    for (const { digest, salted } of own) {
      if (known.includes(salted)) {
        seen.add(digest);
      }
    }
  }
  return seen;
}

/** Remembers these; the oldest of a page give way. */
export async function rememberSeen(ctx: Context, tx: StoreTransaction, subject: string, digests: readonly number[]): Promise<void> {
  // To the hour: most writes of a page leave its places in the store's indexes as they are, and it is deleted so much earlier, never later.
  const at = Math.floor(ctx.clock() / HOUR_MS) * HOUR_MS;
  for (const [page, own] of byPage(ctx, subject, digests)) {
    const before = await readPage(ctx, tx, subject, page);
    const all = new Uint32Array(before.length + own.length);
    all.set(before);
    all.set(
      own.map(({ salted }) => salted),
      before.length,
    );
    const value = { digests: all.slice(-MOST_IN_PAGE) };
    await seenEvidenceKind.put(ctx, tx, { subject, id: idOf(page), value, at, due: at + ctx.policy.retention.samplesMs });
  }
}

/** One that is damaged counts as empty, and is written anew: it must not keep the evidence of today from being judged. */
async function readPage(ctx: Context, tx: StoreTransaction, subject: string, page: number): Promise<Uint32Array> {
  return (await ifReadable(seenEvidenceKind.get(ctx, tx, subject, idOf(page))))?.value.digests ?? new Uint32Array(0);
}

const idOf = (page: number): string => `page-${String(page).padStart(2, '0')}`;

function byPage(ctx: Context, subject: string, digests: readonly number[]): Map<number, Array<{ digest: number; salted: number }>> {
  const pages = new Map<number, Array<{ digest: number; salted: number }>>();
  for (const digest of new Set(digests)) {
    const salted = Buffer.from(ctx.pseudonym('evidence-seen/1', `${subject}.${digest}`), 'base64url').readUInt32LE(0);
    const page = salted % PAGES;
    pages.set(page, [...(pages.get(page) ?? []), { digest, salted }]);
  }
  return pages;
}

function pack(digests: Uint32Array): Buffer {
  const bytes = Buffer.alloc(BYTES * digests.length);
  digests.forEach((digest, i) => {
    bytes.writeUInt32LE(digest, BYTES * i);
  });
  return bytes;
}

function unpack(text: string): Uint32Array {
  const bytes = Buffer.from(text, 'base64');
  // What is read tolerates any text; what was written is canonical.
  if (bytes.toString('base64') !== text) {
    throw new RangeError('digests must be base64');
  }
  const digests = new Uint32Array(Math.floor(bytes.length / BYTES));
  for (let i = 0; i < digests.length; i++) {
    digests[i] = bytes.readUInt32LE(BYTES * i);
  }
  return digests;
}
