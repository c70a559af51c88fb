import { describe, expect, it, vi } from 'vitest';
import { keyKind } from './key-kind';

const kind = (code: string, key: string, init: KeyboardEventInit = {}) => keyKind(new KeyboardEvent('keydown', { code, key, ...init }));

describe('keyKind', () => {
  it.each([
    ['KeyA', 'a', 'character'],
    ['Space', ' ', 'character'],
    ['KeyG', 'لا', 'character'],
    ['Quote', 'Dead', 'character'],
    ['KeyK', 'Process', 'character'],
    ['ShiftLeft', 'Shift', 'modifier'],
    ['AltRight', 'AltGraph', 'modifier'],
    ['CapsLock', 'CapsLock', 'modifier'],
    ['Backspace', 'Backspace', 'deletion'],
    ['Delete', 'Delete', 'deletion'],
    ['ArrowUp', 'ArrowUp', 'movement'],
    ['PageDown', 'PageDown', 'movement'],
    ['NumpadEnter', 'Enter', 'enter'],
    ['Tab', 'Tab', 'other'],
    ['Escape', 'Escape', 'other'],
    ['F12', 'F12', 'other'],
    ['', 'a', 'nameless'],
    ['Unidentified', 'Unidentified', 'nameless'],
  ])('%s %s is %s', (code, key, expected) => {
    expect(kind(code, key)).toBe(expected);
  });

  it('shortcuts write nothing, Option and Control with Alt do', () => {
    expect(kind('KeyV', 'v', { ctrlKey: true })).toBe('other');
    expect(kind('KeyV', 'v', { metaKey: true })).toBe('other');
    expect(kind('KeyL', '@', { altKey: true })).toBe('character');
    const controlAlt = new KeyboardEvent('keydown', { code: 'KeyQ', key: '@', ctrlKey: true, altKey: true });
    vi.spyOn(controlAlt, 'getModifierState').mockReturnValue(false);
    expect(keyKind(controlAlt)).toBe('character');
  });
});
