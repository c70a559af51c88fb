import type { TypingKey } from '@tacit-auth/features';

// In 0.1 ms, coarsest first: reduced precision (100, 20 ms), one frame at 60 Hz, the old Windows tick, 10, 2 and 1 ms.
const KNOWN_STEPS = [1000, 200, 1000 / 6, 156.25, 100, 20, 10];
// A step that is no whole number of 0.1 ms shows up rounded.
const ROUNDING = 1.5;
const FEWEST_TIMES = 4;

/**
 * The step of the clock that produced some times: the coarsest of the usual steps that every one of them is a multiple of.
 *
 * @param times Offsets from one of them, in 0.1 ms.
 * @returns The step in 0.1 ms, rounded; 1 (the unit of the wire) when no coarser step fits or fewer than 4 offsets differ from 0.
 */
export function clockStep(times: readonly number[]): number {
  if (times.filter(Boolean).length < FEWEST_TIMES) {
    return 1;
  }
  const step = KNOWN_STEPS.find((known) => {
    const tolerance = known % 1 === 0 ? 0 : ROUNDING;
    return times.every((time) => Math.abs(time - Math.round(time / known) * known) <= tolerance);
  });
  return Math.round(step ?? 1);
}

/** The times of some keys, for {@link clockStep}. */
export function timesOf(keys: readonly TypingKey[]): number[] {
  const times: number[] = [];
  for (const [, press, release] of keys) {
    times.push(press);
    if (release !== null) {
      times.push(release);
    }
  }
  return times;
}
