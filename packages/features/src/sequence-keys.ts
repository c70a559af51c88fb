/**
 * The keys that a network tells apart, by `KeyboardEvent.code`: the id of a key is its place here. 97 ids. The order is part of every trained network:
 * a change is a new schema of windows.
 */
export const SEQUENCE_KEY_IDS: readonly string[] = Object.freeze([
  // 0 is padding, 1 a key without a name or not listed.
  '',
  '',
  ...Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ', (letter) => `Key${letter}`),
  ...Array.from('0123456789', (digit) => `Digit${digit}`),
  ...['Space', 'Minus', 'Equal', 'BracketLeft', 'BracketRight', 'Backslash', 'Semicolon', 'Quote', 'Backquote', 'Comma', 'Period', 'Slash'],
  ...['IntlBackslash', 'IntlRo', 'IntlYen', 'Enter', 'Tab'],
  ...Array.from('0123456789', (digit) => `Numpad${digit}`),
  ...['NumpadAdd', 'NumpadSubtract', 'NumpadMultiply', 'NumpadDivide', 'NumpadDecimal', 'NumpadComma', 'NumpadEqual', 'NumpadEnter'],
  ...['Delete', 'Insert', 'ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End', 'PageUp', 'PageDown'],
  ...['ControlLeft', 'ControlRight', 'AltLeft', 'AltRight', 'MetaLeft', 'MetaRight', 'CapsLock', 'NumLock', 'ScrollLock'],
  ...['Escape', 'ContextMenu', 'Convert', 'NonConvert', 'KanaMode'],
]);

const UNKNOWN = 1;
const ids: ReadonlyMap<string, number> = new Map(SEQUENCE_KEY_IDS.map((key, id) => [key, id] as const).filter(([, id]) => id > UNKNOWN));

/** The id of a key from 1 to 96: 1 where it has no name or none of the vocabulary. Never 0. */
export function sequenceKeyId(key: string | null): number {
  return key === null ? UNKNOWN : (ids.get(key) ?? UNKNOWN);
}
