import { describe, expect, it } from 'vitest';
import { draw, randomBytes } from './random';
import { thrownBy } from './seeded-random.test-support';

describe('randomBytes', () => {
  it('gives as many bytes as asked for, and others each time', () => {
    expect(randomBytes(0)).toEqual(new Uint8Array(0));
    expect(randomBytes(65_536).length).toBe(65_536);
    expect(randomBytes(16)).not.toEqual(randomBytes(16));
  });

  it.each([
    [-1, RangeError],
    [65_537, RangeError],
    [1.5, RangeError],
    [Number.NaN, RangeError],
    ['16', TypeError],
  ])('refuses the length %s', (length, kind) => {
    expect(thrownBy(() => randomBytes(length as number))).toBeInstanceOf(kind);
  });
});

describe('draw', () => {
  it.each([() => new Uint8Array(3), () => new Uint8Array(5), () => [1, 2, 3, 4], () => undefined, () => 'abcd'])(
    'refuses what is not 4 bytes',
    (source) => {
      expect(thrownBy(() => draw(source as never, 4))).toMatchObject({ code: 'ERR_RANDOM', field: 'random' });
    },
  );

  it('copies, so that a source may write into its array again', () => {
    const array = new Uint8Array(4);
    const drawn = draw(() => array, 4);
    array.fill(1);
    expect(drawn).toEqual(new Uint8Array(4));
  });
});
