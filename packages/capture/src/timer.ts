import { assertFunction, assertOptions } from './assert';

/** A source of timers. Give another one in tests. */
export interface Timer {
  /** Calls `callback` once after `ms` milliseconds and returns a handle for {@link Timer.clear}. */
  set(callback: () => void, ms: number): unknown;
  clear(handle: unknown): void;
}

/** The timers of the page. */
export const pageTimer: Timer = {
  set: (callback, ms) => setTimeout(callback, ms),
  clear: (handle) => clearTimeout(handle as ReturnType<typeof setTimeout>),
};

/** @throws TypeError unless `timer` is a {@link Timer}. */
export function assertTimer(timer: Timer): void {
  assertOptions(timer, 'timer');
  assertFunction(timer.set, 'timer.set');
  assertFunction(timer.clear, 'timer.clear');
}
