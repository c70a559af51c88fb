import { KEY_CLASSES } from './key-classes';

/**
 * The finger that touch typing on a QWERTY keyboard gives each key: 0 to 3 of the left hand (little finger first), 4 to 7 of the right (index
 * finger first), 8 a thumb, 9 where it can not be told: Shift, CapsLock, digits, other keys.
 */
export const FINGERS = 10;
const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
const FINGER_LETTERS = ['qaz', 'wsx', 'edc', 'rfvtgb', 'yhnujm', 'ik', 'ol', 'p'];
const NO_FINGER = 9;
const THUMB = 8;

export const FINGER_OF: Uint8Array = Uint8Array.from({ length: KEY_CLASSES }, (_, key) => {
  if (key >= 11 && key < 37) {
    return FINGER_LETTERS.findIndex((letters) => letters.includes(LETTERS[key - 11]!));
  }
  // Space; Shift, CapsLock, digits, others; period; comma; Backspace, Enter, quote, slash, semicolon, minus.
  const named: Readonly<Record<number, number>> = { 0: THUMB, 2: NO_FINGER, 3: NO_FINGER, 37: NO_FINGER, 38: NO_FINGER, 5: 6, 6: 5 };
  return named[key] ?? 7;
});

/** Groups of keys by hand: 0 left, 1 right, 2 thumb or no finger. Backspace has none of its own: 3. */
export const HAND_GROUP_OF: Uint8Array = Uint8Array.from(FINGER_OF, (finger, key) => (key === 1 ? 3 : finger < 4 ? 0 : finger < 8 ? 1 : 2));

/**
 * Classes of digraphs, the first that applies: 8 either is Backspace, 9 either has no finger, 0 the same key, 6 the second is space, 7 the first is
 * space, 1 the same finger, 2 both left, 3 both right, 4 left then right, 5 right then left.
 */
export const DIGRAPH_CLASSES = 10;

/** The class of each ordered pair, by its index. */
export const DIGRAPH_CLASS_OF: Uint8Array = Uint8Array.from({ length: KEY_CLASSES * KEY_CLASSES }, (_, pair) => {
  const first = Math.floor(pair / KEY_CLASSES);
  const second = pair % KEY_CLASSES;
  const [one, two] = [FINGER_OF[first]!, FINGER_OF[second]!];
  if (first === 1 || second === 1) return 8;
  if (one === NO_FINGER || two === NO_FINGER) return 9;
  if (first === second) return 0;
  if (second === 0) return 6;
  if (first === 0) return 7;
  if (one === two) return 1;
  const [left, right] = [one < 4, two < 4];
  return left ? (right ? 2 : 4) : right ? 5 : 3;
});
