const CORRECTION_CODES: ReadonlySet<string> = new Set([
  'Backspace',
  'Delete',
  'ArrowLeft',
  'ArrowRight',
  'ArrowUp',
  'ArrowDown',
  'Home',
  'End',
  'PageUp',
  'PageDown',
]);

const SILENT_CODES: ReadonlySet<string> = new Set([
  ...CORRECTION_CODES,
  'ShiftLeft',
  'ShiftRight',
  'ControlLeft',
  'ControlRight',
  'AltLeft',
  'AltRight',
  'MetaLeft',
  'MetaRight',
  'OSLeft',
  'OSRight',
  'Fn',
  'FnLock',
  'CapsLock',
  'NumLock',
  'ScrollLock',
  'Tab',
  'Enter',
  'NumpadEnter',
  'Escape',
  'Insert',
  'ContextMenu',
]);

/** Whether the key of a stroke writes a character: not a modifier, a lock, Tab, Enter or an editing key. A key without a name is taken to write one. */
export function isCharacterKey(key: string | null): boolean {
  return key === null || !SILENT_CODES.has(key);
}

/** Whether the key deletes or moves the cursor, after which presses no longer follow the text. */
export function isCorrectionKey(key: string | null): boolean {
  return key !== null && CORRECTION_CODES.has(key);
}
