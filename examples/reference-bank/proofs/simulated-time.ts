/** Timers as the packages take them. */
export interface SimulatedTimer {
  set(work: () => void, ms: number): unknown;
  clear(handle: unknown): void;
}

/** One clock and its timers for pages, network and servers: they stand still until a test moves them. */
export interface SimulatedTime {
  /** In ms; with a fraction, as a page's events have it. */
  readonly now: number;
  /** Whole ms, as servers have it. */
  readonly clock: () => number;
  readonly timer: SimulatedTimer;
  /** Moves the clock to a time, and runs what falls due on the way, in its order; after each, what it sets off is given its turn. */
  goTo(at: number): Promise<void>;
  /** Moves on, in small steps, until this is done. */
  until<Value>(work: Promise<Value>): Promise<Value>;
}

const STEP_MS = 10;

/** What a timer or an event set off has come to rest: streams of bodies and handlers take some rounds of the event loop. */
export async function turn(rounds = 1): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

export function simulatedTime(start: number): SimulatedTime {
  let now = start;
  let last = 0;
  const timers = new Map<number, { due: number; work: () => void }>();

  function nextDue(end: number): [number, { due: number; work: () => void }] | undefined {
    let next: [number, { due: number; work: () => void }] | undefined;
    for (const one of timers) {
      if (one[1].due <= end && (next === undefined || one[1].due < next[1].due)) {
        next = one;
      }
    }
    return next;
  }

  const time: SimulatedTime = {
    get now() {
      return now;
    },
    clock: () => Math.floor(now),
    timer: {
      set(work, ms) {
        timers.set(++last, { due: now + Math.max(0, ms), work });
        return last;
      },
      clear: (handle) => {
        timers.delete(handle as number);
      },
    },
    async goTo(at) {
      for (let next = nextDue(at); next !== undefined; next = nextDue(at)) {
        timers.delete(next[0]);
        now = Math.max(now, next[1].due);
        next[1].work();
        await turn(4);
      }
      now = Math.max(now, at);
    },
    async until(work) {
      let done = false;
      const result = work.finally(() => {
        done = true;
      });
      // Looked at by whoever awaits the result.
      result.catch(() => undefined);
      for (let step = 0; !done; step++) {
        await turn(4);
        if (!done) {
          await time.goTo(now + STEP_MS);
        }
        if (step > 20) {
          // A hash of a password is worked out elsewhere, in real time.
          await new Promise((resolve) => setTimeout(resolve, 1));
        }
      }
      return result;
    },
  };
  return time;
}
