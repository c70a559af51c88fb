import type { TypingDevice, TypingFlag, TypingMode, TypingSample } from '@tacit-auth/features';
import { createKeyBuffer, type KeyBuffer } from './key-buffer';
import { keyKind } from './key-kind';
import { setListeners } from './listeners';

export type TextField = HTMLInputElement | HTMLTextAreaElement;

/** What was seen in one field since it was last empty. */
export interface TypingObserver {
  readonly buffer: KeyBuffer;
  readonly flags: TypingSample['flags'];
  readonly device: TypingDevice;
  /** Takes no more presses, and waits for the keys that are down. */
  close(): void;
  clear(): void;
  /** Begins to listen, with nothing seen; or ends it. */
  listen(on: boolean): void;
}

/**
 * Turns the events of one field into presses, releases and flags. Everything is listened to on the field itself, but for the one event
 * that only the document has: that the page was hidden, after which the releases of keys that are down never come.
 */
export function observeTyping(input: TextField, mode: TypingMode, onReleased: () => void): TypingObserver {
  const buffer = createKeyBuffer(mode === 'text');
  let flags: TypingSample['flags'] = {};
  const document = input.ownerDocument;
  const keepsEnter = mode === 'text' && /textarea/i.test(input.nodeName);
  let physical = false;
  let touch = false;
  let closed = false;
  /** Length of the field's text before the input event to come. */
  let length = 0;
  /** Whether text came in since the field was last empty. */
  let written = false;
  /** Whether a physical key, or a nameless one, went down since the last input event. */
  let keyed = false;
  let nameless = false;
  let dead = false;
  let changeTime: number | undefined;

  /** The field is empty: what was seen in it no longer tells how its text was typed. */
  function restart(): void {
    buffer.clear();
    flags = {};
    physical = touch = written = keyed = nameless = dead = false;
    length = input.value.length;
    changeTime = undefined;
  }

  function clear(): void {
    restart();
    closed = false;
  }

  function press(code: string | null, time: number, whole: boolean): void {
    // A sample that begins in the middle of a text, or is cut short, is no whole entry.
    if (!buffer.press(code, time) || !whole) {
      flags.corrected = true;
    }
  }

  function selectsAll(): boolean {
    const size = input.value.length;
    return size === 0 || (input.selectionStart === 0 && input.selectionEnd === size);
  }

  function noteCursor(): void {
    const start = input.selectionStart;
    // Fields of type email and number do not tell.
    if (written && start !== null && (start !== input.selectionEnd || start !== input.value.length)) {
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

  function noteReleased(): void {
    if (buffer.held === 0) {
      onReleased();
    }
  }

  function loseHeld(): void {
    buffer.loseHeld();
    dead = false;
    noteReleased();
  }

  const handlers: Record<string, (event: never) => void> = {
    keydown(event: KeyboardEvent): void {
      if (written && input.value === '') {
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
      const kept = kind === 'character' || (mode === 'text' && (kind === 'enter' ? keepsEnter : kind !== 'other'));
      if (kept && !closed) {
        physical = true;
        press(event.code, event.timeStamp, buffer.count > 0 || selectsAll());
      }
    },
    keyup(event: KeyboardEvent): void {
      noteTrust(event);
      buffer.release(event.code, event.timeStamp);
      noteReleased();
    },
    beforeinput(event: InputEvent): void {
      length = input.value.length;
      changeTime = event.timeStamp;
      if (!event.isComposing) {
        noteCursor();
      }
    },
    input(event: InputEvent): void {
      const size = input.value.length;
      const grown = size - length;
      const time = changeTime ?? event.timeStamp;
      const hadKey = keyed;
      const hadNameless = nameless;
      keyed = nameless = false;
      changeTime = undefined;
      if (size === 0) {
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
          press(null, time, buffer.count > 0 || length === 0);
        }
      } else if (!hadKey && grown > 0) {
        // Text that no key wrote: words from a keyboard's suggestions, dictation, symbol panels; without any of their signs, a filler.
        flags[event.isComposing || hadNameless || physical ? 'composed' : 'autofilled'] = true;
      }
      written = true;
      length = size;
    },
    paste: (event: Event) => noteTrust(event, 'pasted'),
    drop: (event: Event) => noteTrust(event, 'dropped'),
    mouseup: noteCursor,
    blur: loseHeld,
  };

  function handle(event: Event): void {
    handlers[event.type]!(event as never);
  }

  function onVisibility(): void {
    if (document.visibilityState === 'hidden') {
      loseHeld();
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
    clear,
    listen(on) {
      clear();
      setListeners(input, Object.keys(handlers), handle, on);
      setListeners(document, ['visibilitychange'], onVisibility, on);
    },
  };
}
