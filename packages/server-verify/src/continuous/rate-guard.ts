import type { SessionReference } from '../tokens';

/** Most sessions that are remembered; the oldest gives way, and is refused by its record then. */
const MOST_REMEMBERED = 10_000;

/** Remembers, in this process, who was told to wait: nothing is worked out of what comes earlier. */
export interface RateGuard {
  /** Ms still to wait; 0 where nothing is known. */
  waitFor(session: SessionReference, now: number): number;
  note(session: SessionReference, until: number): void;
}

export function rateGuard(): RateGuard {
  const untils = new Map<string, number>();
  const keyOf = ({ subject, id }: SessionReference): string => `${subject}/${id}`;

  return {
    waitFor(session, now) {
      const key = keyOf(session);
      const until = untils.get(key);
      if (until === undefined) {
        return 0;
      }
      if (until <= now) {
        untils.delete(key);
      }
      return Math.max(0, until - now);
    },
    note(session, until) {
      const key = keyOf(session);
      untils.delete(key);
      untils.set(key, until);
      if (untils.size > MOST_REMEMBERED) {
        untils.delete(untils.keys().next().value as string);
      }
    },
  };
}
