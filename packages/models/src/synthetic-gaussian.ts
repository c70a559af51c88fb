import type { FixedTextVector } from '@tacit-auth/features';
import { seededNormals, seededUniforms } from './seeded-normals';
import { assertSeed, assertTextKeys, vectorOfFlights } from './synthetic-vector';

/** How a made-up typist types: mean and standard deviation in ms of every hold, and of every flight (release to next press). */
export interface GaussianTimes {
  readonly hold: readonly [mean: number, deviation: number];
  readonly flight: readonly [mean: number, deviation: number];
}

/**
 * The profiles of the classical dual-branch system, which it trained against. Its erratic typist had deviations of 50 and 80 ms and a factor of
 * 2.5, which is read here as one on the deviations.
 */
export const GAUSSIAN_PROFILES = Object.freeze({
  fast: { hold: [60, 10], flight: [50, 20] },
  slow: { hold: [200, 30], flight: [250, 50] },
  erratic: { hold: [120, 125], flight: [150, 200] },
  average: { hold: [100, 20], flight: [150, 40] },
} satisfies Record<string, GaussianTimes>);

/** `random-keys`: somebody who hits keys at random, so that each time is of another pair of keys. */
export type GaussianProfile = keyof typeof GAUSSIAN_PROFILES | 'random-keys';

/** Range in ms of the holds and flights of the typist who hits keys at random. */
const RANDOM_KEYS = { hold: [30, 250], flight: [-50, 600] } as const;

export interface GaussianTypistOptions {
  /** Keys of the text, 2 to 128. */
  readonly keys: number;
  readonly profile: GaussianProfile;
  /** Any 32-bit integer: the same seed gives the same entries. */
  readonly seed: number;
  /** False for entries of press-press times alone. */
  readonly holds?: boolean;
}

/**
 * A script that draws every time of an entry anew from one normal distribution a kind, cut off at what a keyboard can give; `random-keys` draws
 * uniformly, from a wide range. For training and for attack benches: people have rhythms, so that how well a detector refuses these says nothing of
 * how well it refuses people.
 *
 * @returns the next entry at each call.
 * @throws TypeError for wrong kinds; RangeError for a number of keys or a seed out of range.
 */
export function gaussianTypist(options: GaussianTypistOptions): () => FixedTextVector {
  const { keys, profile, seed, holds = true } = options;
  assertTextKeys(keys);
  assertSeed(seed);
  if (profile !== 'random-keys' && !Object.hasOwn(GAUSSIAN_PROFILES, profile)) {
    throw new TypeError(`profile must be one of: ${[...Object.keys(GAUSSIAN_PROFILES), 'random-keys'].join(', ')}`);
  }
  if (profile === 'random-keys') {
    const uniform = seededUniforms(seed, 0x72_6b);
    const within = ([least, most]: readonly [number, number]) => least + (most - least) * uniform();
    return () => vectorOfFlights({ keys, holds, hold: () => within(RANDOM_KEYS.hold), flight: () => within(RANDOM_KEYS.flight) });
  }
  const times: GaussianTimes = GAUSSIAN_PROFILES[profile];
  const normal = seededNormals(seed, 0x67_61);
  const drawn = ([mean, deviation]: readonly [number, number]) => mean + deviation * normal();
  return () => vectorOfFlights({ keys, holds, hold: () => drawn(times.hold), flight: () => drawn(times.flight) });
}
