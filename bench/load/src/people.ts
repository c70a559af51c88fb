import { seededUniforms } from '@tacit-auth/models/evaluation';

/** Samples as a page sends them, in JSON's own types. */
export interface WireWindow {
  version: 1;
  mode: 'window';
  field: string;
  keys: Array<[string, number, number]>;
  flags: Record<string, never>;
  clockStep: number;
  device: 'keyboard';
}

export interface WirePointer {
  version: 1;
  device: 'mouse';
  pixelRatio: number;
  viewport: [number, number];
  events: Array<[number, number, number, number]>;
  flags: Record<string, never>;
  clockStep: number;
}

/** A made-up person: every window and every stretch differs, and the same seed gives the same. */
export interface Person {
  /** Numbers from 0 to below 1. */
  next(): number;
  window(keys: number): WireWindow;
  /** What a hand does with a mouse in about so many ms, as a browser of 60 Hz tells it. */
  stretch(ms: number): WirePointer;
}

/** Classes of the keys: the space, and the letters. */
const SPACE = 0;
const LETTER_A = 11;
const FRAME_MS = 1_000 / 60;

/** @param person whose habits; @param course which of his days: other samples in the same way */
export function seededPerson(person: number, course = 0): Person {
  const own = normals(seededUniforms(person, 0));
  const hold = 95 * Math.exp(0.25 * own());
  const pace = 170 * Math.exp(0.3 * own());
  const spread = 0.16 * Math.exp(0.25 * own());
  const habits = Array.from({ length: 39 }, () => [0.12 * own(), 0.2 * own()] as const);
  const hand = { pace: 500 * Math.exp(0.3 * own()), bend: 0.08 * own(), tremor: Math.exp(0.5 * own()), pause: 160 * Math.exp(0.4 * own()) };
  const next = seededUniforms(person, course + 1);
  const normal = normals(next);

  return {
    next,
    window(count) {
      let time = 0;
      const keys = Array.from({ length: count }, (_, i): [string, number, number] => {
        const key = i % 6 === 5 ? SPACE : LETTER_A + Math.floor(26 * next() ** 2);
        const [longer, later] = habits[key] ?? [0, 0];
        time += i === 0 ? 0 : Math.max(25, pace * Math.exp(later + 2 * spread * normal()));
        const press = Math.round(10 * time);
        return [String(key), press, press + Math.round(10 * Math.max(20, hold * Math.exp(longer + spread * normal())))];
      });
      return { version: 1, mode: 'window', field: 'free-text', keys, flags: {}, clockStep: 1, device: 'keyboard' };
    },
    stretch(ms) {
      const events: WirePointer['events'] = [];
      let [t, x, y] = [0, 400, 300];
      const tell = (kind: number): void => void events.push([kind, Math.round(10 * t), 10 * Math.round(x), 10 * Math.round(y)]);
      while (t < ms) {
        const [fromX, fromY, toX, toY] = [x, y, 100 + 1_000 * next(), 80 + 600 * next()];
        const steps = Math.max(5, Math.round((hand.pace * Math.exp(0.25 * normal())) / FRAME_MS));
        const bend = hand.bend + 0.05 * normal();
        for (let step = 1; step <= steps; step++) {
          const share = (1 - Math.cos((Math.PI * step) / steps)) / 2;
          const aside = bend * Math.sin(Math.PI * share);
          t += FRAME_MS;
          x = fromX + share * (toX - fromX) - aside * (toY - fromY) + hand.tremor * normal();
          y = fromY + share * (toY - fromY) + aside * (toX - fromX) + hand.tremor * normal();
          tell(0);
        }
        t += hand.pause * Math.exp(0.3 * normal());
        tell(1);
        t += 95 * Math.exp(0.2 * normal());
        tell(3);
        t += 400 * next();
      }
      const first = events[0]?.[1] ?? 0;
      for (const event of events) event[1] -= first;
      return { version: 1, device: 'mouse', pixelRatio: 1_000, viewport: [1_280, 800], events, flags: {}, clockStep: 1 };
    },
  };
}

function normals(uniform: () => number): () => number {
  return () => Math.max(-3, Math.min(3, Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform())));
}
