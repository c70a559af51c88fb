import type { Context } from './context';
import { errorCode } from './errors';
import type { Timer } from './job-runner';
import { ANY_CHANGE, type Change, type ChangeListener } from './notifications';
import { recordReference } from './record-reference';
import { CHECKED_SESSION } from './session-evidence';
import { sessionKind } from './sessions';
import type { SessionReference } from './tokens';

/** How often the store is looked at, for changes that nobody told of. */
export const LOOK_MS = 2_000;
/** Sessions that one transaction looks at. */
const SESSIONS_AT_ONCE = 100;
/** How long evidence is gathered before it is told of, and of how many sessions by name. */
const GATHER_MS = 250;
const MOST_NAMED = 16;
const EVIDENCE = 'evidence';
const MANY = 'many';
/** Records of a kind that are looked at for whoever watches everything. Where there are more, he is told to look himself at every fifth look. */
const MOST_RECORDS = 1_000;
const LOOKS_PER_HINT = 5;

/** What whoever watches everything sees: the topic of a change, and the kind of record whose versions tell it. */
const WATCHED = [
  ['session', CHECKED_SESSION],
  ['alert', 'alert'],
] as const;

/**
 * Who waits for changes in this process. They are told at once where servers tell each other, and by a look every two seconds in any case. Nothing is
 * looked at while nobody waits.
 */
export interface ChangeHub {
  /** Told when a session is not what it was. */
  watchSession(session: SessionReference, onChange: () => void): () => void;
  /** Has whoever waits for a session told at the next look, whether or not it has changed: what he was told of he could not read. */
  tellAgain(session: SessionReference): void;
  /** Told of sessions that are checked (an empty id: of many at once) and of alerts. */
  watchAll(onChange: ChangeListener): () => void;
  /** Tells every server's consoles that there is more evidence of a session: gathered, for each batch of a thousand sessions is too much to tell. */
  evidenceCame(session: SessionReference): void;
  close(): Promise<void>;
}

interface Watched {
  readonly reference: SessionReference;
  readonly listeners: Set<() => void>;
  version: number | undefined;
}

type Versions = Map<string, number>;

export function createChangeHub(ctx: Context, timer: Timer): ChangeHub {
  const sessions = new Map<string, Watched>();
  const all = new Set<ChangeListener>();
  const known = new Map<string, Versions>();
  let looks = 0;
  const evident = new Set<string>();
  let gathering: unknown;
  let unsubscribe: (() => void) | undefined;
  let handle: unknown;
  let looking: Promise<void> | undefined;

  function tell(change: Change): void {
    if (change.topic === EVIDENCE) {
      // No state that a browser may know of follows from it: that is in the answer to the batch.
      tellAll({ topic: 'session', id: change.id === MANY ? '' : change.id });
      return;
    }
    if (change.topic === ANY_CHANGE.topic) {
      for (const watched of [...sessions.values()]) {
        tellSession(watched);
      }
    } else if (change.topic === 'session') {
      tellSession(sessions.get(change.id));
    }
    tellAll(change);
  }

  function tellSession(watched: Watched | undefined): void {
    for (const listener of [...(watched?.listeners ?? [])]) {
      listener();
    }
  }

  function tellAll(change: Change): void {
    for (const listener of [...all]) {
      listener(change);
    }
  }

  function tellEvidence(): void {
    const names = evident.size > MOST_NAMED ? [MANY] : [...evident];
    evident.clear();
    for (const name of names) {
      ctx.notifications.publish(EVIDENCE, name);
    }
  }

  function begin(): void {
    if (unsubscribe === undefined) {
      unsubscribe = ctx.notifications.subscribe(tell);
      schedule();
    }
  }

  function rest(): void {
    if (sessions.size === 0 && all.size === 0 && unsubscribe !== undefined) {
      unsubscribe();
      unsubscribe = undefined;
      timer.clear(handle);
      known.clear();
    }
  }

  function schedule(): void {
    handle = timer.set(() => {
      looking = look()
        .catch((error: unknown) => {
          ctx.log({ level: 'warn', event: 'look-failed', code: errorCode(error) });
        })
        .finally(() => {
          looking = undefined;
          if (unsubscribe !== undefined) {
            schedule();
          }
        });
    }, LOOK_MS);
  }

  async function look(): Promise<void> {
    looks++;
    const watched = [...sessions.values()];
    for (let at = 0; at < watched.length; at += SESSIONS_AT_ONCE) {
      await lookAtSessions(watched.slice(at, at + SESSIONS_AT_ONCE));
    }
    if (all.size === 0) {
      known.clear();
      return;
    }
    for (const [topic, kind] of WATCHED) {
      await lookAtKind(topic, kind);
    }
  }

  async function lookAtSessions(some: readonly Watched[]): Promise<void> {
    const versions = await ctx.store.transaction((tx) =>
      Promise.all(some.map(async ({ reference: { subject, id } }) => (await tx.get(sessionKind.kind, subject, id))?.version ?? 0)),
    );
    some.forEach((each, i) => {
      // The first look tells, too: something may have changed since whoever waits looked himself.
      const changed = each.version !== versions[i];
      each.version = versions[i];
      if (changed) {
        tellSession(each);
      }
    });
  }

  async function lookAtKind(topic: string, kind: string): Promise<void> {
    const records = await ctx.store.transaction((tx) => tx.listKind(kind, { limit: MOST_RECORDS }));
    const before = known.get(kind);
    const now: Versions = new Map(records.map(({ subject, id, version }) => [recordReference(subject, id), version]));
    known.set(kind, now);
    if (before === undefined || (records.length === MOST_RECORDS && looks % LOOKS_PER_HINT === 0)) {
      tellAll(ANY_CHANGE);
      return;
    }
    for (const id of new Set([...before.keys(), ...now.keys()])) {
      if (before.get(id) !== now.get(id)) {
        tellAll({ topic, id });
      }
    }
  }

  return {
    watchSession(reference, onChange) {
      const key = recordReference(reference.subject, reference.id);
      const watched = sessions.get(key) ?? { reference, listeners: new Set(), version: undefined };
      const listener = () => onChange();
      watched.listeners.add(listener);
      sessions.set(key, watched);
      begin();
      return () => {
        watched.listeners.delete(listener);
        if (watched.listeners.size === 0 && sessions.get(key) === watched) {
          sessions.delete(key);
        }
        rest();
      };
    },
    tellAgain({ subject, id }) {
      const watched = sessions.get(recordReference(subject, id));
      if (watched !== undefined) {
        watched.version = undefined;
      }
    },
    watchAll(onChange) {
      const listener: ChangeListener = (change) => onChange(change);
      all.add(listener);
      begin();
      return () => {
        all.delete(listener);
        rest();
      };
    },
    evidenceCame({ subject, id }) {
      if (evident.size === 0) {
        gathering = timer.set(tellEvidence, GATHER_MS);
      }
      if (evident.size <= MOST_NAMED) {
        evident.add(recordReference(subject, id));
      }
    },
    async close() {
      timer.clear(gathering);
      sessions.clear();
      all.clear();
      rest();
      await looking;
    },
  };
}
