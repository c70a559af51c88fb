import { describe, expect, it } from 'vitest';
import { defaultDetector, updateCounted } from './default-detector';
import type { DefaultProfile } from './default-profile';
import { firstEntries, profileEntries, withoutEntry } from './profile-entries';
import { entries, pressTimes, simulatedPerson } from './simulated-people';

const samples = entries(simulatedPerson(31, 6), 9);

function profileOf(vectors: typeof samples): DefaultProfile {
  const profile = defaultDetector.fit(vectors);
  if ('status' in profile) {
    throw new Error(`expected a profile, got ${profile.reason}`);
  }
  return profile;
}

const whole = updateCounted(updateCounted(profileOf(samples.slice(0, 7)), samples[7], 3), samples[8], 2);
/** As a profile keeps times. */
const rounded = ({ hold, pressPress }: (typeof samples)[number]) => [...Float32Array.from([...hold, ...pressPress])];

describe('profileEntries', () => {
  it('gives each entry once, oldest first', () => {
    expect(profileEntries(whole).map(({ hold, pressPress }) => [...hold, ...pressPress])).toEqual(samples.map(rounded));
  });

  it('gives entries of press times alone as such', () => {
    const bare = samples.map(pressTimes);
    const found = profileEntries(profileOf(bare));
    expect(found.map(({ hold }) => hold.length)).toEqual(samples.map(() => 0));
    expect(found.map(({ pressPress }) => [...pressPress])).toEqual(bare.map(rounded));
  });

  it('asserts its argument', () => {
    expect(() => profileEntries(null as never)).toThrow(TypeError);
    expect(() => profileEntries({ ...whole, samples: 4 })).toThrow(RangeError);
  });
});

describe('firstEntries', () => {
  it('is the profile that the first entries make, once it is calibrated', () => {
    const first = firstEntries(whole, 8);
    expect(first).toMatchObject({ samples: 8, counts: Uint8Array.of(1, 1, 1, 1, 1, 1, 1, 3) });
    expect(first.calibration).toEqual({ ...whole.calibration, state: 'pending' });
    const anew = updateCounted(profileOf(samples.slice(0, 7)), samples[7], 3);
    const raw = (of: DefaultProfile) => defaultDetector.score(of, samples[8]);
    expect(raw(first)).toMatchObject({ raw: (raw(anew) as { raw: number }).raw });
  });

  it('asserts its arguments', () => {
    expect(() => firstEntries(whole, 2)).toThrow(RangeError);
    expect(() => firstEntries(whole, 10)).toThrow(/samples/);
    expect(() => firstEntries(whole, '3' as never)).toThrow(TypeError);
    expect(() => firstEntries({} as never, 3)).toThrow(TypeError);
  });
});

it('leaves an entry out, however often it counts', () => {
  const others = withoutEntry(whole, 7);
  expect(others).toMatchObject({ samples: 8, counts: Uint8Array.of(1, 1, 1, 1, 1, 1, 1, 2) });
  expect(profileEntries(others).map(({ hold, pressPress }) => [...hold, ...pressPress])).toEqual(
    samples.filter((_, i) => i !== 7).map(rounded),
  );
});
