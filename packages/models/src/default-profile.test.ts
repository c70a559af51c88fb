import { fixedTextVectorFrom } from '@tacit-auth/features';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultDetector, updateUncalibrated } from './default-detector';
import { assertDefaultProfile, type DefaultProfile } from './default-profile';
import { ModelError } from './model-error';
import { entries, simulatedPerson } from './simulated-people';

const SOAK = process.env.TACIT_SOAK === '1';

function profileOf(seed: number, keys: number, samples: number): DefaultProfile {
  const profile = defaultDetector.fit(entries(simulatedPerson(seed, keys), samples));
  if ('status' in profile) {
    throw new Error('expected a profile');
  }
  return profile;
}

const profile = profileOf(1, 5, 4);
const bytes = defaultDetector.serialize(profile);

function patched(change: (view: DataView) => void): Uint8Array {
  const copy = bytes.slice();
  change(new DataView(copy.buffer));
  return copy;
}

function codeOf(data: unknown): string {
  try {
    defaultDetector.parse(data as Uint8Array);
  } catch (error) {
    if (error instanceof ModelError) {
      return error.code;
    }
    throw error;
  }
  return 'parsed';
}

describe('stored profile', () => {
  it('is small: 10 bytes of header, 26 of calibration, 4 for each time', () => {
    expect(bytes.length).toBe(36 + 4 * 4 * 9);
    expect(defaultDetector.serialize(profileOf(2, 128, 3)).length).toBe(36 + 4 * 3 * 255);
  });

  it('comes back equal, and scores identically', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e6 }),
        fc.integer({ min: 2, max: 14 }),
        fc.integer({ min: 3, max: 30 }),
        (seed, keys, samples) => {
          const person = simulatedPerson(seed, keys);
          const before = defaultDetector.fit(entries(person, samples));
          if ('status' in before) {
            throw new Error('expected a profile');
          }
          const after = defaultDetector.parse(defaultDetector.serialize(before));
          const probe = person();
          expect(after).toEqual(before);
          expect(defaultDetector.score(after, probe)).toEqual(defaultDetector.score(before, probe));
          expect(defaultDetector.update(after, probe)).toEqual(defaultDetector.update(before, probe));
        },
      ),
      { numRuns: SOAK ? 300 : 20 },
    );
  });

  it('keeps a pending calibration pending', () => {
    const pending = updateUncalibrated(profile, simulatedPerson(1, 5)());
    expect(defaultDetector.parse(defaultDetector.serialize(pending))).toEqual(pending);
  });

  it('may lie anywhere in a buffer', () => {
    const wide = new Uint8Array(bytes.length + 7);
    wide.set(bytes, 3);
    expect(defaultDetector.parse(wide.subarray(3, 3 + bytes.length))).toEqual(profile);
  });

  it.each<[string, unknown, string]>([
    ['nothing', undefined, 'ERR_PROFILE_FORMAT'],
    ['text', 'TCTP', 'ERR_PROFILE_FORMAT'],
    ['a plain array', [...bytes], 'ERR_PROFILE_FORMAT'],
    ['no bytes', new Uint8Array(0), 'ERR_PROFILE_SIZE'],
    ['a header cut short', bytes.slice(0, 9), 'ERR_PROFILE_SIZE'],
    ['a body cut short', bytes.slice(0, -1), 'ERR_PROFILE_SIZE'],
    ['a byte too many', new Uint8Array([...bytes, 0]), 'ERR_PROFILE_SIZE'],
    ['another mark', patched((view) => view.setUint8(0, 0)), 'ERR_PROFILE_FORMAT'],
    ['another detector', patched((view) => view.setUint8(4, 2)), 'ERR_PROFILE_DETECTOR'],
    ['a later version', patched((view) => view.setUint8(5, 2)), 'ERR_PROFILE_VERSION'],
    ['one key', patched((view) => view.setUint16(6, 1)), 'ERR_PROFILE_SIZE'],
    ['129 keys', patched((view) => view.setUint16(6, 129)), 'ERR_PROFILE_SIZE'],
    ['two samples', patched((view) => view.setUint16(8, 2)), 'ERR_PROFILE_SIZE'],
    ['101 samples', patched((view) => view.setUint16(8, 101)), 'ERR_PROFILE_SIZE'],
    ['counts beyond the bytes', patched((view) => view.setUint16(8, 5)), 'ERR_PROFILE_SIZE'],
    ['another calibration', patched((view) => view.setUint8(10, 9)), 'ERR_PROFILE_VERSION'],
    ['an unknown state', patched((view) => view.setUint8(11, 2)), 'ERR_PROFILE_VALUE'],
    ['a mean that is NaN', patched((view) => view.setFloat64(12, Number.NaN)), 'ERR_PROFILE_VALUE'],
    ['a mean that no score can have', patched((view) => view.setFloat64(12, 16.1)), 'ERR_PROFILE_VALUE'],
    ['a negative deviation', patched((view) => view.setFloat64(20, -0.1)), 'ERR_PROFILE_VALUE'],
    ['an endless leave-one-out', patched((view) => view.setFloat64(28, Number.POSITIVE_INFINITY)), 'ERR_PROFILE_VALUE'],
    ['a time that is NaN', patched((view) => view.setFloat32(36, Number.NaN)), 'ERR_PROFILE_VALUE'],
    ['a negative time', patched((view) => view.setFloat32(40, -1)), 'ERR_PROFILE_VALUE'],
    ['a time over an hour', patched((view) => view.setFloat32(44, 4e6)), 'ERR_PROFILE_VALUE'],
  ])('is refused for %s', (_, data, code) => {
    expect(codeOf(data)).toBe(code);
  });

  it('is whole or refused under any damage: what parses is written again as the same bytes', () => {
    const damage = fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(damage, fc.nat(bytes.length), (changes, cut) => {
        const damaged = bytes.slice(0, changes.length > 4 ? cut : bytes.length);
        for (const [at, value] of changes) {
          damaged[at % Math.max(damaged.length, 1)] = value;
        }
        const code = codeOf(damaged);
        if (code === 'parsed') {
          const parsed = defaultDetector.parse(damaged);
          assertDefaultProfile(parsed);
          expect(defaultDetector.serialize(parsed)).toEqual(damaged);
        } else {
          expect(code).toMatch(/^ERR_PROFILE_/);
        }
      }),
      { numRuns: SOAK ? 50_000 : 2000 },
    );
  });

  it('is refused for random bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), (data) => codeOf(data).startsWith('ERR_PROFILE_')));
  });

  it('names the field and not the value', () => {
    const data = patched((view) => view.setFloat32(36, -12345));
    expect(() => defaultDetector.parse(data)).toThrow(expect.objectContaining({ field: 'times', name: 'ModelError' }));
    expect(() => defaultDetector.parse(data)).not.toThrow(/12345/);
  });
});

describe('assertDefaultProfile', () => {
  it.each<[string, object]>([
    ['keys', { keys: 2.5 }],
    ['samples', { samples: 2 }],
    ['times', { times: profile.times.slice(1) }],
    ['times', { times: profile.times.map(() => -1) }],
    ['calibration', { calibration: { ...profile.calibration, mean: Number.NaN } }],
    ['calibration', { calibration: { ...profile.calibration, deviation: -1 } }],
  ])('refuses %s out of range', (name, change) => {
    expect(() => defaultDetector.serialize({ ...profile, ...change })).toThrow(RangeError);
    expect(() => defaultDetector.serialize({ ...profile, ...change })).toThrow(name);
  });

  it.each<[string, object]>([
    ['another schema', { schema: 'kernel-profile/2' }],
    ['times of another kind', { times: [...profile.times] }],
    ['no calibration', { calibration: null }],
    ['another state', { calibration: { ...profile.calibration, state: 'done' } }],
  ])('refuses %s', (_, change) => {
    expect(() => defaultDetector.serialize({ ...profile, ...change } as never)).toThrow(TypeError);
  });

  it('holds times as they were given, to a tenth of a microsecond', () => {
    const vector = fixedTextVectorFrom({ hold: [90.1, 80.2], pressPress: [150.3] });
    const small = defaultDetector.fit([vector, vector, vector]);
    expect('status' in small ? [] : [...small.times.slice(0, 3)].map((time) => time.toFixed(4))).toEqual([
      '90.1000',
      '80.2000',
      '150.3000',
    ]);
  });
});
