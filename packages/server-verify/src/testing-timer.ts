import type { Timer } from './job-runner';
import { TEST_START } from './testing-context';

export interface ManualTime {
  readonly timer: Timer;
  readonly clock: () => number;
  /** Timers that are set. */
  readonly waiting: number;
  /** Moves the clock on, and runs what falls due on the way in its order. */
  advance(ms: number): void;
}

/** A clock and timers that stand still until a test moves them. */
export function manualTime(start = TEST_START): ManualTime {
  let now = start;
  let last = 0;
  const timers = new Map<number, { at: number; work: () => void }>();
  return {
    clock: () => now,
    timer: {
      set(work, ms) {
        timers.set(++last, { at: now + ms, work });
        return last;
      },
      clear: (handle) => {
        timers.delete(handle as number);
      },
    },
    get waiting() {
      return timers.size;
    },
    advance(ms) {
      const end = now + ms;
      for (;;) {
        let next: [number, { at: number; work: () => void }] | undefined;
        for (const one of timers) {
          if (one[1].at <= end && (next === undefined || one[1].at < next[1].at)) {
            next = one;
          }
        }
        if (next === undefined) {
          break;
        }
        timers.delete(next[0]);
        now = next[1].at;
        next[1].work();
      }
      now = end;
    },
  };
}
