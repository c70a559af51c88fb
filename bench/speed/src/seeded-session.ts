import type { PointerEventNumbers, PointerSample, TypingKey, TypingSample } from '@tacit-auth/features';
import { seededNumbers } from './seeded-typist';

/** A made-up person at work: the same seed gives the same person, windows of typing and stretches of pointer use. */
export interface Worker {
  /** A window of so many keys, as a browser would send it. */
  window(keys: number): TypingSample;
  /** So many movements, each with a click at its end, as a browser would send them. */
  pointer(movements: number): PointerSample;
}

const LETTERS = 26;
const FIRST_LETTER = 11;
const SPACE = 0;
/** Every sixth key is a space. */
const WORD = 6;
/** Points of a movement, 8 ms apart. */
const POINTS = 45;
const STEP_TENTHS = 80;

export function createWorker(seed: number): Worker {
  const uniform = seededNumbers(Math.imul(seed + 7, 0x9e3779b1));
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  const factor = (deviation: number) => Math.exp(deviation * normal());
  const pace = factor(0.25);
  const holds = Array.from({ length: FIRST_LETTER + LETTERS }, () => 900 * factor(0.3));
  const bend = 0.2 * normal();
  const click = 900 * factor(0.2);

  function window(keys: number): TypingSample {
    let press = 0;
    const strokes = Array.from({ length: keys }, (_, i): TypingKey => {
      const key = i % WORD === WORD - 1 ? SPACE : FIRST_LETTER + Math.floor(LETTERS * uniform() ** 2);
      if (i > 0) press += Math.max(100, Math.round(1_800 * pace * factor(0.35)));
      return [String(key), press, press + Math.max(100, Math.round((holds[key] ?? 900) * factor(0.15)))];
    });
    return { version: 1, mode: 'window', field: 'note', keys: strokes, flags: {}, clockStep: 1, device: 'keyboard' };
  }

  function pointer(movements: number): PointerSample {
    const events: PointerEventNumbers[] = [];
    let [x, y, at] = [4_000, 4_000, 0];
    const put = (kind: PointerEventNumbers[0], left: number, top: number) => events.push([kind, at, Math.round(left), Math.round(top)]);
    for (let movement = 0; movement < movements; movement++) {
      const [toX, toY] = [10_000 * uniform(), 8_000 * uniform()];
      for (let i = 0; i < POINTS; i++) {
        const share = (i + 1) / POINTS;
        // Minimum jerk (T. Flash, N. Hogan, 1985), bent to one side.
        const way = share ** 3 * (10 - 15 * share + 6 * share ** 2);
        const aside = bend * Math.sin(Math.PI * way);
        put(0, x + way * (toX - x) - aside * (toY - y) + 8 * normal(), y + way * (toY - y) + aside * (toX - x) + 8 * normal());
        at += STEP_TENTHS;
      }
      [x, y] = [toX, toY];
      put(1, x, y);
      at += Math.round(click * factor(0.1));
      put(3, x, y);
      at += Math.round(2_500 * pace * factor(0.3));
    }
    return { version: 1, device: 'mouse', pixelRatio: 1_000, viewport: [1_280, 900], events, flags: {}, clockStep: 1 };
  }

  return { window, pointer };
}
