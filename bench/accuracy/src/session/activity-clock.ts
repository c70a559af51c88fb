/** A gap between two events longer than this, in ms, is no activity. */
export const LONGEST_GAP = 60_000;

/** Of each event of a stream how long its author had been active, and how long ago the stream had begun, in ms. */
export interface ActivityClock {
  readonly active: Float64Array;
  readonly elapsed: Float64Array;
}

/**
 * The clock of recordings in a row, by the times of their events (key presses, ends of pointer actions), which rise within a recording. Between two recordings lies
 * the shortest gap that is no activity, however many days there were: a session that is opened anew begins at nothing.
 */
export function activityClock(recordings: readonly ArrayLike<number>[]): ActivityClock {
  const count = recordings.reduce((sum, { length }) => sum + length, 0);
  const active = new Float64Array(count);
  const elapsed = new Float64Array(count);
  let place = 0;
  for (const times of recordings) {
    for (let i = 0; i < times.length; i++, place++) {
      if (place === 0) continue;
      const gap = i === 0 ? LONGEST_GAP + 1 : Math.max((times[i] ?? 0) - (times[i - 1] ?? 0), 0);
      active[place] = (active[place - 1] ?? 0) + (gap > LONGEST_GAP ? 0 : gap);
      elapsed[place] = (elapsed[place - 1] ?? 0) + gap;
    }
  }
  return { active, elapsed };
}
