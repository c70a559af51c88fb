export interface HeartbeatOptions {
  /** Least time between two beats, ms. */
  everyMs: number;
  clock: () => number;
  send: () => void;
  setTimer: (run: () => void, afterMs: number) => number;
  clearTimer: (timer: number) => void;
}

export interface Heartbeat {
  /** The customer did something. */
  beat(): void;
  stop(): void;
}

/**
 * Tells the server that somebody is there: at the first action, then at most once in `everyMs`, with the last action never lost,
 * so that the server does not lock before the browser does.
 */
export function createHeartbeat({ everyMs, clock, send, setTimer, clearTimer }: HeartbeatOptions): Heartbeat {
  let last = Number.NEGATIVE_INFINITY;
  let timer: number | undefined;
  const fire = (): void => {
    timer = undefined;
    last = clock();
    send();
  };
  return {
    beat() {
      if (timer !== undefined) {
        return;
      }
      const wait = last + everyMs - clock();
      if (wait <= 0) {
        fire();
      } else {
        timer = setTimer(fire, wait);
      }
    },
    stop() {
      if (timer !== undefined) {
        clearTimer(timer);
        timer = undefined;
      }
    },
  };
}
