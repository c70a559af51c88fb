import type { SessionEvidence } from '../../api/operator-types';

interface Seen {
  at: number;
  keys: number;
  actions: number;
}

/** Keys and movements a minute, from `from` to `to`. */
export interface ActivityRate {
  from: number;
  to: number;
  keysPerMinute: number;
  actionsPerMinute: number;
}

/** How long one figure is taken over: coarse, so that it says how busy somebody is and not how he types. */
const STEP_MS = 30_000;
const MINUTE_MS = 60_000;
const MOST_SEEN = 240;
const MOST_SESSIONS = 500;

type Evidence = Pick<SessionEvidence, 'since' | 'lastAt'> & { counts: Pick<SessionEvidence['counts'], 'keys' | 'actions'> };

/** What this console has seen of the amounts of each session. The server tells totals: how they grow is seen by looking. */
export class ActivityLog {
  readonly #sessions = new Map<string, Seen[]>();

  /** Notes what a session stands at. */
  note(id: string, { since, lastAt, counts: { keys, actions } }: Evidence): void {
    let seen = this.#sessions.get(id);
    if (seen === undefined) {
      seen = [{ at: since, keys: 0, actions: 0 }];
      this.#sessions.set(id, seen);
      if (this.#sessions.size > MOST_SESSIONS) {
        this.#sessions.delete(this.#sessions.keys().next().value as string);
      }
    }
    const before = seen.at(-1);
    if (lastAt === null || before === undefined || lastAt <= before.at) {
      return;
    }
    // What came within a step of the last figure belongs to it; the first figure is the mean before anybody looked.
    const start = seen.at(-2);
    if (start !== undefined && seen.length > 2 && lastAt - start.at <= STEP_MS) {
      seen[seen.length - 1] = { at: lastAt, keys, actions };
    } else {
      seen.push({ at: lastAt, keys, actions });
    }
    if (seen.length > MOST_SEEN) {
      seen.shift();
    }
  }

  rates(id: string): ActivityRate[] {
    const seen = this.#sessions.get(id) ?? [];
    return seen.slice(1).map((to, index) => {
      const from = seen[index] ?? to;
      // A burst of a second is not made into a minute of it.
      const minutes = Math.max(to.at - from.at, STEP_MS) / MINUTE_MS;
      return {
        from: from.at,
        to: to.at,
        keysPerMinute: Math.round((to.keys - from.keys) / minutes),
        actionsPerMinute: Math.round((to.actions - from.actions) / minutes),
      };
    });
  }
}
