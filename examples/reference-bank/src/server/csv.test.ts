import { expect, it } from 'vitest';
import { csvPieces } from './csv';

it('quotes what needs quotes and defuses formulas but not numbers, page by page', async () => {
  async function* pages() {
    yield [
      ['x, "y"', -5],
      ['-7.50', '-7+1'],
    ];
    yield [['=SUM(A1)', 1]];
  }
  const pieces: string[] = [];
  for await (const piece of csvPieces(['a', 'b'], pages())) pieces.push(piece);
  expect(pieces).toEqual(['a,b\r\n', '"x, ""y""",-5\r\n-7.50,\'-7+1\r\n', "'=SUM(A1),1\r\n"]);
});
