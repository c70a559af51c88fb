import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ModelError } from '../model-error';
import { assertPointerProfile, type PointerProfile, parsePointerProfile, serializePointerProfile } from './profile';

const profile: PointerProfile = {
  schema: 'pointer-profile/1',
  projectionId: '0123456789abcdef'.repeat(4),
  windows: 33,
  actions: 240,
  mean: Float32Array.from({ length: 30 }, (_, i) => Math.sin(i)),
};

describe('pointer profile', () => {
  it('is the same after a journey through 166 bytes', () => {
    const bytes = serializePointerProfile(profile);
    expect(bytes).toHaveLength(166);
    expect(parsePointerProfile(bytes)).toEqual(profile);
  });

  it('is refused where its bytes are not whole, not its own or out of range', () => {
    const bytes = serializePointerProfile(profile);
    const with1 = (at: number, value: number): Uint8Array => bytes.with(at, value);
    const codes = (data: unknown): string => {
      try {
        parsePointerProfile(data as Uint8Array);
      } catch (error) {
        return (error as ModelError).code;
      }
      return 'accepted';
    };
    expect(codes('x')).toBe('ERR_PROFILE_FORMAT');
    expect(codes(new Uint8Array(10))).toBe('ERR_PROFILE_SIZE');
    expect(codes(with1(0, 0))).toBe('ERR_PROFILE_FORMAT');
    expect(codes(with1(4, 2))).toBe('ERR_PROFILE_VERSION');
    expect(codes(with1(5, 0))).toBe('ERR_PROFILE_VALUE');
    expect(codes(with1(5, 29))).toBe('ERR_PROFILE_SIZE');
    expect(codes(with1(13, 10))).toBe('ERR_PROFILE_VALUE');
    expect(codes(with1(46, 0x7f).with(47, 0xc0))).toBe('ERR_PROFILE_VALUE');
    expect(codes(bytes.slice(0, -1))).toBe('ERR_PROFILE_SIZE');
  });

  it('throws nothing but its own errors, whatever the bytes', () => {
    const bytes = serializePointerProfile(profile);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { maxLength: 6 }), (changes) => {
        const damaged = bytes.slice();
        for (const [at, value] of changes) {
          damaged[at] = value;
        }
        try {
          assertPointerProfile(parsePointerProfile(damaged));
        } catch (error) {
          expect(error).toBeInstanceOf(ModelError);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('is refused at every door where it is none', () => {
    for (const wrong of [null, {}, { ...profile, schema: 'x' }, { ...profile, mean: [1] }, { ...profile, windows: '1' }]) {
      expect(() => assertPointerProfile(wrong)).toThrow(TypeError);
    }
    for (const wrong of [
      { ...profile, projectionId: 'xyz' },
      { ...profile, actions: 59 },
      { ...profile, windows: 0 },
      { ...profile, mean: new Float32Array(0) },
      { ...profile, mean: new Float32Array(49) },
      { ...profile, mean: Float32Array.of(Number.NaN) },
    ]) {
      expect(() => assertPointerProfile(wrong)).toThrow(RangeError);
    }
  });
});
