export interface GentleLoadsOptions {
  /** Loads once; what fails is its own to tell. */
  load: () => Promise<void>;
  /** Least time from one beginning to the next, in ms. */
  gapMs: number;
  clock: () => number;
  timer: { set: (work: () => void, ms: number) => unknown; clear: (handle: unknown) => void };
}

/**
 * Loads when asked to, one load at a time and none too soon after another: a flood of changes comes to one load a gap, and the last change is always followed by one.
 */
export function gentleLoads({ load, gapMs, clock, timer }: GentleLoadsOptions): { ask: () => void; stop: () => void } {
  let isLoading = false;
  let again = false;
  let isOver = false;
  let begun = Number.NEGATIVE_INFINITY;
  let waiting: unknown;

  async function begin(): Promise<void> {
    waiting = undefined;
    isLoading = true;
    begun = clock();
    try {
      await load();
    } finally {
      isLoading = false;
    }
    if (again) {
      again = false;
      ask();
    }
  }

  function ask(): void {
    if (isOver || waiting !== undefined) {
      return;
    }
    if (isLoading) {
      again = true;
      return;
    }
    const left = begun + gapMs - clock();
    if (left > 0) {
      waiting = timer.set(() => void begin(), left);
    } else {
      void begin();
    }
  }

  return {
    ask,
    stop() {
      isOver = true;
      timer.clear(waiting);
    },
  };
}
