import { fixedTextVectorFrom } from '@tacit-auth/features';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calibrateInSteps, defaultDetector, updateCounted, updateUncalibrated } from './default-detector';
import { assertDefaultProfile, type DefaultProfile } from './default-profile';
import { ModelError } from './model-error';
import { entries, simulatedPerson } from './simulated-people';

const SOAK = process.env.TACIT_SOAK === '1';
const TIMEOUT = SOAK ? 600_000 : 20_000;

function profileOf(seed: number, keys: number, samples: number): DefaultProfile {
  const profile = defaultDetector.fit(entries(simulatedPerson(seed, keys), samples));
  if ('status' in profile) {
    throw new Error('expected a profile');
  }
  return profile;
}

/** Of a device that tells no key-ups. */
function pressProfileOf(seed: number, keys: number, samples: number): DefaultProfile {
  const vectors = entries(simulatedPerson(seed, keys), samples);
  const profile = defaultDetector.fit(vectors.map(({ pressPress }) => fixedTextVectorFrom({ hold: [], pressPress })));
  if ('status' in profile) {
    throw new Error('expected a profile');
  }
  return profile;
}

const profile = profileOf(1, 5, 4);
const bytes = defaultDetector.serialize(profile);

function patched(change: (view: DataView) => void, whole = bytes): Uint8Array {
  const copy = whole.slice();
  change(new DataView(copy.buffer));
  return copy;
}

/** 11 entries, of which ten count ten times and one once: 101. */
const tooOften = patched(
  (view) => {
    for (let row = 0; row < 10; row++) {
      view.setUint8(37 + row, 10);
    }
  },
  defaultDetector.serialize(profileOf(1, 5, 11)),
);
const pressBytes = defaultDetector.serialize(pressProfileOf(1, 5, 4));
const patchedPress = (change: (view: DataView) => void) => patched(change, pressBytes);

/** What version 1 wrote of a profile: no byte for holds, and another calibration. */
function asVersion1({ keys, samples, times, calibration }: DefaultProfile): Uint8Array {
  const view = new DataView(new ArrayBuffer(36 + 4 * times.length));
  view.setUint32(0, 0x54435450);
  view.setUint8(4, 1);
  view.setUint8(5, 1);
  view.setUint16(6, keys);
  view.setUint16(8, samples);
  view.setUint8(10, 1);
  view.setUint8(11, calibration.state === 'current' ? 0 : 1);
  view.setFloat64(12, calibration.mean);
  view.setFloat64(20, calibration.deviation);
  view.setFloat64(28, calibration.leaveOneOut);
  times.forEach((time, i) => {
    view.setFloat32(36 + 4 * i, time);
  });
  return new Uint8Array(view.buffer);
}

/** What version 2 wrote: no counts, and rows one after another. */
function asVersion2({ keys, samples, times, calibration }: DefaultProfile, rows = times): Uint8Array {
  const view = new DataView(new ArrayBuffer(37 + 4 * rows.length));
  view.setUint32(0, 0x54435450);
  view.setUint8(4, 1);
  view.setUint8(5, 2);
  view.setUint16(6, keys);
  view.setUint16(8, (samples * rows.length) / times.length);
  view.setUint8(10, 1);
  view.setUint8(11, 2);
  view.setUint8(12, calibration.state === 'current' ? 0 : 1);
  view.setFloat64(13, calibration.mean);
  view.setFloat64(21, calibration.deviation);
  view.setFloat64(29, calibration.leaveOneOut);
  rows.forEach((time, i) => {
    view.setFloat32(37 + 4 * i, time);
  });
  return new Uint8Array(view.buffer);
}

function calibrated(pending: DefaultProfile): DefaultProfile {
  const steps = calibrateInSteps(pending);
  let step = steps.next();
  while (!step.done) {
    step = steps.next();
  }
  return step.value;
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
  it('is small: 10 bytes of header, 27 of calibration, 1 for each entry and 4 for each time', () => {
    expect(bytes.length).toBe(37 + 4 + 4 * 4 * 9);
    expect(defaultDetector.serialize(profileOf(2, 128, 3)).length).toBe(37 + 3 + 4 * 3 * 255);
    expect(defaultDetector.serialize(pressProfileOf(2, 128, 3)).length).toBe(37 + 3 + 4 * 3 * 127);
    expect(defaultDetector.serialize(updateCounted(profile, simulatedPerson(9, 5)(), 10)).length).toBe(bytes.length + 1 + 4 * 9);
  });

  it(
    'comes back equal, and scores identically',
    () => {
      fc.assert(
        fc.property(
          fc.integer({ min: 1, max: 1e6 }),
          fc.integer({ min: 2, max: 14 }),
          fc.integer({ min: 3, max: 30 }),
          fc.boolean(),
          (seed, keys, samples, holds) => {
            const person = simulatedPerson(seed, keys);
            const once = holds ? profileOf(seed, keys, samples) : pressProfileOf(seed, keys, samples);
            const before = defaultDetector.update(updateCounted(once, person(), (seed % 10) + 1), person());
            const after = defaultDetector.parse(defaultDetector.serialize(before));
            const probe = person();
            expect(after).toEqual(before);
            expect(defaultDetector.score(after, probe)).toEqual(defaultDetector.score(before, probe));
            expect(defaultDetector.update(after, probe)).toEqual(defaultDetector.update(before, probe));
          },
        ),
        { numRuns: SOAK ? 300 : 20 },
      );
    },
    TIMEOUT,
  );

  it('keeps a pending calibration pending', () => {
    const pending = updateUncalibrated(profile, simulatedPerson(1, 5)());
    expect(defaultDetector.parse(defaultDetector.serialize(pending))).toEqual(pending);
  });

  it('of version 1 has the same entries and is to be calibrated anew, which makes it what it would be if enrolled now', () => {
    const former = defaultDetector.parse(asVersion1(profile));
    const { mean, deviation, leaveOneOut } = profile.calibration;
    const translated = { mean: 0.556 * mean + 1.067, deviation: 0.626 * deviation + 0.156, leaveOneOut: 0.87 * leaveOneOut + 0.24 };
    expect(former).toEqual({ ...profile, calibration: { state: 'pending', ...translated } });
    expect(defaultDetector.parse(defaultDetector.serialize(former))).toEqual(former);
    expect(calibrated(former)).toEqual(profile);
    expect(codeOf(asVersion1(profile).slice(0, -1))).toBe('ERR_PROFILE_SIZE');
    const miscalibrated = patched((view) => view.setUint8(10, 2), asVersion1(profile));
    expect(codeOf(miscalibrated)).toBe('ERR_PROFILE_VERSION');
  });

  it('of a former calibration is to be calibrated anew, and is then what it would be if enrolled now', () => {
    const pending: DefaultProfile = { ...profile, calibration: { ...profile.calibration, state: 'pending' } };
    for (const stored of [patched((view) => view.setUint8(11, 2)), asVersion2(profile)]) {
      expect(defaultDetector.parse(stored)).toEqual(pending);
      expect(calibrated(defaultDetector.parse(stored))).toEqual(profile);
    }
    // Once written again it names the calibration of today, and is still to be renewed.
    expect(defaultDetector.serialize(pending)[11]).toBe(3);
    for (const later of [1, 3, 4]) {
      expect(codeOf(patched((view) => view.setUint8(11, later), asVersion2(profile)))).toBe('ERR_PROFILE_VERSION');
    }
    expect(codeOf(patched((view) => view.setUint8(11, 1)))).toBe('ERR_PROFILE_VERSION');
  });

  it('of version 2 has copies in a row as counts of one entry', () => {
    const [a, b, c, d] = [0, 1, 2, 3].map((row) => [...profile.times.subarray(9 * row, 9 * row + 9)]);
    const learned = Float32Array.from([a, b, b, b, c, d, d, b].flat());
    const parsed = defaultDetector.parse(asVersion2(profile, learned));
    expect(parsed).toEqual({
      ...profile,
      samples: 5,
      times: Float32Array.from([a, b, c, d, b].flat()),
      counts: Uint8Array.of(1, 3, 1, 2, 1),
      calibration: { ...profile.calibration, state: 'pending' },
    });
    expect(defaultDetector.parse(defaultDetector.serialize(parsed))).toEqual(parsed);
    const copies = Float32Array.from([a, a, a, a].flat());
    expect(defaultDetector.parse(asVersion2(profile, copies))).toMatchObject({ samples: 4, counts: Uint8Array.of(1, 1, 1, 1) });
    expect(codeOf(asVersion2(profile).slice(0, -1))).toBe('ERR_PROFILE_SIZE');
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
    ['a later version', patched((view) => view.setUint8(5, 4)), 'ERR_PROFILE_VERSION'],
    ['the bytes of a version under the number of another', patched((view) => view.setUint8(5, 1)), 'ERR_PROFILE_SIZE'],
    ['one key', patched((view) => view.setUint16(6, 1)), 'ERR_PROFILE_SIZE'],
    ['129 keys', patched((view) => view.setUint16(6, 129)), 'ERR_PROFILE_SIZE'],
    ['two samples', patched((view) => view.setUint16(8, 2)), 'ERR_PROFILE_SIZE'],
    ['101 samples', patched((view) => view.setUint16(8, 101)), 'ERR_PROFILE_SIZE'],
    ['counts beyond the bytes', patched((view) => view.setUint16(8, 5)), 'ERR_PROFILE_SIZE'],
    ['holds that are not there', patched((view) => view.setUint8(10, 0)), 'ERR_PROFILE_SIZE'],
    ['neither holds nor none', patched((view) => view.setUint8(10, 2)), 'ERR_PROFILE_SIZE'],
    ['neither holds nor none, without any', patchedPress((view) => view.setUint8(10, 2)), 'ERR_PROFILE_VALUE'],
    ['another calibration', patched((view) => view.setUint8(11, 9)), 'ERR_PROFILE_VERSION'],
    ['an unknown state', patched((view) => view.setUint8(12, 2)), 'ERR_PROFILE_VALUE'],
    ['a mean that is NaN', patched((view) => view.setFloat64(13, Number.NaN)), 'ERR_PROFILE_VALUE'],
    ['a mean that no score can have', patched((view) => view.setFloat64(13, 16.1)), 'ERR_PROFILE_VALUE'],
    ['a negative deviation', patched((view) => view.setFloat64(21, -0.1)), 'ERR_PROFILE_VALUE'],
    ['an endless leave-one-out', patched((view) => view.setFloat64(29, Number.POSITIVE_INFINITY)), 'ERR_PROFILE_VALUE'],
    ['an entry that counts for nothing', patched((view) => view.setUint8(37, 0)), 'ERR_PROFILE_VALUE'],
    ['an entry that counts too often', patched((view) => view.setUint8(40, 11)), 'ERR_PROFILE_VALUE'],
    ['more counts than a profile holds', tooOften, 'ERR_PROFILE_VALUE'],
    ['a time that is NaN', patched((view) => view.setFloat32(41, Number.NaN)), 'ERR_PROFILE_VALUE'],
    ['a negative time', patched((view) => view.setFloat32(45, -1)), 'ERR_PROFILE_VALUE'],
    ['a time over an hour', patched((view) => view.setFloat32(49, 4e6)), 'ERR_PROFILE_VALUE'],
  ])('is refused for %s', (_, data, code) => {
    expect(codeOf(data)).toBe(code);
  });

  it(
    'is whole or refused under any damage: what parses is written again as the same bytes',
    () => {
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
            // Byte 11 names the calibration; of a former one state and id are written anew.
            const expected = damaged.slice();
            if (damaged[11] === 2) {
              expected[11] = 3;
              expected[12] = 1;
            }
            expect(defaultDetector.serialize(parsed)).toEqual(expected);
          } else {
            expect(code).toMatch(/^ERR_PROFILE_/);
          }
        }),
        { numRuns: SOAK ? 50_000 : 2000 },
      );
    },
    TIMEOUT,
  );

  it('is refused for random bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), (data) => codeOf(data).startsWith('ERR_PROFILE_')));
  });

  it('names the field and not the value', () => {
    const data = patched((view) => view.setFloat32(41, -12345));
    expect(() => defaultDetector.parse(data)).toThrow(expect.objectContaining({ field: 'times', name: 'ModelError' }));
    expect(() => defaultDetector.parse(data)).not.toThrow(/12345/);
  });
});

describe('assertDefaultProfile', () => {
  it.each<[string, object]>([
    ['keys', { keys: 2.5 }],
    ['samples', { samples: 2 }],
    ['times', { times: profile.times.slice(1) }],
    ['times', { holds: false }],
    ['times', { times: profile.times.map(() => -1) }],
    ['counts', { counts: Uint8Array.of(1, 1, 1) }],
    ['counts', { counts: Uint8Array.of(1, 0, 1, 1) }],
    ['counts', { counts: Uint8Array.of(1, 11, 1, 1) }],
    ['calibration', { calibration: { ...profile.calibration, mean: Number.NaN } }],
    ['calibration', { calibration: { ...profile.calibration, deviation: -1 } }],
  ])('refuses %s out of range', (name, change) => {
    expect(() => defaultDetector.serialize({ ...profile, ...change })).toThrow(RangeError);
    expect(() => defaultDetector.serialize({ ...profile, ...change })).toThrow(name);
  });

  it.each<[string, object]>([
    ['another schema', { schema: 'kernel-profile/2' }],
    ['holds that are no boolean', { holds: 1 }],
    ['times of another kind', { times: [...profile.times] }],
    ['counts of another kind', { counts: [1, 1, 1, 1] }],
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
