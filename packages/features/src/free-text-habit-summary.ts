import type { Frames } from './free-text-frames';
import { SHARE_WEIGHT } from './free-text-statistics';

/** Numbers that {@link habitSummary} writes. */
export const HABIT_NUMBERS = 8;

const BACKSPACE = 1;
const SHIFT = 2;
const CAPS_LOCK = 3;
const COMMA = 6;
/** Pauses: in deviations, and in ln ms. */
const LONG_DEVIATION = 3;
const HALF_A_SECOND = Math.log(500);
const SECOND = Math.log(1000);

/** What a person does beside typing letters: 3 sqrt of shares of Backspace, CapsLock, Shift, three kinds of pauses, commas, and keys after a Shift or CapsLock. */
export function habitSummary({ count, key, previous, pressPress, pressPressRaw }: Frames, out: Float64Array, start: number): number {
  out.fill(0, start, start + HABIT_NUMBERS);
  for (let i = 0; i < count; i++) {
    out[start]! += key[i] === BACKSPACE ? 1 : 0;
    out[start + 1]! += key[i] === CAPS_LOCK ? 1 : 0;
    out[start + 2]! += key[i] === SHIFT ? 1 : 0;
    out[start + 3]! += pressPress[i]! > LONG_DEVIATION ? 1 : 0;
    out[start + 4]! += pressPressRaw[i]! > HALF_A_SECOND ? 1 : 0;
    out[start + 5]! += pressPressRaw[i]! > SECOND ? 1 : 0;
    out[start + 6]! += key[i] === COMMA ? 1 : 0;
    out[start + 7]! += previous[i] === SHIFT || previous[i] === CAPS_LOCK ? 1 : 0;
  }
  for (let at = start; at < start + HABIT_NUMBERS; at++) {
    out[at] = SHARE_WEIGHT * Math.sqrt(out[at]! / count);
  }
  return start + HABIT_NUMBERS;
}
