import type { FixedTextVector } from '@tacit-auth/features';
import { assertVector } from './fixed-text-limits';
import { seededNormals } from './seeded-normals';
import { assertSeed, assertTextKeys, vectorOfTimes } from './synthetic-vector';

/**
 * Where people's times lie and how they spread, in ln s: location of the population; spread of what the text makes of a key; of a person's level; of a
 * person's own keys; and of one entry. From 1,329 people of the Aalto desktop set (Dhakal et al., CHI 2018; English sentences); the spread within
 * entries from 400 entries each of 26 people of the CMU password set (Killourhy & Maxion, DSN 2009).
 */
export const POPULATION_SPREADS = Object.freeze({
  hold: Object.freeze({ location: -2.4, text: 0.106, person: 0.208, personKey: 0.131, within: 0.15 }),
  pressPress: Object.freeze({ location: -1.72, text: 0.27, person: 0.346, personKey: 0.23, within: 0.25 }),
});

type Spreads = (typeof POPULATION_SPREADS)[keyof typeof POPULATION_SPREADS];

export interface PopulationTypistOptions {
  /** Keys of the text, 2 to 128. */
  readonly keys: number;
  /** Any 32-bit integer: which person is drawn, and the entries. */
  readonly seed: number;
  /** Any 32-bit integer: what text it is. People drawn for one text share what the text makes of each key. 0 by default. */
  readonly text?: number;
  /** Instead of `text`, what is known of the text: for each key, a usual time in ms. */
  readonly usual?: FixedTextVector;
  /** False for entries of press-press times alone. */
  readonly holds?: boolean;
}

/**
 * A person drawn from the population: a level of his own, keys of his own about the text's, and entries about those; all log-normal. The model behind
 * the simulated cohort of the default detector, made free of any template. With `usual` it is what an attacker can know who has a table of
 * usual digraph times, but nothing of the victim.
 *
 * @returns the person's next entry at each call.
 * @throws TypeError for wrong kinds; RangeError for a number of keys or a seed out of range, or if `usual` is of another text.
 */
export function populationTypist(options: PopulationTypistOptions): () => FixedTextVector {
  const { keys, seed, text = 0, usual, holds = true } = options;
  assertTextKeys(keys);
  assertSeed(seed);
  assertSeed(text, 'text');
  if (usual !== undefined) {
    assertVector(usual, 'usual');
    if (usual.pressPress.length !== keys - 1 || (holds && usual.hold.length !== keys)) {
      throw new RangeError('usual must be of as many keys as the text');
    }
  }
  const textNormal = seededNormals(text, 0x74_78_74);
  const normal = seededNormals(seed, 0x70_6f_70);
  const centres = (length: number, { location, text: spread, person, personKey }: Spreads, known?: Float64Array) => {
    const level = person * normal();
    // Drawn in turn for hold and press-press, whatever is known, so that one seed is one person.
    return Float64Array.from({ length }, (_, i) => {
      const ofText = location + spread * textNormal();
      return (known === undefined ? ofText : Math.log(Math.max(known[i], 1) / 1000)) + level + personKey * normal();
    });
  };
  const { hold, pressPress } = POPULATION_SPREADS;
  const holdCentres = centres(keys, hold, holds ? usual?.hold : undefined);
  const pressCentres = centres(keys - 1, pressPress, usual?.pressPress);
  const times = (middle: Float64Array, { within }: Spreads) => middle.map((centre) => 1000 * Math.exp(centre + within * normal()));
  return () => vectorOfTimes(times(holdCentres, hold), times(pressCentres, pressPress), holds);
}
