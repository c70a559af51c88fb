import { seededNumbers } from '../testing-typists';

const LETTERS = ['KeyE', 'KeyT', 'KeyA', 'KeyO', 'KeyI', 'KeyN', 'KeyS', 'KeyR', 'Space', 'Comma', 'Backspace', 'ShiftLeft'];

export interface PopulationFileOptions {
  people: number;
  /** Samples of each, in two sittings. */
  samples: number;
  /** Keys of a sample. */
  keys?: number;
  /** Clicks of a sample. */
  actions?: number;
  /** Codes that the first person types at the end of each of his samples, and nobody else ever. */
  planted?: readonly string[];
  /** Name of person number n. */
  name?: (person: number) => string;
}

/** Lines of the generic typing format: made-up people, each with a rhythm of his own, typing common letters in any order. */
export function freeTextLines({
  people,
  samples,
  keys = 50,
  planted = [],
  name = (person) => `u${person}`,
}: PopulationFileOptions): string {
  let lines = '';
  for (let person = 0; person < people; person++) {
    // The times of the first person's other keys are the same, whatever is planted behind them.
    const rhythm = seededNumbers(1_000 + person);
    const pace = 100 + 120 * rhythm();
    const hold = 60 + 60 * rhythm();
    const weights = LETTERS.map(() => 0.7 + 0.6 * rhythm());
    for (let index = 0; index < samples; index++) {
      const next = seededNumbers(77_777 * person + index);
      let at = 0;
      const strokes = Array.from({ length: keys }, () => {
        const letter = Math.floor(next() * LETTERS.length);
        const pause = next() < 0.05 ? 400 + 900 * next() : 0;
        at += Math.round(pause + pace * weights[letter]! * (0.7 + 0.6 * next()));
        return [LETTERS[letter]!, at, at + Math.round(hold * weights[letter]! * (0.8 + 0.4 * next()))] as const;
      });
      const extra = (person === 0 ? planted : []).map((code, i) => [code, at + 120 * (i + 1), at + 120 * (i + 1) + 80] as const);
      lines += `${JSON.stringify({ user: name(person), session: index % 2, index, keys: [...strokes, ...extra] })}\n`;
    }
  }
  return lines;
}

/** Lines of pointer samples: made-up people, each with a speed and a curve of his own, moving to places and clicking there. */
export function pointerLines({ people, samples, actions = 30, name = (person) => `u${person}` }: PopulationFileOptions): string {
  let lines = '';
  for (let person = 0; person < people; person++) {
    const own = seededNumbers(5_000 + person);
    const speed = 0.4 + own();
    const bend = 0.6 * own() - 0.3;
    const rest = 300 + 900 * own();
    for (let index = 0; index < samples; index++) {
      const next = seededNumbers(99_991 * person + index);
      const events: [number, number, number, number][] = [[0, 0, 5_000, 3_000]];
      let [at, x, y] = [0, 500, 300];
      for (let action = 0; action < actions; action++) {
        at += rest * (0.5 + next());
        const [toX, toY] = [40 + 1_200 * next(), 40 + 600 * next()];
        const steps = Math.max(6, Math.round(Math.hypot(toX - x, toY - y) / speed / 16));
        for (let i = 1; i <= steps; i++) {
          const share = 0.5 - 0.5 * Math.cos((Math.PI * i) / steps);
          const side = bend * Math.sin(Math.PI * share) * (0.8 + 0.4 * next());
          at += 16;
          events.push([0, tenths(at), tenths(x + share * (toX - x) - side * (toY - y)), tenths(y + share * (toY - y) + side * (toX - x))]);
        }
        [x, y] = [toX, toY];
        at += 60 + 80 * next();
        events.push([1, tenths(at), tenths(x), tenths(y)]);
        at += 50 + 60 * next();
        events.push([3, tenths(at), tenths(x), tenths(y)]);
      }
      const sample = { version: 1, device: 'mouse', pixelRatio: 1_000, viewport: [1_280, 720], events, flags: {}, clockStep: 1 };
      lines += `${JSON.stringify({ user: name(person), session: index % 2, sample })}\n`;
    }
  }
  return lines;
}

function tenths(value: number): number {
  return Math.round(10 * value);
}
