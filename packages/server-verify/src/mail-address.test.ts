import { describe, expect, it } from 'vitest';
import { assertMailAddress, isMailAddress } from './mail-address';

describe('isMailAddress', () => {
  it.each(['a@example.com', 'first.last+tag@mail.example.co.uk', 'käthe@exämple.de', "o'neil@example.com"])('takes %s', (value) => {
    expect(isMailAddress(value)).toBe(true);
  });

  it.each(['', 'a', '@', 'a@', '@b', 'a@b@c', 'a b@c', 'a@b,c@d', 'A <a@b>', 'a@b\n', 'a@b\r\nBcc: c@d', `${'a'.repeat(253)}@b`, 7, null])(
    'refuses %j',
    (value) => {
      expect(isMailAddress(value)).toBe(false);
    },
  );
});

it('names the argument', () => {
  expect(() => assertMailAddress(7, 'from')).toThrow(new TypeError('from must be a string'));
  expect(() => assertMailAddress('a', 'from')).toThrow(/^from must be one mail address/);
});
