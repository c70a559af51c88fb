import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AuditHead, type AuditRecord, appendAudit } from './audit-chain';
import { signAuditHead } from './audit-head';
import { verifyAuditChain } from './audit-verification';
import { seal } from './sealed-record';
import { runs, seededRandom, testKey } from './seeded-random.test-support';

const key = testKey();
const random = seededRandom(31);

function build(length: number, chain = 'customer/1', from: AuditHead | null = null): { records: AuditRecord[]; heads: AuditHead[] } {
  const records: AuditRecord[] = [];
  const heads: AuditHead[] = [];
  let previous = from;
  for (let i = 0; i < length; i++) {
    const appended = appendAudit({ previous, sealedEntry: random(20 + i), at: 1000 + i, chain });
    records.push(appended.record);
    heads.push(appended.head);
    previous = appended.head;
  }
  return { records, heads };
}

const { records, heads } = build(10);
const last = heads[9]!;
const broken = (sequence: number, reason: string) => ({ status: 'broken', sequence, reason });
const change = (index: number, fields: object) => records.map((record, i) => (i === index ? { ...record, ...fields } : record));
/** What someone would do who can write the store and knows the format: change an entry and hash everything behind it again. */
function rewrite(index: number): AuditRecord[] {
  const kept = records.slice(0, index);
  let previous: AuditHead | null = heads[index - 1] ?? null;
  for (const record of records.slice(index)) {
    const appended = appendAudit({ previous, sealedEntry: new Uint8Array([7]), at: record.at, chain: record.chain });
    kept.push(appended.record);
    previous = appended.head;
  }
  return kept;
}

describe('verifyAuditChain', () => {
  it('finds a whole chain intact, from an array and from a stream', async () => {
    async function* stream() {
      yield* records;
    }
    const intact = { status: 'intact', head: last, entries: 10 };
    expect(await verifyAuditChain(records)).toEqual(intact);
    expect(
      await verifyAuditChain(stream(), {
        chain: 'customer/1',
        head: last,
        signedHeads: [signAuditHead({ key, head: heads[4]!, at: 1 })],
        key,
      }),
    ).toEqual(intact);
    expect(await verifyAuditChain([])).toEqual({ status: 'intact', head: null, entries: 0 });
  });

  it('reads no further than the first broken entry', async () => {
    let read = 0;
    function* counting() {
      for (const record of change(3, { at: 5 })) {
        read++;
        yield record;
      }
    }
    expect(await verifyAuditChain(counting())).toEqual(broken(4, 'hash'));
    expect(read).toBe(4);
  });

  it('continues behind a trusted head', async () => {
    expect(await verifyAuditChain(records.slice(6), { after: heads[5]!, head: last })).toEqual({
      status: 'intact',
      head: last,
      entries: 4,
    });
    expect(await verifyAuditChain(records.slice(6), { after: heads[4]! })).toEqual(broken(6, 'gap'));
    expect(await verifyAuditChain(records.slice(6), { after: { ...heads[5]!, hash: heads[4]!.hash } })).toEqual(broken(7, 'link'));
    expect(await verifyAuditChain([], { after: heads[5]!, head: heads[5]! })).toEqual({ status: 'intact', head: heads[5], entries: 0 });
  });

  it.each<[string, unknown[], number, string]>([
    ['changed time', change(3, { at: 9999 }), 4, 'hash'],
    ['changed ciphertext', change(3, { entry: 'AAAA' }), 4, 'hash'],
    ['changed hash', change(3, { hash: records[4]!.hash }), 4, 'hash'],
    ['changed link', change(3, { previous: records[5]!.hash }), 4, 'link'],
    ['two entries swapped', [...records.slice(0, 3), records[4], records[3], ...records.slice(5)], 4, 'gap'],
    [
      'two entries swapped and renumbered',
      [...change(3, { ...records[4], sequence: 4 }).slice(0, 4), { ...records[3], sequence: 5 }, ...records.slice(5)],
      4,
      'link',
    ],
    ['a removed entry', records.filter((_, i) => i !== 3), 4, 'gap'],
    ['a removed first entry', records.slice(1), 1, 'gap'],
    ['a repeated entry', [...records.slice(0, 4), records[3], ...records.slice(4)], 5, 'order'],
    ['an entry of another chain', [...records.slice(0, 4), ...build(5, 'customer/2').records.slice(4)], 5, 'chain'],
    ['an unknown version', change(6, { version: 2 }), 7, 'malformed'],
    ['something else', [...records.slice(0, 2), null], 3, 'malformed'],
    ['a changed entry with its own hash made right', [...records.slice(0, 3), rewrite(3)[3], ...records.slice(4)], 5, 'link'],
  ])('names %s', async (_, chain, sequence, reason) => {
    expect(await verifyAuditChain(chain)).toEqual(broken(sequence, reason));
  });

  it('names whatever one field of one entry is changed to', async () => {
    const fields = fc.constantFrom('entry', 'previous', 'hash', 'at', 'sequence', 'chain', 'version');
    await fc.assert(
      fc.asyncProperty(fc.nat(9), fields, fc.nat(), async (index, field, seed) => {
        const record = records[index]!;
        const old = record[field as keyof AuditRecord];
        const other = typeof old === 'number' ? old + 1 + (seed % 1000) : flip(old, seed);
        const result = await verifyAuditChain(change(index, { [field]: other }), { chain: 'customer/1', head: last });
        expect(result).toMatchObject({ status: 'broken', sequence: index + 1 });
      }),
      { numRuns: runs(150) },
    );
  });

  const signedAt = (index: number) => signAuditHead({ key, head: heads[index]!, at: 5000 });

  it('shows a cut-off tail by the head or by a signed head, and not without one', async () => {
    const cut = records.slice(0, 7);
    expect(await verifyAuditChain(cut)).toMatchObject({ status: 'intact' });
    expect(await verifyAuditChain(cut, { head: last })).toEqual(broken(8, 'truncated'));
    expect(await verifyAuditChain(cut, { head: heads[6]!, signedHeads: [signedAt(4), signedAt(9)], key })).toEqual(broken(8, 'truncated'));
    expect(await verifyAuditChain([], { signedHeads: [signedAt(0)], key })).toEqual(broken(1, 'truncated'));
  });

  it('shows a chain that was written anew by a signed head, not by its own hashes', async () => {
    const forged = rewrite(3);
    expect(await verifyAuditChain(forged)).toMatchObject({ status: 'intact' });
    expect(await verifyAuditChain(forged, { signedHeads: [signedAt(1)], key })).toMatchObject({ status: 'intact' });
    expect(await verifyAuditChain(forged, { signedHeads: [signedAt(1), signedAt(5)], key })).toEqual(broken(6, 'head'));
    expect(await verifyAuditChain(forged, { head: last })).toEqual(broken(10, 'head'));
  });

  it('shows entries behind the head that the store keeps', async () => {
    expect(await verifyAuditChain(records, { head: heads[6]! })).toEqual(broken(8, 'head'));
    expect(await verifyAuditChain([], { after: heads[6]!, head: heads[5]! })).toEqual(broken(7, 'head'));
  });

  it('names a signed head that is forged, of another key or of another chain, after any earlier break', async () => {
    const forged = { ...signedAt(5), at: 1 };
    expect(await verifyAuditChain(records, { signedHeads: [signedAt(2), forged], key })).toEqual(broken(6, 'head-signature'));
    expect(await verifyAuditChain(change(2, { at: 1 }), { signedHeads: [forged], key })).toEqual(broken(3, 'hash'));
    expect(await verifyAuditChain(records, { signedHeads: [signedAt(5)], key: testKey(9) })).toEqual(broken(6, 'head-signature'));
    expect(await verifyAuditChain(records, { signedHeads: [{} as never], key })).toEqual(broken(1, 'head-signature'));
    const elsewhere = signAuditHead({ key, head: build(3, 'customer/2').heads[2]!, at: 1 });
    expect(await verifyAuditChain(records, { chain: 'customer/1', signedHeads: [elsewhere], key })).toEqual(broken(3, 'head-signature'));
    const beyond = { ...signedAt(9), sequence: 50 };
    expect(await verifyAuditChain(records, { signedHeads: [beyond], key })).toEqual(broken(50, 'head-signature'));
    expect(await verifyAuditChain(records.slice(6), { after: heads[5]!, signedHeads: [forged], key })).toEqual(broken(6, 'head-signature'));
  });

  it('names two heads that contradict each other', async () => {
    const other = signAuditHead({ key, head: { ...heads[9]!, hash: heads[0]!.hash }, at: 1 });
    expect(await verifyAuditChain(records, { head: last, signedHeads: [other], key })).toEqual(broken(10, 'head'));
    expect(
      await verifyAuditChain([], {
        after: heads[3]!,
        signedHeads: [signAuditHead({ key, head: { ...heads[3]!, hash: heads[0]!.hash }, at: 1 })],
        key,
      }),
    ).toEqual(broken(4, 'head'));
  });

  it('stays whole when the key of its entries is gone', async () => {
    const own = testKey(5);
    const context = { subject: 'customer-1', purpose: 'audit' };
    let previous: AuditHead | null = null;
    const chain: AuditRecord[] = [];
    for (let i = 0; i < 3; i++) {
      const appended = appendAudit({
        previous,
        sealedEntry: seal({ key: own, context, plaintext: new Uint8Array([i]) }),
        at: i,
        chain: 'x',
      });
      chain.push(appended.record);
      previous = appended.head;
    }
    own.destroy();
    expect(await verifyAuditChain(chain, { head: previous! })).toMatchObject({ status: 'intact', entries: 3 });
  });

  it('refuses misuse, and lets the error of a store through', async () => {
    await expect(verifyAuditChain(5 as never)).rejects.toThrow(TypeError);
    await expect(verifyAuditChain('records' as never)).rejects.toThrow(TypeError);
    await expect(verifyAuditChain(records, { head: {} as never })).rejects.toMatchObject({ code: 'ERR_AUDIT_HEAD', field: 'head' });
    await expect(verifyAuditChain(records, { after: null as never })).rejects.toMatchObject({ code: 'ERR_AUDIT_HEAD', field: 'after' });
    await expect(verifyAuditChain(records, { chain: 'other', head: last })).rejects.toThrow(RangeError);
    await expect(verifyAuditChain(records, { chain: 'other', after: last })).rejects.toThrow(RangeError);
    await expect(verifyAuditChain(records, { signedHeads: [signedAt(0)] })).rejects.toThrow(
      new TypeError('key must be given with signedHeads'),
    );
    await expect(verifyAuditChain(records, { signedHeads: 5 as never, key })).rejects.toThrow(TypeError);
    const failing = (async function* () {
      yield records[0];
      throw new Error('disk');
    })();
    await expect(verifyAuditChain(failing)).rejects.toThrow('disk');
  });
});

function flip(text: string, seed: number): string {
  const at = seed % text.length;
  return text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);
}
