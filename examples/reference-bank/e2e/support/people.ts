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

let counter = 0;

/** A new person whose details no other person has. */
export function person(name: string): Person {
  counter += 1;
  const handle = name.toLowerCase().replace(/[^a-z]+/g, '.');
  return {
    name,
    email: `${handle}.${counter}@example.test`,
    password: `meadow quartz ${['lantern', 'harbour', 'willow', 'copper'][counter % 4]} ${40 + counter}`,
  };
}
