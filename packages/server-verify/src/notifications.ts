import type { Log } from './log';

/** That something is not what it was. Carries no more than a name: who hears of it reads the rest himself, as far as he may. */
export interface Change {
  /** 1-32 characters of `[a-z-]`, such as `session`; `any` where changes may have been missed: look at everything again. */
  readonly topic: string;
  /** 1-128 characters of `[A-Za-z0-9_.:-]`; empty with the topic `any`. */
  readonly id: string;
}

export type ChangeListener = (change: Change) => void;

/** What is told where changes may have been missed. */
export const ANY_CHANGE: Change = Object.freeze({ topic: 'any', id: '' });

/**
 * Tells every server of changes, as a hint to look: one may be lost (who listens looks every few seconds all the same), come twice or come late.
 */
export interface Notifications {
  /** After the change was committed. Never throws for a lost connection. TypeError, RangeError for a topic or id out of bounds. */
  publish(topic: string, id: string): void;
  /** Until the returned function is called. A listener that throws is logged by its code, and harms nobody else. */
  subscribe(listener: ChangeListener): () => void;
  /** Begins to listen to other servers. Resolves also where they can not be heard yet: that is logged, tried again, and until then everybody is told to look. */
  start(options: { log: Log }): Promise<void>;
  /** Forgets all listeners and lets go of what it holds. */
  stop(): Promise<void>;
}

const TOPIC = /^[a-z-]{1,32}$/;
const ID = /^[A-Za-z0-9_.:-]{1,128}$/;

/** @throws TypeError, RangeError for a topic or id out of bounds */
export function assertChange(topic: unknown, id: unknown): void {
  for (const [name, value, pattern, rule] of [
    ['topic', topic, TOPIC, '1-32 characters of a-z and -'],
    ['id', id, ID, '1-128 characters of A-Z a-z 0-9 _ . : -'],
  ] as const) {
    if (typeof value !== 'string') {
      throw new TypeError(`${name} must be a string`);
    }
    if (!pattern.test(value)) {
      throw new RangeError(`${name} must be ${rule}`);
    }
  }
}
