import { seededNormals, seededUniforms } from './seeded-numbers';

/** What a hand does at a keyboard: a key goes down or up. Times in ms. */
export interface KeyDeed {
  readonly at: number;
  readonly kind: 'down' | 'up';
  /** As `KeyboardEvent.key` names it. */
  readonly key: string;
}

/** What a hand does with a mouse. Kinds as the wire has them: 0 move, 1 main button down, 3 up. Places in CSS pixels. */
export interface PointerDeed {
  readonly at: number;
  readonly kind: 0 | 1 | 3;
  readonly x: number;
  readonly y: number;
}

export interface Place {
  readonly x: number;
  readonly y: number;
}

/** A made-up person with a rhythm and a hand of his own, on some day. What he does takes time from `start` on. */
export interface SimulatedPerson {
  /** Typical hold and press-press times of letters, in ms. */
  readonly hold: number;
  readonly pace: number;
  type(text: string, start: number): KeyDeed[];
  /** Moves to so many places one after the other, and clicks most of them. */
  point(from: Place, targets: number, start: number): PointerDeed[];
  /** Ms from one thing to the next: reading, thinking. */
  rest(): number;
  /** Numbers from 0 to below 1, his own choices. */
  choose(): number;
}

/** What days do to a person: levels move by about so much, on the log scale. */
const DAY_DRIFT = 0.05;
/** Of a screen of 1,280 x 800. */
const SCREEN = { width: 1_280, height: 800 };
const FRAME_MS = 1_000 / 60;

const NEIGHBOURS: Readonly<Record<string, string>> = { a: 's', e: 'r', i: 'o', n: 'm', o: 'p', r: 't', s: 'd', t: 'y', l: 'k', u: 'i' };

/**
 * Levels, habits of each key, each pair and each hand are drawn once a person, around the middle of adults who type with ten fingers or fewer
 * (hold about 95 ms, press-press about 170 ms); a day moves the levels, and each keystroke scatters around its habit, log-normally. Nothing of
 * it was fitted to a population that a detector has learned.
 *
 * @param day another day of the same person: other levels, other choices
 */
export function simulatedPerson(seed: number, day = 0): SimulatedPerson {
  const own = seededNormals(seed * 7_919 + 1);
  const hold = 95 * Math.exp(0.25 * own());
  const pace = 170 * Math.exp(0.3 * own());
  const spread = 0.16 * Math.exp(0.25 * own());
  const wordPause = 0.25 + 0.1 * own();
  const mistakes = 0.015 * Math.exp(0.4 * own());
  const hand = {
    pace: 500 * Math.exp(0.3 * own()),
    bend: 0.08 * own(),
    tremor: Math.exp(0.5 * own()),
    early: Math.exp(0.2 * own()),
    hold: 95 * Math.exp(0.25 * own()),
    pause: 160 * Math.exp(0.4 * own()),
    clicks: 0.7 + 0.1 * own(),
  };
  const habits = new Map<string, number>();
  const today = seededNormals(seed * 7_919 + 104_729 * (day + 1));
  const drift = { hold: DAY_DRIFT * today(), pace: DAY_DRIFT * today(), hand: DAY_DRIFT * today(), click: DAY_DRIFT * today() };
  const normal = seededNormals(seed * 7_919 + 104_729 * (day + 1) + 2);
  const choose = seededUniforms(seed * 7_919 + 104_729 * (day + 1) + 3);

  /** Always the same for this person and this habit. */
  function habit(name: string): number {
    let known = habits.get(name);
    if (known === undefined) {
      let hash = seed >>> 0;
      for (const letter of name) {
        hash = Math.imul(hash ^ letter.charCodeAt(0), 0x01000193) >>> 0;
      }
      known = seededNormals(hash)();
      habits.set(name, known);
    }
    return known;
  }

  /** The keys that he presses for a text: with slips that he takes back. */
  function keysOf(text: string): string[] {
    return [...text].flatMap((key) => {
      const slip = NEIGHBOURS[key];
      return slip !== undefined && choose() < mistakes ? [slip, 'Backspace', key] : [key];
    });
  }

  return {
    hold,
    pace,
    choose,
    rest: () => 500 + 2_500 * Math.exp(0.6 * normal()),

    type(text, start) {
      const strokes: Array<{ key: string; press: number; release: number }> = [];
      let press = start;
      let before: string | undefined;
      for (const key of keysOf(text)) {
        const low = key.toLowerCase();
        if (before !== undefined) {
          const slow = before === ' ' ? wordPause : key === 'Backspace' || before === 'Backspace' ? 0.6 : 0;
          const level = 0.2 * habit(`to ${low}`) + 0.08 * habit(`from ${before}`) + 0.12 * habit(`pair ${before} ${low}`);
          press += Math.max(25, pace * Math.exp(drift.pace + slow + level + 2 * spread * normal()));
        }
        const held = Math.max(20, hold * Math.exp(drift.hold + 0.12 * habit(`hold ${low}`) + spread * normal()));
        for (const stroke of strokes.slice(-3)) {
          // A key that is still down can not be pressed again.
          if (stroke.key.toLowerCase() === low && stroke.release > press - 15) {
            stroke.release = Math.max(stroke.press + 12, press - 15);
          }
        }
        strokes.push({ key, press, release: press + held });
        before = low;
      }
      const deeds = strokes.flatMap(({ key, press: down, release }): KeyDeed[] => {
        const isCapital = /^[A-Z]$/.test(key);
        const shift: KeyDeed[] = isCapital
          ? [
              { at: down - 60, kind: 'down', key: 'Shift' },
              { at: release + 20, kind: 'up', key: 'Shift' },
            ]
          : [];
        return [...shift, { at: down, kind: 'down', key }, { at: release, kind: 'up', key }];
      });
      return deeds.sort((one, other) => one.at - other.at);
    },

    point(from, targets, start) {
      const deeds: PointerDeed[] = [];
      let t = start;
      let { x, y } = from;
      for (let i = 0; i < targets; i++) {
        const to = { x: 100 + (SCREEN.width - 200) * choose(), y: 80 + (SCREEN.height - 160) * choose() };
        const steps = Math.max(5, Math.round((hand.pace * Math.exp(drift.hand + 0.25 * normal())) / FRAME_MS));
        const bend = hand.bend + 0.05 * normal();
        for (let step = 1; step <= steps; step++) {
          const share = (1 - Math.cos(Math.PI * (step / steps) ** hand.early)) / 2;
          const aside = bend * Math.sin(Math.PI * share);
          t += FRAME_MS;
          deeds.push({
            at: t,
            kind: 0,
            x: x + share * (to.x - x) - aside * (to.y - y) + hand.tremor * normal(),
            y: y + share * (to.y - y) + aside * (to.x - x) + hand.tremor * normal(),
          });
        }
        ({ x, y } = to);
        if (choose() < hand.clicks) {
          t += hand.pause * Math.exp(0.3 * normal());
          deeds.push({ at: t, kind: 1, x, y });
          t += hand.hold * Math.exp(drift.click + 0.2 * normal());
          deeds.push({ at: t, kind: 3, x, y });
          t += 300 * choose();
        } else {
          t += 1_100 + 300 * choose();
        }
      }
      return deeds;
    },
  };
}
