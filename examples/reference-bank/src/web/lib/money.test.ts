import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatMoney, MOST_MONEY, parseMoney } from './money';

describe('formatMoney', () => {
  it('writes cents, groups and signs', () => {
    expect(formatMoney(123450, 'EUR')).toBe('€1,234.50');
    expect(formatMoney(5, 'EUR')).toBe('€0.05');
    expect(formatMoney(0, 'EUR', { sign: 'always' })).toBe('€0.00');
    expect(formatMoney(-99, 'EUR')).toBe('\u2212€0.99');
    expect(formatMoney(4200, 'EUR', { sign: 'always' })).toBe('+€42.00');
  });

  it('keeps the last cent of the largest safe integer', () => {
    expect(formatMoney(Number.MAX_SAFE_INTEGER, 'EUR')).toBe('€90,071,992,547,409.91');
  });

  it('refuses what is not an integer of minor units', () => {
    expect(() => formatMoney(1.5, 'EUR')).toThrow(RangeError);
    expect(() => formatMoney(2 ** 53, 'EUR')).toThrow(RangeError);
  });
});

describe('parseMoney', () => {
  it.each([
    ['12', 1200],
    ['12.5', 1250],
    ['12,50', 1250],
    ['1,234.50', 123450],
    ['1 234,50', 123450],
    ['1,234', 123400],
    ['€ 7.05', 705],
    ['7.05 €', 705],
    ['1,234,567.89', 123456789],
  ])('reads %s', (text, amount) => {
    expect(parseMoney(text)).toEqual({ status: 'ok', amount });
  });

  it.each([
    ['', 'empty'],
    ['€', 'empty'],
    ['1.234', 'form'],
    ['12.345', 'form'],
    ['1,23,456', 'form'],
    ['-5', 'form'],
    ['1e3', 'form'],
    ['.50', 'form'],
    ['twelve', 'form'],
    ['0.00', 'zero'],
    ['999999999999', 'large'],
  ])('refuses %j', (text, reason) => {
    expect(parseMoney(text)).toEqual({ status: 'invalid', reason });
  });

  it('reads back whatever formatMoney writes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: MOST_MONEY }), (amount) => {
        expect(parseMoney(formatMoney(amount, 'EUR'))).toEqual({ status: 'ok', amount });
      }),
    );
  });

  it('never gives anything but a positive safe integer or a refusal', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const result = parseMoney(text);
        expect(result.status === 'invalid' || (Number.isSafeInteger(result.amount) && result.amount > 0)).toBe(true);
      }),
    );
  });
});
