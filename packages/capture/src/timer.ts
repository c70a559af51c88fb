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

/** @throws TypeError unless `value` is a {@link Timer} or undefined. */
export function assertOptionalTimer(value: unknown, name: string): void {
  const timer = value as Partial<Timer> | null | undefined;
  if (timer !== undefined && (typeof timer?.set !== 'function' || typeof timer.clear !== 'function')) {
    throw new TypeError(`${name} must have the functions set and clear`);
  }
}
