/** What stands between the customer and the page: nothing, the warning that the session will lock, or the lock. */
export type IdleFrame = { phase: 'active' } | { phase: 'warned'; locksAt: number } | { phase: 'locked' };

export type IdleEvent = { type: 'warn'; locksAt: number } | { type: 'active' } | { type: 'lock' } | { type: 'unlock' };

/** The next frame. Once locked, only `unlock` opens it: neither a moved mouse nor a late warning does. */
export function nextIdleFrame(frame: IdleFrame, event: IdleEvent): IdleFrame {
  if (event.type === 'lock') {
    return frame.phase === 'locked' ? frame : { phase: 'locked' };
  }
  if (frame.phase === 'locked') {
    return event.type === 'unlock' ? { phase: 'active' } : frame;
  }
  if (event.type === 'warn') {
    return { phase: 'warned', locksAt: event.locksAt };
  }
  return frame.phase === 'active' ? frame : { phase: 'active' };
}

/** Whole seconds until `locksAt`, never below 0. Times are ms since the epoch. */
export const secondsLeft = (locksAt: number, now: number): number => Math.max(0, Math.ceil((locksAt - now) / 1000));

const SPOKEN = new Set([20, 10, 5]);

/** Whether a screen reader should say this second of the countdown: a voice that counts each one helps nobody. */
export const isSpokenSecond = (seconds: number): boolean => SPOKEN.has(seconds);

/** When to warn, for a session that locks after `idleAfterMs`: 30 s before, or at three quarters of a short time. */
export const warnAfter = (idleAfterMs: number): number => Math.max(Math.round(idleAfterMs * 0.75), idleAfterMs - 30_000);
