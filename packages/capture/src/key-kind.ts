/** What a key is for, as far as a recorder needs to know. Which character it writes is not looked at. */
export type KeyKind =
  /** Writes text, alone or with others (dead keys, input methods). */
  | 'character'
  | 'modifier'
  /** Deletes text. */
  | 'deletion'
  /** Moves the cursor. */
  | 'movement'
  | 'enter'
  /** Names no physical key: keyboards on glass, and fillers. */
  | 'nameless'
  /** Shortcuts, Tab, Escape, function keys and the like. */
  | 'other';

const MODIFIER = /^(Shift|Control|Alt|AltGraph|Meta|OS|CapsLock|NumLock|ScrollLock|Fn|FnLock)$/;
const DELETION = /^(Backspace|Delete)$/;
const MOVEMENT = /^(Arrow(Left|Right|Up|Down)|Home|End|Page(Up|Down))$/;
const TEXT = /^(Dead|Process|Unidentified)$/;

/** The kind of the key of a `keydown` event. */
export function keyKind(event: KeyboardEvent): KeyKind {
  const { key, code } = event;
  if (!code || code === 'Unidentified') {
    return 'nameless';
  }
  // Names of keys are longer and ASCII; a character is one unit, a rare layout's ligature is not ASCII.
  if (key.length === 1 || key.charCodeAt(0) > 127 || TEXT.test(key)) {
    return isShortcut(event) ? 'other' : 'character';
  }
  return MODIFIER.test(key) ? 'modifier' : DELETION.test(key) ? 'deletion' : MOVEMENT.test(key) ? 'movement' : key === 'Enter' ? 'enter' : 'other';
}

function isShortcut(event: KeyboardEvent): boolean {
  // AltGr, and Control with Alt in its stead, write characters.
  return event.metaKey || (event.ctrlKey && !event.altKey && !event.getModifierState('AltGraph'));
}
