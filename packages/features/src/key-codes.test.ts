import { expect, it } from 'vitest';
import { isCharacterKey, isCorrectionKey } from './key-codes';

it.each([null, 'KeyA', 'Digit7', 'Space', 'Slash', 'Numpad4', 'IntlBackslash'])('%s writes a character', (key) => {
  expect([isCharacterKey(key), isCorrectionKey(key)]).toEqual([true, false]);
});

it.each(['ShiftLeft', 'ControlRight', 'AltRight', 'MetaLeft', 'CapsLock', 'Tab', 'Enter', 'NumpadEnter', 'Escape'])(
  '%s is silent',
  (key) => {
    expect([isCharacterKey(key), isCorrectionKey(key)]).toEqual([false, false]);
  },
);

it.each(['Backspace', 'Delete', 'ArrowLeft', 'ArrowUp', 'Home', 'End', 'PageDown'])('%s corrects', (key) => {
  expect([isCharacterKey(key), isCorrectionKey(key)]).toEqual([false, true]);
});
