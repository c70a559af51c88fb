/** What one run with so many sessions came to. */
export interface Trial {
  sessions: number;
  /** 99th percentile of a window's answer, in ms. */
  p99: number;
}

/** The answer of a window may take so long, at the 99th percentile. */
export const LIMIT_MS = 500;
/** The search is over when what holds and what does not are as near as this share. */
const NEAR = 0.05;

/**
 * The largest number of sessions that keeps the limit, by bisection below one that was tried and does not.
 *
 * @returns all trials in their order; of them the largest that keeps the limit is the answer, if there is one
 */
export async function findLargest(failed: Trial, run: (sessions: number) => Promise<number>): Promise<Trial[]> {
  const trials = [failed];
  let [holds, breaks] = [0, failed.sessions];
  while (breaks - holds > Math.max(1, NEAR * breaks)) {
    const sessions = Math.round((holds + breaks) / 2);
    const p99 = await run(sessions);
    trials.push({ sessions, p99 });
    if (p99 <= LIMIT_MS) holds = sessions;
    else breaks = sessions;
  }
  return trials;
}

export function largestOf(trials: readonly Trial[]): Trial | undefined {
  return trials.filter(({ p99 }) => p99 <= LIMIT_MS).toSorted((one, other) => other.sessions - one.sessions)[0];
}
