import { describe, expect, it } from 'vitest';
import { benchOptions, integerOption, numberOption } from './bench-options';

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

describe('numbers', () => {
  it('are read up to their bounds', () => {
    expect([numberOption('.25', '--minutes', 0.25, 120), numberOption('120', '--minutes', 0.25, 120)]).toEqual([0.25, 120]);
    expect([integerOption('1', '--sessions', 1, 5_000), integerOption('5e3', '--sessions', 1, 5_000)]).toEqual([1, 5_000]);
  });

  it.each(['', ' ', 'x', '0.2', '121', 'NaN', 'Infinity'])('%j is refused by name', (text) => {
    expect(() => numberOption(text, '--minutes', 0.25, 120)).toThrow('--minutes must be a number from 0.25 to 120');
    expect(() => integerOption(text, '--minutes', 1, 120)).toThrow('--minutes must be an integer from 1 to 120');
  });
});
