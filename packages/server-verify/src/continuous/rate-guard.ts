import { recentMap } from '../recent-map';
import { recordReference } from '../record-reference';
import type { SessionReference } from '../tokens';

/** Most sessions that are remembered; the least recently used gives way, and is refused by its record then. */
const MOST_REMEMBERED = 10_000;

/** Remembers, in this process, who was told to wait: nothing is worked out of what comes earlier. */
export interface RateGuard {
  /** Ms still to wait; 0 where nothing is known. */
  waitFor(session: SessionReference, now: number): number;
  note(session: SessionReference, until: number): void;
}

export function rateGuard(): RateGuard {
  const untils = recentMap<number>(MOST_REMEMBERED);

  return {
    waitFor({ subject, id }, now) {
      const key = recordReference(subject, id);
      const until = untils.get(key);
      if (until === undefined) {
        return 0;
      }
      if (until <= now) {
        untils.delete(key);
      }
      return Math.max(0, until - now);
    },
    note({ subject, id }, until) {
      untils.set(recordReference(subject, id), until);
    },
  };
}
