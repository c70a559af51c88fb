import { describe, expect, it } from 'vitest';
import { benchOptions } from './bench-options';

const VALUES = { check: false, docs: false, last: false, quick: false, seed: '1', threads: '2' };

describe('benchOptions', () => {
  it('finds the data by option, then by environment, then beside the checkout', () => {
    expect(benchOptions({ ...VALUES, data: '/a' }, { TACIT_DATA: '/b' }).data).toBe('/a');
    expect(benchOptions(VALUES, { TACIT_DATA: '/b' }).data).toBe('/b');
    expect(benchOptions(VALUES, {}).data).toMatch(/shared\/data$/);
  });

  it('reads numbers', () => {
    expect(benchOptions({ ...VALUES, seed: '4294967295', threads: '1' }, {})).toMatchObject({
      json: null,
      seed: 4_294_967_295,
      threads: 1,
    });
  });

  it.each([
    ['seed', '1.5'],
    ['seed', ''],
    ['seed', '-1'],
    ['threads', '3'],
    ['threads', '0'],
  ])('refuses %s %s', (name, value) => {
    expect(() => benchOptions({ ...VALUES, [name]: value }, {})).toThrow(`--${name}`);
  });
});
