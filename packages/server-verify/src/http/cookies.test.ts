import { describe, expect, it } from 'vitest';
import { createCookies } from './cookies';

const read = (cookie: string) => createCookies({ secure: true }).read(new Request('https://bank.test/', { headers: { cookie } }));

describe('cookies', () => {
  it('are found among others, the first of a name', () => {
    const browser = 'b'.repeat(22);
    expect(read(`a=1; __Host-tacit-browser=${browser}; __Host-tacit-access=x.y; __Host-tacit-access=z; =; broken`)).toEqual({
      browser,
      access: 'x.y',
    });
  });

  it('of another shape than ours are not there', () => {
    expect(read('__Host-tacit-browser=short; tacit-access=x; Host-tacit-refresh=y')).toEqual({});
    expect(read(`__Host-tacit-browser=${'b'.repeat(21)}!`)).toEqual({});
    expect(read(`x=${'y'.repeat(17_000)}; __Host-tacit-access=x`)).toEqual({});
  });
});
