import { expect, it } from 'vitest';
import { KEY_CLASSES, keyClassOf, keyRoleOf } from './key-classes';

it.each([
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
  ['KeyA', 11],
  ['KeyZ', 36],
  ['Digit0', 37],
  ['Numpad9', 37],
  ['BracketLeft', 38],
  ['Keyboard', 38],
])('%s is of class %i, and so is the class itself', (code, id) => {
  expect(keyClassOf(code)).toBe(id);
  expect(keyClassOf(String(id))).toBe(id);
});

it('has no class beyond the last, and does not tell digits apart', () => {
  expect(keyClassOf('39')).toBe(KEY_CLASSES - 1);
  expect(keyClassOf('007')).toBe(KEY_CLASSES - 1);
  expect(new Set(Array.from({ length: 10 }, (_, digit) => keyClassOf(`Digit${digit}`))).size).toBe(1);
});

it.each([
  ['character', ['KeyA', 'Digit7', 'Space', 'IntlBackslash', '0', '11', '38']],
  ['modifier', ['ShiftLeft', 'ShiftRight', 'CapsLock', 'AltRight', '2', '3']],
  ['command', ['ControlLeft', 'ControlRight', 'AltLeft', 'MetaLeft', 'MetaRight', 'OSLeft']],
  ['break', ['Backspace', 'Delete', 'ArrowLeft', 'Home', 'Enter', 'NumpadEnter', 'Tab', 'Escape', '1', '4']],
] as const)('gives the role %s to %j', (role, keys) => {
  expect(keys.map(keyRoleOf)).toEqual(keys.map(() => role));
});
