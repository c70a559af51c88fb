import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { base64urlDecode, base64urlEncode } from './base64';
import { chooseCoordinates, coordinateIndex, createMatrixCard, type MatrixCard } from './matrix-card';
import { matrixDigests, parseMatrixCardRecord, verifyMatrixCode } from './matrix-code';
import { runs, seededRandom, testKey, thrownBy } from './seeded-random.test-support';

const key = testKey();
const subject = 'customer-1';
const card = createMatrixCard({ random: seededRandom(11) });
const record = matrixDigests({ key, subject, card });
const coordinates = ['B3', 'H8', 'A1'];
const cellsOf = (from: MatrixCard, asked: readonly string[]) => asked.map((name) => from.cells.flat()[coordinateIndex(name)!]!);
const answer = cellsOf(card, coordinates).join('');
const WRONG = { matched: false, reason: 'wrong' };
const MALFORMED = { matched: false, reason: 'malformed' };
const verify = (change: object = {}) => verifyMatrixCode({ key, subject, record, coordinates, answer, ...change } as never);

describe('verifyMatrixCode', () => {
  it('matches the right code of any coordinates, and no other', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 31 }), fc.integer({ min: 1, max: 8 }), fc.nat(), (seed, count, place) => {
        const random = seededRandom(seed);
        const asked = chooseCoordinates({ random, count });
        const right = cellsOf(card, asked).join('');
        expect(verify({ coordinates: asked, answer: right })).toEqual({ matched: true });
        const at = place % right.length;
        const letter = right[at] === 'A' ? 'B' : 'A';
        expect(verify({ coordinates: asked, answer: right.slice(0, at) + letter + right.slice(at + 1) })).toEqual(WRONG);
      }),
      { numRuns: runs(60) },
    );
  });

  it.each([
    ['lower case', answer.toLowerCase()],
    ['spaces', ` ${answer.slice(0, 2)} ${answer.slice(2, 4)}\u00a0${answer.slice(4)}\n`],
    ['dashes', `${answer.slice(0, 2)}-${answer.slice(2, 4)}\u2013${answer.slice(4)}`],
  ])('takes it with %s', (_, typed) => {
    expect(verify({ answer: typed })).toEqual({ matched: true });
  });

  it.each([
    '',
    'AB',
    `${answer}A`,
    `${answer}AB`,
    answer.slice(1),
    '0OI1AB',
    'ABCD\u0131F',
    '\u00dfABCD',
    `${' '.repeat(59)}${answer}`,
    '\ud83d\ude00ABCD',
  ])('calls %j malformed', (typed) => {
    expect(verify({ answer: typed })).toEqual(MALFORMED);
  });

  it.each<[string, object]>([
    ['another subject', { subject: 'customer-2' }],
    ['another key', { key: testKey(2) }],
    ['the coordinates in another order', { coordinates: ['H8', 'B3', 'A1'] }],
    ['other coordinates', { coordinates: ['B3', 'H8', 'A2'] }],
    ['another card', { record: matrixDigests({ key, subject, card: createMatrixCard({ random: seededRandom(12) }) }) }],
    ['another card id on the same cells', { record: { ...record, cardId: 'ABCDEFGHJKLM' } }],
  ])('is wrong under %s', (_, change) => {
    expect(verify(change)).toEqual(WRONG);
  });

  it('binds each digest to its coordinate: moved digests do not match', () => {
    const digests = base64urlDecode(record.digests);
    const moved = digests.slice();
    moved.copyWithin(0, 16, 32);
    const b1 = cellsOf(card, ['B1'])[0]!;
    expect(verify({ coordinates: ['B1'], answer: b1 })).toEqual({ matched: true });
    expect(verify({ record: { ...record, digests: base64urlEncode(moved) }, coordinates: ['A1'], answer: b1 })).toEqual(WRONG);
  });

  it('looks at every coordinate: one changed digest is enough', () => {
    for (const name of coordinates) {
      const digests = base64urlDecode(record.digests);
      digests[coordinateIndex(name)! * 16 + 15]! ^= 1;
      expect(verify({ record: { ...record, digests: base64urlEncode(digests) } })).toEqual(WRONG);
    }
  });

  it.each<[object, new () => Error, string]>([
    [{ coordinates: [] }, RangeError, 'coordinates'],
    [{ coordinates: ['A1', 'A1'] }, RangeError, 'distinct'],
    [{ coordinates: ['A9'] }, RangeError, 'coordinates'],
    [{ coordinates: 'A1' }, TypeError, 'coordinates'],
    [{ coordinates: new Array(1), answer: 'AB' }, RangeError, 'coordinates'],
    [{ coordinates: Object.assign(new Array(2), { 0: 'B3' }), answer: 'ABCD' }, RangeError, 'coordinates'],
    [{ coordinates: Array.from({ length: 9 }, (_, i) => `A${i}`) }, RangeError, 'coordinates'],
    [{ answer: 7 }, TypeError, 'answer'],
    [{ subject: '' }, RangeError, 'subject'],
    [{ key: null }, TypeError, 'key'],
  ])('refuses %o', (change, kind, named) => {
    const error = thrownBy(() => verify(change));
    expect(error).toBeInstanceOf(kind);
    expect((error as Error).message).toContain(named);
  });
});

describe('record', () => {
  it('holds no cell in clear, and different digests for equal cells', () => {
    const same = { id: card.id, cells: Array.from({ length: 8 }, () => Array<string>(8).fill('AA')) };
    const digests = base64urlDecode(matrixDigests({ key, subject, card: same }).digests);
    expect(new Set(Array.from({ length: 64 }, (_, i) => base64urlEncode(digests.slice(i * 16, i * 16 + 16)))).size).toBe(64);
  });

  it('survives JSON and drops what does not belong', () => {
    const stored = JSON.parse(JSON.stringify({ ...record, note: 'x' })) as unknown;
    expect(parseMatrixCardRecord(stored)).toEqual(record);
    expect(record.digests.length).toBe(1366);
  });

  it.each<[unknown, string]>([
    [null, 'record'],
    ['{}', 'record'],
    [{ ...record, version: 2 }, 'record.version'],
    [{ ...record, cardId: 'SHORT' }, 'record.cardId'],
    [{ ...record, digests: record.digests.slice(1) }, 'record.digests'],
    [{ ...record, digests: `${record.digests.slice(0, -1)}!` }, 'record.digests'],
    [{ ...record, digests: 'A'.repeat(5_000_000) }, 'record.digests'],
    [{ ...record, digests: 7 }, 'record.digests'],
  ])('refuses a bad one, naming %2$s', (value, field) => {
    expect(thrownBy(() => parseMatrixCardRecord(value))).toMatchObject({ code: 'ERR_MATRIX_RECORD', field });
    expect(thrownBy(() => verify({ record: value }))).toMatchObject({ code: 'ERR_MATRIX_RECORD', field });
  });
});
