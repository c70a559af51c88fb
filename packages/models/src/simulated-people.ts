import { type FixedTextVector, fixedTextVectorFrom } from '@tacit-auth/features';
import { seededNormals } from './seeded-normals';

/** A person for tests: entries of one text with a level, keys and noise of his own. Not exported by the package. */
export function simulatedPerson(seed: number, keys: number): () => FixedTextVector {
  const normal = seededNormals(seed, 0x70_65_72);
  const levelHold = -2.4 + 0.2 * normal();
  const levelPress = -1.72 + 0.33 * normal();
  const centreHold = Array.from({ length: keys }, () => levelHold + 0.17 * normal());
  const centrePress = Array.from({ length: keys - 1 }, () => levelPress + 0.36 * normal());
  return () =>
    fixedTextVectorFrom({
      hold: centreHold.map((centre) => 1000 * Math.exp(centre + 0.13 * normal())),
      pressPress: centrePress.map((centre) => 1000 * Math.exp(centre + 0.2 * normal())),
    });
}

/** The next entries of a person. */
export function entries(person: () => FixedTextVector, count: number): FixedTextVector[] {
  return Array.from({ length: count }, person);
}

/** A vector whose times are all the same. */
export function flatVector(keys: number, hold: number, pressPress: number): FixedTextVector {
  return fixedTextVectorFrom({ hold: new Float64Array(keys).fill(hold), pressPress: new Float64Array(keys - 1).fill(pressPress) });
}

/** The same entry from a device that tells no key-ups. */
export function pressTimes({ pressPress }: FixedTextVector): FixedTextVector {
  return fixedTextVectorFrom({ hold: [], pressPress });
}
