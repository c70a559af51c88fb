import { type FreeTextTimings, freeTextTimingsFrom } from '@tacit-auth/features';
import { seededNormals, seededUniforms } from '../seeded-normals';
import type { FreeTextTrainingPerson } from './training-people';

const WORDS =
  'the of and to in is you that it he was for on are as with his they at be this have from or one had by word but not what all were we when your can said there use an each which she do how their if will up other about out many then them these so some her would make like him into time has look two more write go see number no way could people my than first water been call who oil its now find long down day did get come made may part'.split(
    ' ',
  );

export const keyOf = (letter: string): number => (letter === ' ' ? 0 : 11 + letter.charCodeAt(0) - 97);

/** A made-up person with a rhythm of his own: pace, holds, roll-over, slow and quick fingers, drawn around the middle of all people. */
export interface SimulatedTypist {
  /** Timings of so many keys of drawn words; every call differs. */
  typed(keys?: number): FreeTextTimings;
  /** The same of a given text. */
  typedText(text: string): FreeTextTimings;
}

export function simulatedTypist(seed: number): SimulatedTypist {
  const own = seededNormals(seed, 1);
  const hold = 95 * Math.exp(0.25 * own());
  const pace = 170 * Math.exp(0.3 * own());
  const spread = 0.18 * Math.exp(0.3 * own());
  const keyHolds = Array.from({ length: 39 }, () => 0.12 * own());
  const keyGaps = Array.from({ length: 39 }, () => 0.2 * own());
  const normal = seededNormals(seed, 2);
  const uniform = seededUniforms(seed, 3);

  function typedKeys(keys: readonly number[]): FreeTextTimings {
    let time = 0;
    const press: number[] = [];
    const release: number[] = [];
    keys.forEach((key, i) => {
      time += i === 0 ? 0 : pace * Math.exp(keyGaps[key] + 0.3 * keyGaps[keys[i - 1]] + 2 * spread * normal());
      press.push(time);
      release.push(time + hold * Math.exp(keyHolds[key] + spread * normal()));
    });
    return freeTextTimingsFrom({ keys, press, release });
  }

  return {
    typed(keys = 50) {
      let text = '';
      while (text.length < keys) {
        text += `${WORDS[Math.floor(uniform() * WORDS.length)]} `;
      }
      return typedKeys(Array.from(text.slice(0, keys), keyOf));
    },
    typedText: (text) => typedKeys(Array.from(text, keyOf)),
  };
}

/** People for a training, each with one sitting of so many windows. */
export function simulatedPeople(count: number, windows: number, firstSeed = 1): FreeTextTrainingPerson[] {
  return Array.from({ length: count }, (_, person) => {
    const typist = simulatedTypist(firstSeed + person);
    return { user: `person ${person}`, sessions: [Array.from({ length: windows }, () => typist.typed())] };
  });
}
