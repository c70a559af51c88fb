import type { ParsedTypingSample } from '@tacit-auth/features';
import { COARSEST_JUDGED_CLOCK_MS, COARSEST_JUDGED_CLOCK_OF_PRESS_TIMES_MS } from '@tacit-auth/models';

/**
 * Whether a sample's clock is coarser than those on which a recording or a script is recognised. The browser alone says which clock it has: whoever floors
 * a recorded entry and claims such a clock is seen by no check, so typing accepts nothing on one.
 */
export function isClockTooCoarse({ clockStep, keys }: ParsedTypingSample): boolean {
  const hasReleases = keys.some(([, , release]) => release !== null);
  return clockStep > 10 * (hasReleases ? COARSEST_JUDGED_CLOCK_MS : COARSEST_JUDGED_CLOCK_OF_PRESS_TIMES_MS);
}
