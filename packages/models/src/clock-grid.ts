import type { ParsedTypingSample } from '@tacit-auth/features';

/**
 * The clock step of a sample in ms, as far as its own times bear it out. The browser reports the step, and a forger could claim a coarse clock to
 * escape checks that need a fine one; but the times of a coarse clock lie on its grid. A claim that they do not keep is not believed.
 *
 * @returns the claimed step where every interval between events is a multiple of it, and otherwise 0.1 ms.
 */
export function believedClockStep(sample: ParsedTypingSample): number {
  const { clockStep, keys } = sample;
  const times: number[] = [];
  for (const [, press, release] of keys) {
    times.push(press);
    if (release !== null) {
      times.push(release);
    }
  }
  times.sort((a, b) => a - b);
  for (let i = 1; i < times.length; i++) {
    if (!keepsGrid(times[i] - times[i - 1], clockStep)) {
      return 0.1;
    }
  }
  return clockStep / 10;
}

/** Whether an interval between events is a multiple of the clock's step, both in 0.1 ms. Times and step are each rounded to 0.1 ms. */
export function keepsGrid(interval: number, clockStep: number): boolean {
  const steps = Math.round(interval / clockStep);
  return Math.abs(interval - steps * clockStep) <= 1 + steps / 2;
}
