import type { Person } from './remote-customer';
import { Typist } from './typist';

/** Distinct rhythms: from a two-finger typist to a fast one with much roll-over. */
export const RHYTHMS = {
  steady: { seed: 11, hold: 92, pressPress: 150 },
  fast: { seed: 23, hold: 118, pressPress: 96 },
  slow: { seed: 37, hold: 74, pressPress: 270 },
  brisk: { seed: 53, hold: 97, pressPress: 80 },
} as const;

export function typist(rhythm: keyof typeof RHYTHMS, seed = 0): Typist {
  const base = RHYTHMS[rhythm];
  return new Typist({ ...base, seed: base.seed + seed * 1_009 });
}

/** Somebody with two fingers and much hesitation, whom the shipped population tells from the others. */
export const stranger = (seed = 0): Typist => new Typist({ seed: 900 + seed, hold: 190, pressPress: 480, scatter: 0.3 });

const WORDS = ['lantern', 'harbour', 'willow', 'copper', 'pepper', 'violin'] as const;
let counter = 0;

/** A new person whose e-mail address no other person has. The password follows from the name: tests may run in any order. */
export function person(name: string): Person {
  counter += 1;
  let hash = 0;
  for (const letter of name) hash = (hash * 31 + letter.charCodeAt(0)) % 9_973;
  const handle = name.toLowerCase().replace(/[^a-z]+/g, '.');
  return {
    name,
    email: `${handle}.${counter}@example.test`,
    password: `meadow quartz ${WORDS[hash % WORDS.length]} ${10 + (hash % 90)}`,
  };
}
