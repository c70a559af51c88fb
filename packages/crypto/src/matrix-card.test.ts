import { describe, expect, it } from 'vitest';
import { cardCells, chooseCoordinates, coordinateAt, coordinateIndex, createMatrixCard, MATRIX_ALPHABET } from './matrix-card';
import { runs, seededRandom, thrownBy } from './seeded-random.test-support';

/** Pearson's statistic against the uniform distribution. */
function chiSquare(counts: readonly number[]): number {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

describe('createMatrixCard', () => {
  it('has 8 rows of 8 cells of 2 characters without look-alikes', () => {
    expect(new Set(MATRIX_ALPHABET).size).toBe(32);
    expect(MATRIX_ALPHABET).not.toMatch(/[01IO]/);
    const card = createMatrixCard();
    expect(card.cells.map((row) => row.length)).toEqual(Array(8).fill(8));
    for (const cell of card.cells.flat())
      expect([...cell].every((letter) => MATRIX_ALPHABET.includes(letter)) && cell.length === 2).toBe(true);
    expect(card.id).toMatch(/^[A-HJ-NP-Z2-9]{12}$/);
    expect(createMatrixCard().id).not.toBe(card.id);
    expect(createMatrixCard({ random: seededRandom(1) })).toEqual(createMatrixCard({ random: seededRandom(1) }));
  });

  it('draws every letter equally often, in both places', () => {
    const random = seededRandom(2024);
    const counts = [new Array<number>(32).fill(0), new Array<number>(32).fill(0)] as const;
    for (let i = 0; i < runs(400); i++) {
      for (const cell of createMatrixCard({ random }).cells.flat())
        for (const place of [0, 1] as const) counts[place][MATRIX_ALPHABET.indexOf(cell[place]!)]!++;
    }
    // 31 degrees of freedom: 61.1 is exceeded once in 1,000; a letter twice as likely as the others would give thousands.
    for (const count of counts) expect(chiSquare(count)).toBeLessThan(61.1);
  });
});

describe('chooseCoordinates', () => {
  it('draws distinct coordinates, 3 by default', () => {
    const random = seededRandom(7);
    for (let i = 0; i < 200; i++) {
      const coordinates = chooseCoordinates({ random });
      expect(new Set(coordinates).size).toBe(3);
      for (const coordinate of coordinates) expect(coordinate).toMatch(/^[A-H][1-8]$/);
    }
    expect(new Set(chooseCoordinates({ count: 8 })).size).toBe(8);
  });

  it('draws every cell equally often, first or last', () => {
    const random = seededRandom(99);
    const counts = [0, 1, 2].map(() => new Array<number>(64).fill(0));
    for (let i = 0; i < runs(6400); i++) {
      for (const [place, coordinate] of chooseCoordinates({ random }).entries()) counts[place]![coordinateIndex(coordinate)!]!++;
    }
    // 63 degrees of freedom: 103.4 is exceeded once in 1,000.
    for (const count of counts) expect(chiSquare(count)).toBeLessThan(103.4);
  });

  it('does not run for ever on a source that repeats itself', () => {
    expect(thrownBy(() => chooseCoordinates({ random: () => new Uint8Array(1) }))).toBeInstanceOf(RangeError);
  });

  it.each([
    [0, RangeError],
    [9, RangeError],
    [2.5, RangeError],
    ['3', TypeError],
  ])('refuses the count %j', (count, kind) => {
    expect(thrownBy(() => chooseCoordinates({ count: count as number }))).toBeInstanceOf(kind);
  });
});

describe('coordinates', () => {
  it('name each cell once, in reading order', () => {
    const all = Array.from({ length: 64 }, (_, index) => coordinateAt(index));
    expect(all.slice(0, 9)).toEqual(['A1', 'B1', 'C1', 'D1', 'E1', 'F1', 'G1', 'H1', 'A2']);
    expect(all.map(coordinateIndex)).toEqual(Array.from({ length: 64 }, (_, index) => index));
  });

  it.each(['', 'A', 'A9', 'I1', 'a1', '1A', 'A10', 'A0', 5, null])('are not %j', (value) => {
    expect(coordinateIndex(value)).toBeUndefined();
  });
});

describe('a card from elsewhere', () => {
  const card = createMatrixCard({ random: seededRandom(3) });
  const changed = (row: unknown) => ({ ...card, cells: [row, ...card.cells.slice(1)] });
  it.each<[string, unknown, new () => Error]>([
    ['no object', null, TypeError],
    ['an id with a look-alike', { ...card, id: 'O23456789ABC' }, RangeError],
    ['an id with markup', { ...card, id: '"><script>12' }, RangeError],
    ['no rows', { id: card.id, cells: 'AB' }, TypeError],
    ['a row too few', { id: card.id, cells: card.cells.slice(1) }, RangeError],
    ['a row that is none', changed('ABCDEFGH'), TypeError],
    ['a cell too few', changed(card.cells[0]!.slice(1)), RangeError],
    ['a cell that is no text', changed([...card.cells[0]!.slice(1), 22]), TypeError],
    ['a cell of one character', changed([...card.cells[0]!.slice(1), 'A']), RangeError],
    ['a cell with markup', changed([...card.cells[0]!.slice(1), '<b']), RangeError],
  ])('is refused: %s', (_, value, kind) => {
    expect(thrownBy(() => cardCells(value as never))).toBeInstanceOf(kind);
  });
});
