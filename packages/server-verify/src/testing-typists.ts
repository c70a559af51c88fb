import { type ParsedTypingSample, parseTypingSample, type TypingKey, type TypingSample } from '@tacit-auth/features';

/** A made-up person with a rhythm of his own, for tests. */
export interface Typist {
  /** One more entry of the person's password; every call differs. */
  sample(changes?: Partial<TypingSample>): TypingSample;
  parsed(changes?: Partial<TypingSample>): ParsedTypingSample;
  samples(count: number): ParsedTypingSample[];
}

export interface TypistOptions {
  /** Keys of the password. Default 12. */
  keys?: number;
  /** The same person draws other entries on another day. Default 0. */
  day?: number;
  /** Spread of one person's times around his own, as a fraction. Default 0.08. */
  spread?: number;
}

/** A small generator of numbers in [0, 1) (mulberry32); the same seed gives the same numbers. */
export function seededNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Deterministic bytes in place of a random source. */
export function seededBytes(seed: number): (length: number) => Uint8Array {
  const next = seededNumbers(seed);
  return (length) => Uint8Array.from({ length }, () => Math.floor(next() * 256));
}

function seededNormals(seed: number): () => number {
  const next = seededNumbers(seed);
  return () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
}

/** A person whose holds and transitions are drawn around his own centres, log-normally. */
export function createTypist(seed: number, { keys = 12, spread = 0.08, day = 0 }: TypistOptions = {}): Typist {
  const own = seededNormals(seed * 7919 + 17);
  const pace = Math.exp(own() * 0.25);
  const holds = Array.from({ length: keys }, () => 95 * Math.exp(own() * 0.3));
  const transitions = Array.from({ length: keys }, () => 170 * pace * Math.exp(own() * 0.45));
  const normal = seededNormals(seed * 104_729 + day * 1_299_709 + 5);

  function sample(changes: Partial<TypingSample> = {}): TypingSample {
    let press = 0;
    const strokes = holds.map((hold, i): TypingKey => {
      if (i > 0) {
        press += Math.max(8, transitions[i]! * Math.exp(normal() * spread));
      }
      const start = Math.round(press * 10);
      return [null, start, start + Math.max(100, Math.round(hold * Math.exp(normal() * spread) * 10))];
    });
    return { version: 1, mode: 'secret', field: 'password', keys: strokes, flags: {}, clockStep: 1, device: 'keyboard', ...changes };
  }

  const parsed = (changes?: Partial<TypingSample>) => parseTypingSample(sample(changes));
  return { sample, parsed, samples: (count) => Array.from({ length: count }, () => parsed()) };
}

/** The same entry with each time moved by up to `tenths` of 0.1 ms: what a replay with jitter looks like. */
export function jittered(sample: TypingSample | ParsedTypingSample, tenths: number, seed = 1): TypingSample {
  const next = seededNumbers(seed);
  const move = () => Math.round((next() * 2 - 1) * tenths);
  let previous = 0;
  const keys = sample.keys.map(([key, press, release], i): TypingKey => {
    const moved = i === 0 ? 0 : Math.max(previous, press + move());
    previous = moved;
    return [key, moved, release === null ? null : Math.max(moved, release + move())];
  });
  return { ...sample, flags: { ...sample.flags }, keys };
}
