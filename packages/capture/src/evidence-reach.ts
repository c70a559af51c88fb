import type { Timer } from './timer';

/** Whether the server is reached, as a person should be told: of what mends itself at once nothing is said. */
export interface EvidenceReach {
  /** An attempt failed. */
  failed(): void;
  /** The browser says that it has no network. */
  offline(): void;
  /** The browser says that it has one: whether the server is reached is another matter. */
  online(): void;
  /** The server has answered. */
  answered(): void;
  stop(): void;
}

/** A server that is restarted, or a phone that changes its network, is back sooner. */
const PATIENCE_MS = 5_000;

/** @param onChange told after 5 s of trouble, and at once when it is over. */
export function evidenceReach(timer: Timer, onChange: (reachable: boolean) => void): EvidenceReach {
  let isFailing = false;
  let isOffline = false;
  let isTold = false;
  let isStopped = false;
  let handle: unknown;

  function settle(): void {
    if (isStopped) {
      return;
    }
    if (isFailing || isOffline) {
      handle ??= timer.set(() => {
        isTold = true;
        onChange(false);
      }, PATIENCE_MS);
      return;
    }
    timer.clear(handle);
    handle = undefined;
    if (isTold) {
      isTold = false;
      onChange(true);
    }
  }

  function set(failing: boolean, offline: boolean): void {
    isFailing = failing;
    isOffline = offline;
    settle();
  }

  return {
    failed: () => set(true, isOffline),
    offline: () => set(isFailing, true),
    online: () => set(isFailing, false),
    answered: () => set(false, false),
    stop() {
      isStopped = true;
      timer.clear(handle);
    },
  };
}
