import type { Timer } from './timer';

/** Keeps everybody away from a server that failed, or that said when to come back. */
export interface EvidencePause {
  readonly isOn: boolean;
  /** After a failure: longer each time, and spread, so that many pages do not come back at once. */
  afterFailure(): void;
  /** The server said how long. Never earlier, and a little later, each page by another time. */
  asTold(ms: number): void;
  /** A short while, spread: many pages saw the same thing happen. */
  shortly(): void;
  /** What failed works again. */
  afterSuccess(): void;
  /** Ends a pause that the server did not ask for: the network is back. */
  cutShort(): void;
  /** Resolves when there is no pause, or once `signal` is aborted. */
  end(signal?: AbortSignal): Promise<void>;
  stop(): void;
}

export interface EvidencePauseOptions {
  timer: Timer;
  random: (length: number) => Uint8Array;
  /** First pause, in ms. */
  firstMs: number;
  longestMs: number;
}

const LONGEST_TIMER = 2_147_483_647;

export function evidencePause({ timer, random, firstMs, longestMs }: EvidencePauseOptions): EvidencePause {
  let failures = 0;
  let handle: unknown;
  let on = false;
  let told = false;
  const waiting = new Set<() => void>();

  // Timers only, and no clock: one that was set, or a machine that slept, changes nothing.
  function pause(ms: number): void {
    timer.clear(handle);
    on = true;
    handle = timer.set(resume, Math.min(Math.ceil(ms), LONGEST_TIMER));
  }

  function resume(): void {
    timer.clear(handle);
    on = told = false;
    for (const wake of [...waiting]) {
      wake();
    }
  }

  /** From 0 to nearly 1. */
  const chance = () => random(1)[0]! / 256;

  return {
    get isOn() {
      return on;
    },
    afterFailure() {
      const longest = Math.min(longestMs, firstMs * 2 ** Math.min(failures++, 20));
      if (!told) {
        pause(longest * (0.5 + chance() / 2));
      }
    },
    asTold(ms) {
      failures++;
      // A server that says 0 is not to be asked in a loop.
      const least = Math.max(ms, firstMs / 2);
      pause(least + Math.min(least, 10_000) * 0.25 * chance());
      told = true;
    },
    shortly() {
      if (!on) {
        pause(firstMs * chance());
      }
    },
    afterSuccess() {
      failures = 0;
    },
    cutShort() {
      if (on && !told) {
        failures = 0;
        pause(firstMs * chance());
      }
    },
    end: (signal) =>
      new Promise((resolve) => {
        if (!on || signal?.aborted) {
          resolve();
          return;
        }
        const wake = () => {
          waiting.delete(wake);
          signal?.removeEventListener('abort', wake);
          resolve();
        };
        waiting.add(wake);
        signal?.addEventListener('abort', wake);
      }),
    stop: resume,
  };
}
