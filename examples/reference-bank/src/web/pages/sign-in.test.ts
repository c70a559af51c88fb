import { describe, expect, it } from 'vitest';
import { nextPlace } from './sign-in';

describe('nextPlace', () => {
  it('leads back to the page that asked for the sign-in', () => {
    expect(nextPlace({ from: '/transfer' }, 'customer')).toBe('/transfer');
    expect(nextPlace({ from: '/security/password' }, 'customer')).toBe('/security/password');
  });

  it('leads to the first page of the role otherwise', () => {
    expect(nextPlace(null, 'customer')).toBe('/accounts');
    expect(nextPlace(undefined, 'operator')).toBe('/operator');
  });

  it.each(['//evil.test', 'https://evil.test', '/\\evil.test', '/a?b=1', 42])('never leads to %j', (from) => {
    expect(nextPlace({ from }, 'customer')).toBe('/accounts');
  });
});
