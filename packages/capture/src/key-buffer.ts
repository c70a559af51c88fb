import type { TypingKey } from '@tacit-auth/features';

// Bounds of the wire type; a test holds them equal to the parser's.
export const MAX_KEYS = 2_000;
/** One hour after the first press, in 0.1 ms. */
export const MAX_TIME = 36_000_000;
/** 60 s, in 0.1 ms. A longer hold is written as a release that was never seen. */
export const MAX_HOLD = 600_000;

/** Presses and releases of one sample. Times go in as `event.timeStamp`, in ms. */
export interface KeyBuffer {
  readonly count: number;
  /** Keys that are down now. */
  readonly held: number;
  /** Adds a press; false when the buffer is full or the press is more than an hour after the first. */
  press(code: string | null, time: number, writesDigit?: boolean): boolean;
  /** Ends the press of this code, if one is open. */
  release(code: string, time: number): void;
  /** Forgets which keys are down: their releases will not be seen. */
  loseHeld(): void;
  clear(): void;
  /** The keys in the form of the wire. */
  toKeys(): TypingKey[];
}

/** What {@link KeyBuffer.toKeys} calls a key, by its code, which is null where the device names none, and whether it wrote a digit. */
export type KeyNaming = (code: string | null, writesDigit: boolean) => string | null;

/**
 * @param nameOf What stays of a code beyond the release of its key. The code itself is known only while the key is down, which pairing needs.
 */
export function createKeyBuffer(nameOf: KeyNaming): KeyBuffer {
  const presses = new Float64Array(MAX_KEYS);
  const releases = new Float64Array(MAX_KEYS);
  const names: (string | null)[] = [];
  const open = new Map<string, number>();
  let count = 0;

  return {
    get count() {
      return count;
    },
    get held() {
      return open.size;
    },
    press(code, time, writesDigit = false) {
      if (count === MAX_KEYS || (count > 0 && tenths(time - presses[0]!) > MAX_TIME)) {
        return false;
      }
      // Events are handed out in order; a stamp that is not must not make an unreadable sample.
      presses[count] = count > 0 ? Math.max(time, presses[count - 1]!) : time;
      releases[count] = Number.NaN;
      if (code !== null) {
        // A second press of an open key means that its release was lost: the first one keeps none.
        open.set(code, count);
      }
      names[count] = nameOf(code, writesDigit);
      count++;
      return true;
    },
    release(code, time) {
      const index = open.get(code);
      if (index !== undefined) {
        open.delete(code);
        releases[index] = Math.max(time, presses[index]!);
      }
    },
    loseHeld() {
      open.clear();
    },
    clear() {
      open.clear();
      presses.fill(0);
      releases.fill(0);
      names.length = 0;
      count = 0;
    },
    toKeys() {
      const first = presses[0]!;
      const keys: TypingKey[] = [];
      for (let i = 0; i < count; i++) {
        const press = tenths(presses[i]! - first);
        const release = tenths(releases[i]! - first);
        // False for NaN too: a release that was never seen.
        const seen = release - press <= MAX_HOLD && release <= MAX_TIME;
        keys.push([names[i]!, press, seen ? release : null]);
      }
      return keys;
    },
  };
}

function tenths(ms: number): number {
  return Math.round(ms * 10);
}
