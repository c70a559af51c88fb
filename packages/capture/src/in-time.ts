import type { Timer } from './timer';

/**
 * A promise that is waited for so long and no longer.
 *
 * @param onLate undoes what is under way, when the time is over
 * @throws DOMException `TimeoutError`, or what `onLate` throws
 */
export function inTime<Value>(promise: Promise<Value>, timer: Timer, ms: number, what: string, onLate: () => void): Promise<Value> {
  return new Promise((resolve, reject) => {
    const handle = timer.set(() => {
      try {
        onLate();
        reject(new DOMException(`${what} took more than ${ms} ms`, 'TimeoutError'));
      } catch (error) {
        reject(error);
      }
    }, ms);
    const settle = () => timer.clear(handle);
    promise.then(settle, settle);
    promise.then(resolve, reject);
  });
}
