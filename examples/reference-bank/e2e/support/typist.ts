import type { Page } from 'playwright';
import { type KeyAction, perform } from './keyboard';

export type { KeyAction } from './keyboard';

/** How a simulated person types; times in ms. Two people differ in level, and in a habit of each key and of each pair of keys. */
export interface Rhythm {
  seed: number;
  /** Typical hold time. */
  hold: number;
  /** Typical press-press time. */
  pressPress: number;
  /** Spread within the person, as a share (log scale). */
  scatter?: number;
}

const SHIFTED = /[A-Z!@#$%^&*()_+{}|:"<>?~]/;

/** A person at the keyboard: plans key events of a rhythm of their own, and performs them as trusted events in a real browser. */
export class Typist {
  readonly #rhythm: Required<Rhythm>;
  readonly #random: () => number;

  constructor(rhythm: Rhythm) {
    this.#rhythm = { scatter: 0.09, ...rhythm };
    this.#random = mulberry(rhythm.seed);
  }

  /** The events of typing a text once. Fast pairs overlap (roll-over), a double letter is let go in between, capitals are typed with Shift held. */
  plan(text: string): KeyAction[] {
    const { hold, pressPress, scatter } = this.#rhythm;
    const keys = Array.from(text);
    const strokes: Array<{ key: string; press: number; release: number; shift: boolean }> = [];
    let press = 0;
    for (const [index, key] of keys.entries()) {
      const previous = keys[index - 1];
      if (previous !== undefined)
        press += pressPress * Math.exp(0.28 * this.#habit(`pair:${previous}${key}`) + scatter * 1.6 * this.#normal());
      const length = hold * Math.exp(0.18 * this.#habit(`hold:${key}`) + scatter * this.#normal());
      // A key that is still down can not be pressed again.
      for (const stroke of strokes)
        if (stroke.key === key && stroke.release > press - 20) stroke.release = Math.max(stroke.press + 15, press - 20);
      strokes.push({ key, press, release: press + length, shift: SHIFTED.test(key) });
    }
    const actions = strokes.flatMap(({ key, press, release }): KeyAction[] => [
      { at: press, kind: 'down', key },
      { at: release, kind: 'up', key },
    ]);
    for (const [index, { press, release, shift }] of strokes.entries()) {
      if (shift && !strokes[index - 1]?.shift) actions.push({ at: press - 25, kind: 'down', key: 'Shift' });
      if (shift && !strokes[index + 1]?.shift) actions.push({ at: release + 12, kind: 'up', key: 'Shift' });
    }
    const first = Math.min(...actions.map((action) => action.at));
    return actions.map((action) => ({ ...action, at: action.at - first })).sort((a, b) => a.at - b.at);
  }

  /** Types a text into what has the focus. */
  async type(page: Page, text: string): Promise<void> {
    await perform(page, this.plan(text));
  }

  /** Types a wrong letter after the given number of characters, takes it back, and goes on. */
  async typeWithCorrection(page: Page, text: string, after: number): Promise<void> {
    await this.type(page, `${text.slice(0, after)}x`);
    await page.keyboard.press('Backspace', { delay: 80 });
    await this.type(page, text.slice(after));
  }

  /** Holds the first key so long that the keyboard repeats it, then lets go. */
  async holdKey(page: Page, key: string, repeats: number): Promise<void> {
    const actions: KeyAction[] = [{ at: 0, kind: 'down', key }];
    for (let n = 0; n < repeats; n += 1) actions.push({ at: 500 + n * 33, kind: 'down', key, repeat: true });
    actions.push({ at: 520 + repeats * 33, kind: 'up', key });
    await perform(page, actions);
  }

  /** A standard normal that is always the same for this person and this habit. */
  #habit(name: string): number {
    let hash = this.#rhythm.seed >>> 0;
    for (let i = 0; i < name.length; i += 1) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193) >>> 0;
    return normal(mulberry(hash));
  }

  #normal(): number {
    // Bounded: people hesitate, but a test must not hang on one draw in a million.
    return Math.max(-2.5, Math.min(2.5, normal(this.#random)));
  }
}

function mulberry(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
