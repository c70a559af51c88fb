import type { TypingDevice, TypingFlag, TypingSample } from '@tacit-auth/features';
import { createKeyBuffer, type KeyBuffer, type KeyNaming } from './key-buffer';
import { keyKind } from './key-kind';
import { setListeners } from './listeners';

export type TextField = HTMLInputElement | HTMLTextAreaElement;

/** A digit of any script. */
const DIGIT = /^\p{Nd}$/u;

export interface TypingObserverOptions {
  /** What is kept of a key's code. Without it keys have no names, and modifiers, corrections and Enter are no keys. */
  nameOf?: KeyNaming;
  /** Whether what is recorded is a run of keys, rather than the entry of a field: it may begin behind other text, and outlives an emptied field. */
  continuous?: boolean;
  /** Before each event of a field: whether to look at it. */
  accepts?(event: Event): boolean;
  /** After each event. */
  onEvent(event: Event): void;
}

/** What was seen in the fields that are listened to. */
export interface TypingObserver {
  readonly buffer: KeyBuffer;
  readonly flags: TypingSample['flags'];
  readonly device: TypingDevice;
  /** Takes no more presses, and waits for the keys that are down. */
  close(): void;
  /** Drops what was recorded. What is known of the field stays. */
  next(): void;
  /** Begins anew, with nothing seen. */
  clear(): void;
  /** Begins to listen to these fields, or ends it. */
  listen(fields: Iterable<TextField>, on: boolean): void;
}

/**
 * Turns the events of fields into presses, releases and flags. Everything is listened to on the fields themselves, but for the one event
 * that only the document has: that the page was hidden, after which the releases of keys that are down never come.
 */
export function observeTyping({ nameOf, continuous = false, accepts, onEvent }: TypingObserverOptions): TypingObserver {
  const buffer = createKeyBuffer(nameOf ?? (() => null));
  let flags: TypingSample['flags'] = {};
  /** Where each field was when it was first listened to: a field may be moved to another document. */
  const pages = new Map<TextField, Document>();
  /** The field that the last event came from. What an editable element holds is not read: it has no value. */
  let input: TextField | undefined;
  let physical = false;
  let touch = false;
  let closed = false;
  /** Length of the field's text before the input event to come. */
  let length = 0;
  /** Length of what is being composed in an editable element. */
  let composing = 0;
  /** Whether text came in since the field was last empty. */
  let written = false;
  /** Whether a physical key, or a nameless one, went down since the last input event. */
  let keyed = false;
  let nameless = false;
  let dead = false;
  let changeTime: number | undefined;

  function valueLength(): number | undefined {
    return (input as Partial<TextField> | undefined)?.value?.length;
  }

  /** Another field, or an empty one: what was seen in it no longer tells how its text came about. */
  function enter(): void {
    written = keyed = nameless = dead = false;
    composing = 0;
    length = valueLength() ?? 0;
    changeTime = undefined;
  }

  function next(): void {
    buffer.clear();
    // A new object: the one before may have been handed out.
    flags = {};
    physical = touch = false;
  }

  /** The field was emptied: its entry begins anew, and a run of keys goes on. */
  function restart(): void {
    if (!continuous) {
      next();
    }
    enter();
  }

  function press(code: string | null, time: number, whole: boolean, writesDigit = false): void {
    // A sample that begins in the middle of a text, or is cut short, is no whole entry.
    if (!buffer.press(code, time, writesDigit) || !whole) {
      flags.corrected = true;
    }
  }

  function selectsAll({ value: { length: size }, selectionStart, selectionEnd }: TextField): boolean {
    return size === 0 || (selectionStart === 0 && selectionEnd === size);
  }

  function noteCursor(): void {
    const start = input!.selectionStart;
    // Fields of type email and number, and editable elements, do not tell.
    if (written && typeof start === 'number' && (start !== input!.selectionEnd || start !== valueLength())) {
      flags.corrected = true;
    }
  }

  function noteTrust(event: Event, flag?: TypingFlag): void {
    if (flag) {
      flags[flag] = true;
    }
    if (event.isTrusted !== true) {
      flags.untrusted = true;
    }
  }

  function loseHeld(): void {
    buffer.loseHeld();
    dead = false;
  }

  /** How much longer an input event made the text. */
  function growth({ data, isComposing }: InputEvent): number {
    const size = valueLength();
    if (size !== undefined) {
      return size - length;
    }
    const whole = data?.length ?? 0;
    const grown = isComposing ? whole - composing : whole;
    composing = isComposing ? whole : 0;
    return grown;
  }

  const handlers: Record<string, (event: never) => void> = {
    keydown(event: KeyboardEvent): void {
      if (written && valueLength() === 0) {
        restart();
      }
      noteTrust(event);
      const kind = keyKind(event);
      if (kind === 'nameless') {
        nameless = true;
        return;
      }
      keyed = true;
      if (event.repeat) {
        return;
      }
      const isDead = event.key === 'Dead';
      // A dead key opens a composition on some systems; its presses are still the text's.
      if ((event.isComposing || event.keyCode === 229) && !isDead && !dead) {
        flags.composed = true;
      }
      dead = isDead;
      if (kind === 'movement' && buffer.count > 0) {
        flags.corrected = true;
      }
      // Enter is a key where it writes a line.
      const kept = kind === 'character' || (nameOf && (kind === 'enter' ? !/^input$/i.test(input!.nodeName) : kind !== 'other'));
      if (kept && !closed) {
        physical = true;
        press(event.code, event.timeStamp, buffer.count > 0 || continuous || selectsAll(input!), DIGIT.test(event.key));
      }
    },
    keyup(event: KeyboardEvent): void {
      noteTrust(event);
      buffer.release(event.code, event.timeStamp);
    },
    beforeinput(event: InputEvent): void {
      length = valueLength() ?? length;
      changeTime = event.timeStamp;
      if (!event.isComposing) {
        noteCursor();
      }
    },
    input(event: InputEvent): void {
      const grown = growth(event);
      const size = length + grown;
      const time = changeTime ?? event.timeStamp;
      const hadKey = keyed;
      const hadNameless = nameless;
      keyed = nameless = false;
      changeTime = undefined;
      if (size === 0 && !continuous) {
        restart();
        return;
      }
      noteTrust(event);
      // Fillers send a plain event, which has no type.
      const type = event.inputType ?? '';
      if (/^insertFrom(Paste|Yank)/.test(type)) {
        flags.pasted = true;
      } else if (type === 'insertFromDrop') {
        flags.dropped = true;
      } else if (type === '' || type === 'insertReplacementText') {
        flags.autofilled = true;
      } else if (type.startsWith('history') || (written && (type.startsWith('delete') || grown < 0))) {
        flags.corrected = true;
      } else if (!hadKey && grown === 1 && !physical) {
        touch = true;
        if (!closed) {
          press(null, time, buffer.count > 0 || continuous || length === 0);
        }
      } else if (!hadKey && grown > 0) {
        // Text that no key wrote: words from a keyboard's suggestions, dictation, symbol panels; without any of their signs, a filler.
        flags[event.isComposing || hadNameless || physical ? 'composed' : 'autofilled'] = true;
      }
      length = Math.max(0, size);
      written = length > 0;
    },
    paste: (event: Event) => noteTrust(event, 'pasted'),
    drop: (event: Event) => noteTrust(event, 'dropped'),
    mouseup: noteCursor,
    blur: loseHeld,
  };

  function handle(event: Event): void {
    if (accepts?.(event) === false) {
      return;
    }
    if (input !== event.currentTarget) {
      input = event.currentTarget as TextField;
      enter();
    }
    handlers[event.type]!(event as never);
    onEvent(event);
  }

  function onVisibility(event: Event): void {
    if ((event.currentTarget as Document).visibilityState === 'hidden') {
      loseHeld();
      onEvent(event);
    }
  }

  return {
    buffer,
    get flags() {
      return flags;
    },
    get device() {
      return touch ? 'touch' : physical ? 'keyboard' : 'unknown';
    },
    close() {
      closed = true;
    },
    next,
    clear() {
      next();
      enter();
      closed = false;
    },
    listen(fields, on) {
      for (const field of fields) {
        const page = pages.get(field) ?? field.ownerDocument;
        setListeners(field, Object.keys(handlers), handle, on);
        setListeners(page, ['visibilitychange'], onVisibility, on);
        if (on) {
          pages.set(field, page);
        } else {
          pages.delete(field);
        }
      }
      if (!on) {
        input = undefined;
      } else if (input === undefined) {
        [input] = fields;
        enter();
      }
    },
  };
}
