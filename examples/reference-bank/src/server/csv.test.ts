import { expect, it } from 'vitest';
import { toCsv } from './csv';

it('quotes what needs quotes and defuses formulas but not numbers', () => {
  expect(
    toCsv(
      ['a', 'b'],
      [
        ['x, "y"', -5],
        ['-7.50', '-7+1'],
        ['=SUM(A1)', 1],
      ],
    ),
  ).toBe('a,b\r\n"x, ""y""",-5\r\n-7.50,\'-7+1\r\n\'=SUM(A1),1\r\n');
});
