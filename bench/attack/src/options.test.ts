import { describe, expect, it } from 'vitest';
import { readOptions } from './options';

describe('readOptions', () => {
  it('finds the data by option, then by environment, then beside the checkout', () => {
    expect(readOptions(['--data', '/a'], { TACIT_DATA: '/b' }).data).toBe('/a');
    expect(readOptions([], { TACIT_DATA: '/b' }).data).toBe('/b');
    expect(readOptions([], {}).data).toMatch(/shared\/data$/);
  });

  it('has defaults', () => {
    expect(readOptions([], {})).toMatchObject({ json: null, check: false, docs: false, last: false, quick: false, seed: 1, threads: 2 });
  });

  it.each([
    [['--docs', '--quick'], '--docs'],
    [['--seed', '1.5'], '--seed'],
    [['--seed', ''], '--seed'],
    [['--threads', '3'], '--threads'],
    [['--threads', '0'], '--threads'],
    [['--attack'], '--attack'],
    [['extra'], 'extra'],
  ])('refuses %s', (args, name) => {
    expect(() => readOptions(args, {})).toThrow(name);
  });
});
