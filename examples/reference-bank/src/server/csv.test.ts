import { expect, it } from 'vitest';
import { toCsv } from './csv';

it('quotes what needs quotes and defuses formulas but not numbers', () => {
  expect(
    toCsv(
      ['a', 'b'],
      [
        ['x, "y"', -5],
        ['=SUM(A1)', 1],
      ],
    ),
  ).toBe('a,b\r\n"x, ""y""",-5\r\n\'=SUM(A1),1\r\n');
});
