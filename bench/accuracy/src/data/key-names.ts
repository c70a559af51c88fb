import { keyClassOf } from '@tacit-auth/features';

const OTHER = 38;

/** `KeyboardEvent.keyCode` of keys that are neither letters nor digits; three as older Firefox numbered them. */
const OF_KEY_CODE: ReadonlyMap<number, string> = new Map([
  [8, 'Backspace'],
  [13, 'Enter'],
  [16, 'ShiftLeft'],
  [20, 'CapsLock'],
  [32, 'Space'],
  [59, 'Semicolon'],
  [173, 'Minus'],
  [186, 'Semicolon'],
  [188, 'Comma'],
  [189, 'Minus'],
  [190, 'Period'],
  [191, 'Slash'],
  [222, 'Quote'],
]);

const OF_LETTER: ReadonlyMap<string, string> = new Map([
  [' ', 'Space'],
  ['BKSP', 'Backspace'],
  ['SHIFT', 'ShiftLeft'],
  ['CAPS_LOCK', 'CapsLock'],
  ['.', 'Period'],
  [',', 'Comma'],
  ["'", 'Quote'],
  ['"', 'Quote'],
  ['/', 'Slash'],
  [';', 'Semicolon'],
  ['-', 'Minus'],
]);

/**
 * The class of a key by `KeyboardEvent.keyCode`, which tells what the layout says of it, not where it lies. The letter judges where the code is none
 * (0, or 229 of an input method) and where a British keyboard gives the quote key another code.
 */
export function keyClassOfKeyCode(keyCode: number, letter: string): number {
  if (keyCode === 192 && letter === "'") return keyClassOf('Quote');
  if (keyCode === 0 || keyCode === 229) return keyClassOfLetter(letter);
  if (keyCode >= 65 && keyCode <= 90) return keyClassOf(`Key${String.fromCharCode(keyCode)}`);
  if (keyCode >= 48 && keyCode <= 57) return keyClassOf('Digit0');
  if (keyCode >= 96 && keyCode <= 105) return keyClassOf('Numpad0');
  return classOfCode(OF_KEY_CODE.get(keyCode));
}

function keyClassOfLetter(letter: string): number {
  if (/^[A-Za-z]$/.test(letter)) return keyClassOf(`Key${letter.toUpperCase()}`);
  if (/^\d$/.test(letter)) return keyClassOf('Digit0');
  return classOfCode(OF_LETTER.get(letter));
}

const OF_NAME: ReadonlyMap<string, string> = new Map([
  ['space', 'Space'],
  ['backspace', 'Backspace'],
  ['shift', 'ShiftLeft'],
  ['caps_lock', 'CapsLock'],
  ['enter', 'Enter'],
  ['period', 'Period'],
  ['comma', 'Comma'],
  ['quote', 'Quote'],
  ['slash', 'Slash'],
  ['semicolon', 'Semicolon'],
  ['dash', 'Minus'],
]);

/** The class of a key by its name in the sets of Pace University: `a`, `7`, `numpad_7`, `space`, `caps_lock`. */
export function keyClassOfName(name: string): number {
  if (/^[a-z]$/.test(name)) return keyClassOf(`Key${name.toUpperCase()}`);
  if (/^(?:numpad_)?\d$/.test(name)) return keyClassOf('Digit0');
  return classOfCode(OF_NAME.get(name));
}

function classOfCode(code: string | undefined): number {
  return code === undefined ? OTHER : keyClassOf(code);
}
