/** What a key is for, as far as a recorder needs to know. Which character it writes is not looked at. */
export type KeyKind =
  /** Writes text, alone or with others (dead keys, input methods). */
  | 'character'
  | 'modifier'
  /** Deletes text: Backspace and Delete. */
  | 'deletion'
  /** Moves the cursor. */
  | 'movement'
  | 'enter'
  /** Names no physical key: keyboards on glass, and fillers. */
  | 'nameless'
  /** Shortcuts, Tab, Escape, function keys and the like. */
  | 'other';

const MODIFIER = /^(Shift|Control|Alt(Graph)?|Meta|OS|Fn|(Caps|Num|Scroll|Fn)Lock)$/;
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
  if (MODIFIER.test(key)) {
    return 'modifier';
  }
  if (MOVEMENT.test(key)) {
    return 'movement';
  }
  return key === 'Enter' ? 'enter' : key === 'Backspace' || key === 'Delete' ? 'deletion' : 'other';
}

function isShortcut(event: KeyboardEvent): boolean {
  // AltGr, and Control with Alt in its stead, write characters.
  return event.metaKey || (event.ctrlKey && !event.altKey && !event.getModifierState('AltGraph'));
}
