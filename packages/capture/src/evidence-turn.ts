import type { Timer } from './timer';

/** Sees to it that one tab at a time does something. */
export interface EvidenceTurn {
  /** Waits for the turn, does the work, and hands the turn on. The signal of the work is aborted with `signal`, or when the turn is taken away. */
  take(signal: AbortSignal, work: (signal: AbortSignal) => Promise<void>): Promise<void>;
  /** Whoever has the turn was asked for a sign of life: where none comes it is taken away. Browsers put tabs to sleep that hold one. */
  asked(): void;
  /** A sign of life. */
  heard(): void;
}

/** How long a sign of life may take, in ms. */
const PATIENCE_MS = 15_000;

/** @param locks undefined where the browser has none: then it is always this tab's turn, and the server sees some batches twice. */
export function evidenceTurn(name: string, locks: LockManager | undefined, timer: Timer): EvidenceTurn {
  let impatience: unknown;
  let takeAway: (() => void) | undefined;

  function heard(): void {
    timer.clear(impatience);
    impatience = undefined;
  }

  /** Whether the turn came. */
  async function hold(options: LockOptions, signal: AbortSignal, work: (signal: AbortSignal) => Promise<void>): Promise<boolean> {
    const turn = follow(signal);
    let working: Promise<void> | undefined;
    try {
      await locks!.request(name, options, () => {
        heard();
        takeAway = undefined;
        working = work(turn.signal);
        return working.catch(ignore);
      });
    } catch (error) {
      // It did not come in time, or was taken away. Whatever else: a page that may have no locks goes without.
      if ((error as Partial<DOMException> | null)?.name !== 'AbortError') {
        working ??= signal.aborted ? undefined : work(turn.signal);
        await working;
      }
    }
    turn.abort();
    await working;
    return working !== undefined;
  }

  return {
    heard,
    asked() {
      if (takeAway) {
        impatience ??= timer.set(takeAway, PATIENCE_MS);
      }
    },
    async take(signal, work) {
      if (!locks) {
        await (signal.aborted ? undefined : work(signal));
        return;
      }
      const waiting = follow(signal);
      takeAway = () => waiting.abort();
      const came = await hold({ signal: waiting.signal }, signal, work);
      takeAway = undefined;
      heard();
      if (!came && !signal.aborted) {
        await hold({ steal: true }, signal, work);
      }
    },
  };
}

/** A controller that is aborted with `signal`. */
function follow(signal: AbortSignal): AbortController {
  const controller = new AbortController();
  if (signal.aborted) {
    controller.abort();
  }
  signal.addEventListener('abort', () => controller.abort(), { once: true, signal: controller.signal });
  return controller;
}

function ignore(): void {}
