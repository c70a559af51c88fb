import {
  type FreeTextTimings,
  freeTextTimings,
  isInsufficient,
  type ParsedTypingSample,
  parseTypingSample,
  type TypingKey,
  type TypingSample,
} from '@tacit-auth/features';
import { seededNumbers } from '../testing-typists';

const MARKS: Readonly<Record<string, string>> = { ' ': 'Space', '.': 'Period', ',': 'Comma', "'": 'Quote', '-': 'Minus' };

/** The key of a character on QWERTY. */
export function codeOf(character: string): string {
  const upper = character.toUpperCase();
  return MARKS[character] ?? (/^[A-Z]$/.test(upper) ? `Key${upper}` : 'Backquote');
}

/** A made-up person who types any text in a rhythm of his own; every time differs. */
export interface TextTypist {
  sample(text: string, changes?: Partial<TypingSample>): TypingSample;
  parsed(text: string, changes?: Partial<TypingSample>): ParsedTypingSample;
  /** Keys by their codes, as they are pressed: for corrections and other layouts. */
  keys(codes: readonly string[], changes?: Partial<TypingSample>): TypingSample;
  timings(text: string): FreeTextTimings;
}

function normals(seed: number): () => number {
  const next = seededNumbers(seed);
  return () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
}

export function textTypist(seed: number): TextTypist {
  const own = normals(seed);
  const hold = 95 * Math.exp(0.25 * own());
  const pace = 170 * Math.exp(0.3 * own());
  const spread = 0.18 * Math.exp(0.3 * own());
  const habits = new Map<string, { hold: number; gap: number }>();
  for (const character of "abcdefghijklmnopqrstuvwxyz .,'-") {
    habits.set(codeOf(character), { hold: 0.12 * own(), gap: 0.2 * own() });
  }
  const usual = { hold: 0, gap: 0 };
  const normal = normals(seed + 10_000);

  function keys(codes: readonly string[], changes: Partial<TypingSample> = {}): TypingSample {
    let time = 0;
    const strokes: TypingKey[] = [];
    codes.forEach((code, i) => {
      const habit = habits.get(code) ?? usual;
      const before = habits.get(codes[i - 1] ?? '') ?? usual;
      time += i === 0 ? 0 : Math.max(1, pace * Math.exp(habit.gap + 0.3 * before.gap + 2 * spread * normal()));
      const press = Math.round(10 * time);
      const earlier = strokes.findLast(([key]) => key === code);
      if (earlier !== undefined && (earlier[2] ?? 0) >= press) {
        // A key goes down again only after it came up.
        earlier[2] = Math.max(earlier[1], press - 200);
      }
      strokes.push([code, press, press + Math.round(10 * hold * Math.exp(habit.hold + spread * normal()))]);
    });
    return { version: 1, mode: 'text', field: 'challenge', keys: strokes, flags: {}, clockStep: 1, device: 'keyboard', ...changes };
  }

  const sample = (text: string, changes?: Partial<TypingSample>) => keys([...text].map(codeOf), changes);
  const parsed = (text: string, changes?: Partial<TypingSample>) => parseTypingSample(sample(text, changes));
  return {
    keys,
    sample,
    parsed,
    timings(text) {
      const timings = freeTextTimings(parsed(text));
      if (isInsufficient(timings)) {
        throw new Error(timings.reason);
      }
      return timings;
    },
  };
}
