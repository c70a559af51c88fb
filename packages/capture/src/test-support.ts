import type { Timer } from './timer';

/** Events as a browser sends them for the deeds of a person, at times that the test names. For tests only. */
export interface FieldDriver<Field extends HTMLInputElement | HTMLTextAreaElement> {
  readonly input: Field;
  /** Sends one event; `at` is its time stamp in ms. */
  send(event: Event, at: number, trusted?: boolean): void;
  /** A key goes down and, if it writes, its character goes in where the cursor is. */
  down(code: string, key: string, at: number, init?: KeyboardEventInit): void;
  up(code: string, key: string, at: number): void;
  /** Text goes in, or what is selected goes out, with the events of that. */
  change(inputType: string | undefined, data: string, at: number, init?: InputEventInit): void;
  select(start: number, end: number): void;
}

export function at<E extends Event>(event: E, time: number, trusted = true): E {
  Object.defineProperty(event, 'timeStamp', { value: time, configurable: true });
  Object.defineProperty(event, 'isTrusted', { value: trusted, configurable: true });
  return event;
}

export function fieldDriver(tag?: 'input'): FieldDriver<HTMLInputElement>;
export function fieldDriver(tag: 'textarea'): FieldDriver<HTMLTextAreaElement>;
export function fieldDriver(tag: 'input' | 'textarea' = 'input'): FieldDriver<HTMLInputElement | HTMLTextAreaElement> {
  const input = document.createElement(tag);
  document.body.replaceChildren(input);
  function send(event: Event, time: number, trusted = true): void {
    input.dispatchEvent(at(event, time, trusted));
  }
  const driver: FieldDriver<HTMLInputElement | HTMLTextAreaElement> = {
    input,
    send,
    down(code, key, time, init = {}) {
      send(new KeyboardEvent('keydown', { code, key, bubbles: true, ...init }), time);
      const writes = key.length === 1 && !init.ctrlKey && !init.metaKey;
      if (writes || key === 'Backspace' || key === 'Delete') {
        driver.change(writes ? 'insertText' : 'deleteContentBackward', writes ? key : '', time);
      }
    },
    up(code, key, time) {
      send(new KeyboardEvent('keyup', { code, key, bubbles: true }), time);
    },
    change(inputType, data, time, init = {}) {
      const typed = inputType === undefined ? {} : { inputType, data, ...init };
      if (inputType !== undefined) {
        send(new InputEvent('beforeinput', { bubbles: true, ...typed }), time);
      }
      const end = input.selectionEnd ?? input.value.length;
      let start = input.selectionStart ?? end;
      if (inputType === 'deleteContentBackward' && start === end) {
        start = Math.max(0, start - 1);
      }
      const value = input.value.slice(0, start) + data + input.value.slice(end);
      input.value = value;
      input.setSelectionRange(start + data.length, start + data.length);
      send(inputType === undefined ? new Event('input', { bubbles: true }) : new InputEvent('input', { bubbles: true, ...typed }), time);
    },
    select(start, end) {
      input.setSelectionRange(start, end);
    },
  };
  return driver;
}

/** Types characters one after the other: each key is down for `hold` ms, and `gap` ms lie between presses. */
export function typeText(
  driver: FieldDriver<HTMLInputElement | HTMLTextAreaElement>,
  text: string,
  start = 1_000,
  gap = 120,
  hold = 80,
): number {
  let time = start;
  for (const character of text) {
    const code = /[a-z]/i.test(character) ? `Key${character.toUpperCase()}` : character === ' ' ? 'Space' : `Digit${character}`;
    driver.down(code, character, time);
    driver.up(code, character, time + hold);
    time += gap;
  }
  return time;
}

/** A clock that a test moves, and the timers that go by it. */
export interface ManualTime {
  now: number;
  readonly clock: () => number;
  readonly timer: Timer;
  readonly pending: number;
  /** Moves on and runs what falls due, in order. */
  advance(ms: number): void;
  /** Moves on as a machine that sleeps does: no timer runs. */
  sleep(ms: number): void;
}

export function manualTime(start = 0): ManualTime {
  const timers = new Map<number, { due: number; callback: () => void }>();
  let nextId = 1;
  const time: ManualTime = {
    now: start,
    clock: () => time.now,
    timer: {
      set(callback, ms) {
        const id = nextId++;
        timers.set(id, { due: time.now + ms, callback });
        return id;
      },
      clear(handle) {
        timers.delete(handle as number);
      },
    },
    get pending() {
      return timers.size;
    },
    advance(ms) {
      const end = time.now + ms;
      for (;;) {
        const next = [...timers].filter(([, { due }]) => due <= end).sort(([, a], [, b]) => a.due - b.due)[0];
        if (next === undefined) {
          break;
        }
        timers.delete(next[0]);
        time.now = Math.max(time.now, next[1].due);
        next[1].callback();
      }
      time.now = end;
    },
    sleep(ms) {
      time.now += ms;
    },
  };
  return time;
}

/** Counts the listeners that are put on these targets, and not taken away, from the call on. */
export function countListeners(...targets: EventTarget[]): () => number[] {
  const ids = new WeakMap<object, number>();
  let nextId = 0;
  const seen = targets.map((target) => {
    const active = new Set<string>();
    const { addEventListener, removeEventListener } = target;
    const key = (type: string, listener: object, options: unknown) => {
      if (!ids.has(listener)) {
        ids.set(listener, nextId++);
      }
      const capture = typeof options === 'object' ? (options as AddEventListenerOptions | null)?.capture : options;
      return `${type} ${ids.get(listener)} ${capture === true}`;
    };
    target.addEventListener = (...given: Parameters<typeof addEventListener>) => {
      const [type, listener, options] = given;
      if (listener) {
        active.add(key(type, listener, options));
      }
      addEventListener.apply(target, given);
    };
    target.removeEventListener = (...given: Parameters<typeof removeEventListener>) => {
      const [type, listener, options] = given;
      if (listener) {
        active.delete(key(type, listener, options));
      }
      removeEventListener.apply(target, given);
    };
    return active;
  });
  return () => seen.map(({ size }) => size);
}
