import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type AuditHead, appendAudit, readAuditRecord } from './audit-chain';
import { seededRandom, thrownBy } from './seeded-random.test-support';

const sealedEntry = seededRandom(1)(50);
const start = { previous: null, sealedEntry, at: 1_700_000_000_000, chain: 'customer/abc' };

describe('appendAudit', () => {
  it('starts at 1 and links each entry to the one before', () => {
    const first = appendAudit(start);
    expect(first.record).toMatchObject({ version: 1, sequence: 1, at: start.at, chain: 'customer/abc', previous: 'A'.repeat(43) });
    expect(first.head).toEqual({ chain: 'customer/abc', sequence: 1, hash: first.record.hash });
    const second = appendAudit({ ...start, previous: first.head });
    expect(second.record).toMatchObject({ sequence: 2, previous: first.record.hash });
    expect(second.record.hash).not.toBe(first.record.hash);
  });

  it('hashes what the format says', () => {
    const part = (bytes: Uint8Array | string) => {
      const body = Buffer.from(bytes as string);
      const length = Buffer.alloc(4);
      length.writeUInt32BE(body.length);
      return Buffer.concat([length, body]);
    };
    const number = (value: bigint) => {
      const bytes = Buffer.alloc(8);
      bytes.writeBigUInt64BE(value);
      return bytes;
    };
    const hashed = Buffer.concat(
      ['audit/1', 'customer/abc', number(1n), number(1_700_000_000_000n), Buffer.alloc(32), sealedEntry].map((bytes) => part(bytes)),
    );
    expect(appendAudit(start).record.hash).toBe(createHash('sha256').update(hashed).digest('base64url'));
  });

  it('reads its own records back, and no others', () => {
    const { record } = appendAudit(start);
    expect(readAuditRecord(JSON.parse(JSON.stringify(record)))).toEqual({ record, computed: record.hash });
    for (const change of [
      { version: 2 },
      { chain: 'a b' },
      { chain: 5 },
      { sequence: 0 },
      { sequence: 1.5 },
      { sequence: '1' },
      { at: -1 },
      { at: Number.NaN },
      { entry: '' },
      { entry: '!' },
      { entry: 'A'.repeat(90_000) },
      { previous: 'A' },
      { hash: record.hash.slice(1) },
      { hash: null },
    ]) {
      expect(readAuditRecord({ ...record, ...change })).toBeUndefined();
    }
    expect(readAuditRecord(null)).toBeUndefined();
  });

  const head: AuditHead = appendAudit(start).head;
  it.each<[object, object]>([
    [{ chain: 'a b' }, { name: 'RangeError' }],
    [{ chain: 5 }, { name: 'TypeError' }],
    [{ at: -1 }, { name: 'RangeError' }],
    [{ at: 1.5 }, { name: 'RangeError' }],
    [{ at: new Date(0) }, { name: 'TypeError' }],
    [{ sealedEntry: new Uint8Array(0) }, { name: 'RangeError' }],
    [{ sealedEntry: new Uint8Array(65_537) }, { name: 'RangeError' }],
    [{ sealedEntry: 'text' }, { name: 'TypeError' }],
    [{ previous: undefined }, { code: 'ERR_AUDIT_HEAD' }],
    [{ previous: { ...head, hash: 'x' } }, { code: 'ERR_AUDIT_HEAD' }],
    [{ previous: { ...head, chain: 'other' } }, { code: 'ERR_AUDIT_HEAD' }],
    [{ previous: { ...head, sequence: Number.MAX_SAFE_INTEGER } }, { code: 'ERR_AUDIT_ENTRY' }],
  ])('refuses %o', (change, error) => {
    expect(thrownBy(() => appendAudit({ ...start, ...change } as never))).toMatchObject(error);
  });
});
