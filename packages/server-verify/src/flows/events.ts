import { assertFunction } from '../arguments';
import { errorCode } from '../errors';
import { ANY_CHANGE, type Change } from '../notifications';
import { liveSession } from '../sessions';
import type { FlowContext } from './flow-context';
import { referenceOf } from './sessions';
import { type FlowResult, type Refused, refuse, type SessionGrant } from './types';

/** Streams that one operator may have at once, on one server. */
export const EVENTS_PER_OPERATOR = 4;
/** Streams of all operators, on one server. */
export const EVENTS_PER_SERVER = 200;
/** Changes are gathered for so long: a console that is told of each batch of a thousand sessions has no time to look at any. */
const GATHER_MS = 250;
/** How often `onBeat` is called: often enough that nothing between console and server takes the stream for dead. */
const BEAT_MS = 15_000;
/** Changes that are kept while they are gathered. */
const MOST_GATHERED = 256;
const RETRY_AFTER_SECONDS = 15;

/** What is looked at again. `any`: everything, changes may have been missed. Names only: what changed is asked for, with all checks. */
export interface ConsoleChange {
  readonly topic: 'session' | 'alert' | 'any';
  /** As `flows.operators` names it; empty with the topic `any`, and where many sessions have changed. */
  readonly id: string;
}

export interface EventFlow {
  /**
   * Tells an operator's console what has changed, whichever server changed it.
   *
   * @param options.listener called with changes, each once, at most four times a second
   * @param options.onEnd called once, with why, when the session of the operator has locked or ended, or this server goes down (`ERR_SERVER_CLOSING`); nothing is
   * told from then on
   * @param options.onBeat called every 15 s
   * @returns what stops it; `ERR_ROLE` for anybody but an operator, `ERR_EVENTS_LIMIT` where there are too many already
   */
  subscribe(options: {
    session: SessionGrant;
    listener: (changes: readonly ConsoleChange[]) => void;
    onEnd: (error: Refused['error']) => void;
    onBeat?: () => void;
  }): Promise<FlowResult<() => void>>;
  /**
   * For a server that goes down: ends every stream here, so that consoles connect again, to another server, and refuses others. `verifier.close()` does it as well; call
   * it before, where your framework waits for open requests first. May be called again.
   */
  close(): void;
}

export function createEvents(flow: FlowContext): EventFlow {
  const { ctx, hub, timer } = flow;
  const open = new Map<string, number>();
  const ends = new Set<(error: Refused['error']) => void>();
  let total = 0;
  let isClosing = false;

  function take(operator: string): boolean {
    const held = open.get(operator) ?? 0;
    if (held >= EVENTS_PER_OPERATOR || total >= EVENTS_PER_SERVER) {
      return false;
    }
    open.set(operator, held + 1);
    total++;
    return true;
  }

  function giveBack(operator: string): void {
    const held = (open.get(operator) ?? 1) - 1;
    total--;
    if (held === 0) {
      open.delete(operator);
    } else {
      open.set(operator, held);
    }
  }

  /** Why the session may not, or may not any more, hear of changes. */
  async function refusalOf(session: SessionGrant): Promise<Refused | undefined> {
    const stored = await ctx.store.transaction((tx) => liveSession(ctx, tx, referenceOf(flow, session)));
    if (stored === undefined) {
      return refuse('ERR_SESSION_NONE', {}, true);
    }
    const { role, scope, state } = stored.value;
    if (role !== 'operator' || scope !== 'full') {
      return refuse('ERR_ROLE');
    }
    return state === 'open' ? undefined : refuse('ERR_SESSION_LOCKED');
  }

  return {
    async subscribe({ session, listener, onEnd, onBeat = () => undefined }) {
      assertFunction(listener, 'listener');
      assertFunction(onEnd, 'onEnd');
      const refused = await refusalOf(session);
      if (refused !== undefined) {
        return refused;
      }
      if (isClosing) {
        return refuse('ERR_SERVER_CLOSING', { retryAfter: RETRY_AFTER_SECONDS });
      }
      const { subject: operator } = session;
      if (!take(operator)) {
        return refuse('ERR_EVENTS_LIMIT', { retryAfter: RETRY_AFTER_SECONDS });
      }
      let stopped = false;
      const gathered = new Map<string, ConsoleChange>();
      let flushing: unknown;
      let beating: unknown;

      function stop(): void {
        if (!stopped) {
          stopped = true;
          ends.delete(end);
          timer.clear(flushing);
          timer.clear(beating);
          stopAll();
          stopOwn();
          giveBack(operator);
        }
      }

      function end(error: Refused['error']): void {
        if (!stopped) {
          stop();
          onEnd(error);
        }
      }

      function beat(): void {
        beating = timer.set(() => {
          if (!stopped) {
            onBeat();
            beat();
            // A session that idles or expires changes nothing in the store until somebody looks.
            checkOwn();
          }
        }, BEAT_MS);
      }

      function flush(): void {
        const changes = gathered.size > MOST_GATHERED ? [ANY] : [...gathered.values()];
        gathered.clear();
        if (!stopped && changes.length > 0) {
          listener(changes);
        }
      }

      function gather({ topic, id }: Change): void {
        if (topic !== 'session' && topic !== 'alert' && topic !== 'any') {
          return;
        }
        if (gathered.size === 0) {
          flushing = timer.set(flush, GATHER_MS);
        }
        if (gathered.size <= MOST_GATHERED) {
          gathered.set(`${topic} ${id}`, { topic, id });
        }
      }

      function checkOwn(): void {
        if (stopped) {
          return;
        }
        refusalOf(session).then(
          (now) => {
            if (now !== undefined) {
              end(now.error);
            }
          },
          (error: unknown) => {
            // The next look comes anyway.
            ctx.log({ level: 'warn', event: 'state-failed', code: errorCode(error) });
          },
        );
      }

      const stopAll = hub.watchAll(gather);
      const stopOwn = hub.watchSession(referenceOf(flow, session), checkOwn);
      ends.add(end);
      beat();
      // What changed since it was looked at.
      checkOwn();
      return { ok: true, body: stop };
    },
    close() {
      isClosing = true;
      for (const end of [...ends]) {
        end({ code: 'ERR_SERVER_CLOSING' });
      }
    },
  };
}

const ANY: ConsoleChange = { topic: 'any', id: ANY_CHANGE.id };
