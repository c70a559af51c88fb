import type { TypingKey, TypingSample } from '@tacit-auth/features';

/** A made-up person who types one password: the same seed gives the same person and the same entries. */
export interface Typist {
  /** One more entry of the password, as a browser would send it. */
  next(): TypingSample;
  take(count: number): TypingSample[];
}

export interface TypistOptions {
  /** Keys of the password. Default 11. */
  keys?: number;
  /** Standard deviation of the logarithm of each time around the person's own. Default 0.1. */
  spread?: number;
}

/** Numbers in [0, 1) by mulberry32. */
export function seededNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const SHORTEST_TENTHS = 100;

/** Hold and press-press times are log-normal, around centres that are log-normal over people and keys. */
export function createTypist(seed: number, { keys = 11, spread = 0.1 }: TypistOptions = {}): Typist {
  const uniform = seededNumbers(Math.imul(seed + 1, 0x9e3779b1));
  const factor = (deviation: number) => Math.exp(deviation * Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()));
  const pace = factor(0.25);
  const holds = Array.from({ length: keys }, () => 900 * factor(0.3));
  const steps = Array.from({ length: keys }, () => 1_800 * pace * factor(0.45));

  function next(): TypingSample {
    let press = 0;
    const strokes = holds.map((hold, i): TypingKey => {
      if (i > 0) press += tenths(steps[i] ?? 0);
      return [null, press, press + tenths(hold)];
    });
    return { version: 1, mode: 'secret', field: 'password', keys: strokes, flags: {}, clockStep: 1, device: 'keyboard' };
  }

  const tenths = (centre: number) => Math.max(SHORTEST_TENTHS, Math.round(centre * factor(spread)));
  return { next, take: (count) => Array.from({ length: count }, next) };
}
