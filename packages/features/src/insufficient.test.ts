import { describe, expect, it } from 'vitest';
import { INSUFFICIENT_REASONS, insufficient, isInsufficient } from './insufficient';

describe('insufficient', () => {
  it.each(INSUFFICIENT_REASONS)('says %s, frozen', (reason) => {
    const result = insufficient(reason);
    expect(result).toEqual({ status: 'insufficient', reason });
    expect(Object.hasOwn(result, 'detail')).toBe(false);
    expect(Object.isFrozen(result)).toBe(true);
    expect(isInsufficient(result)).toBe(true);
  });

  it('keeps the detail', () => {
    expect(insufficient('too-few-keys', '1 of at least 2 keys').detail).toBe('1 of at least 2 keys');
  });

  it('refuses another reason or detail', () => {
    expect(() => insufficient('bored' as 'pasted')).toThrow(new TypeError('reason must be one of INSUFFICIENT_REASONS'));
    expect(() => insufficient('pasted', 3 as unknown as string)).toThrow(new TypeError('detail must be a string'));
  });
});

describe('isInsufficient', () => {
  it.each([
    null,
    undefined,
    'insufficient',
    0,
    {},
    { status: 'insufficient' },
    { status: 'insufficient', reason: 'bored' },
    { status: 'scored', reason: 'pasted' },
  ])('is false for %j', (value) => {
    expect(isInsufficient(value)).toBe(false);
  });

  it('recognises one that travelled as JSON', () => {
    expect(isInsufficient(JSON.parse(JSON.stringify(insufficient('corrected'))))).toBe(true);
  });
});
