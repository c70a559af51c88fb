import { isCharacterKey } from './key-codes';

/** Number of key classes; ids are 0 to 38. */
export const KEY_CLASSES = 39;

const NAMED: ReadonlyMap<string, number> = new Map([
  ['Space', 0],
  ['Backspace', 1],
  ['ShiftLeft', 2],
  ['ShiftRight', 2],
  ['CapsLock', 3],
  ['Enter', 4],
  ['NumpadEnter', 4],
  ['Period', 5],
  ['Comma', 6],
  ['Quote', 7],
  ['Slash', 8],
  ['Semicolon', 9],
  ['Minus', 10],
]);

const DIGIT = 37;
const OTHER = 38;
const CLASS_ID = /^(?:\d|[12]\d|3[0-8])$/;

/**
 * The class of a key, so coarse that digits do not tell which: 0 space, 1 Backspace, 2 Shift, 3 CapsLock, 4 Enter, 5 period, 6 comma, 7 quote,
 * 8 slash, 9 semicolon, 10 minus, 11 to 36 the letters A to Z by the place of their key, 37 any digit, 38 any other key.
 *
 * @param key a `KeyboardEvent.code`, or the class itself as decimal digits.
 */
export function keyClassOf(key: string): number {
  if (CLASS_ID.test(key)) {
    return Number(key);
  }
  if (/^Key[A-Z]$/.test(key)) {
    return 11 + key.charCodeAt(3) - 65;
  }
  if (/^(?:Digit|Numpad)\d$/.test(key)) {
    return DIGIT;
  }
  return NAMED.get(key) ?? OTHER;
}

/** Whether a text is the id of a class: decimal digits, 0 to 38, no leading zero. */
export function isKeyClassId(text: string): boolean {
  return CLASS_ID.test(text);
}

/** What a stroke does to a run of text. */
export type KeyRole =
  /** Writes a character. */
  | 'character'
  /** Changes which character a key writes: Shift, CapsLock, AltGraph. */
  | 'modifier'
  /** Turns the keys pressed while it is down into commands: Control, Alt, Meta. */
  | 'command'
  /** Deletes, moves, ends a line or leaves the field. */
  | 'break';

const COMMANDS = /^(?:Control(?:Left|Right)|AltLeft|(?:Meta|OS)(?:Left|Right))$/;
const MODIFIERS: ReadonlySet<string> = new Set(['ShiftLeft', 'ShiftRight', 'CapsLock', 'AltRight', '2', '3']);
const BREAKING_CLASSES: ReadonlySet<string> = new Set(['1', '4']);

/** The role of a key by its code or its class id. */
export function keyRoleOf(key: string): KeyRole {
  if (MODIFIERS.has(key)) {
    return 'modifier';
  }
  if (COMMANDS.test(key)) {
    return 'command';
  }
  return isCharacterKey(key) && !BREAKING_CLASSES.has(key) ? 'character' : 'break';
}
