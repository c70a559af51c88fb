import { assertFunction, assertInteger, assertName, assertOptionalEventTarget, assertOptions } from './assert';
import { CaptureError, destroyed } from './errors';
import { type IdleMessage, openIdleChannel, readIdleMessage } from './idle-channel';
import { setListeners } from './listeners';
import { assertTimer, pageTimer, type Timer } from './timer';

export interface WatchIdleOptions {
  /** Idle time until the warning, in ms; three quarters of `lockAfterMs` by default, and less than it. */
  warnAfterMs?: number;
  /** Idle time until the lock, in ms: 1,000 to 86,400,000; 120,000 (2 min) by default. */
  lockAfterMs?: number;
  /** Time between two calls of `onActivity`, in ms; 20,000 by default. */
  heartbeatMs?: number;
  onWarn?: (event: { remainingMs: number }) => void;
  /** A warning was answered by activity, here or in another tab, or a lock was lifted. */
  onActive?: (event: { reason: 'activity' | 'unlock' }) => void;
  onLock?: (event: { reason: 'idle' | 'requested' | 'other-tab' }) => void;
  /** Tells that the user of this tab is active: at once, then at most once per `heartbeatMs`. The place to tell the server. */
  onActivity?: (event: { at: number }) => void;
  /**
   * Name that tabs share, 1-64 characters of `[A-Za-z0-9._-]`; `tacit-idle` by default. Give each signed-in session one of its own.
   * false watches this tab alone.
   */
  channel?: string | false;
  /** ms since the epoch; `Date.now` by default. It must go on while the machine sleeps. */
  clock?: () => number;
  timer?: Timer;
  /** The document to watch; the page's by default. */
  target?: Document;
}

export type IdleState = 'stopped' | 'active' | 'warned' | 'locked';

export interface IdleWatcher {
  readonly state: IdleState;
  /** Until the lock, in ms; 0 when locked, `lockAfterMs` when stopped. */
  readonly remainingMs: number;
  /** Whether other tabs are heard. False where the browser has no `BroadcastChannel`: each tab then watches for itself. */
  readonly acrossTabs: boolean;
  /** @throws CaptureError `ERR_CAPTURE_DESTROYED` or `ERR_CAPTURE_NO_DOCUMENT`. */
  start(): void;
  stop(): void;
  destroy(): void;
  /** Locks this tab and all others. Does nothing unless watching. */
  lockNow(): void;
  /** Lifts the lock in all tabs: call it after the server has accepted the user again. Does nothing unless watching. */
  unlock(): void;
  /** Counts as activity of the user, for what the document does not see, such as a frame. */
  reportActivity(): void;
}

const DAY = 86_400_000;
const BROADCAST_MS = 1_000;
/** How long after its own time-out a tab believes another one that it is in use. Later, only `unlock` lifts a lock. */
const OBJECTION_MS = 5_000;
const EVENTS = ['keydown', 'pointerdown', 'pointermove', 'wheel', 'touchmove', 'visibilitychange'] as const;
const NEVER = Number.NEGATIVE_INFINITY;
const ignore = () => undefined;

/**
 * Warns and then locks when the user has left, in all tabs of the origin. It hides nothing by itself and is no protection alone: the server
 * must lock by its own clock too.
 *
 * @throws TypeError or RangeError for a wrong argument.
 */
export function watchIdle(options: WatchIdleOptions = {}): IdleWatcher {
  assertOptions(options, 'options');
  const { lockAfterMs = 120_000, heartbeatMs = 20_000, channel = 'tacit-idle', clock = Date.now, timer = pageTimer, target } = options;
  const { onWarn = ignore, onActive = ignore, onLock = ignore, onActivity = ignore } = options;
  assertInteger(lockAfterMs, 'lockAfterMs', 1_000, DAY);
  const warnAfterMs = options.warnAfterMs ?? Math.floor(lockAfterMs * 0.75);
  assertInteger(warnAfterMs, 'warnAfterMs', 1, lockAfterMs - 1);
  assertInteger(heartbeatMs, 'heartbeatMs', 1_000, DAY);
  for (const [name, callback] of Object.entries({ onWarn, onActive, onLock, onActivity, clock })) {
    assertFunction(callback, name);
  }
  assertTimer(timer);
  if (channel !== false) {
    assertName(channel, 'channel');
  }
  assertOptionalEventTarget(target, 'target');

  let state: IdleState = 'stopped';
  let ended = false;
  let page: Document | undefined;
  let tabs: BroadcastChannel | undefined;
  let handle: unknown;
  let lastActivity = 0;
  let timedOutAt = NEVER;
  let told = 0;
  let toTell = false;
  let beaten = 0;
  let toBeat = false;

  function idleFor(now: number): number {
    // A clock that was set back must not lengthen the time left.
    lastActivity = Math.min(lastActivity, now);
    return now - lastActivity;
  }

  function post(type: IdleMessage['type'], forced = false): void {
    tabs?.postMessage({ type, at: lastActivity, forced } satisfies IdleMessage);
  }

  function schedule(now: number): void {
    timer.clear(handle);
    if (state === 'active' || state === 'warned') {
      const due = Math.min(
        lastActivity + (state === 'active' ? warnAfterMs : lockAfterMs),
        toTell ? told + BROADCAST_MS : -NEVER,
        toBeat ? beaten + heartbeatMs : -NEVER,
      );
      handle = timer.set(() => update(false), Math.max(0, due - now));
    }
  }

  /** Sends what is due to other tabs; returns whether a heartbeat is due too. */
  function tellOthers(now: number): boolean {
    // Either way: a clock that was set back must not hold messages up.
    if (toTell && Math.abs(now - told) >= BROADCAST_MS) {
      told = now;
      toTell = false;
      post('activity');
    }
    if (toBeat && Math.abs(now - beaten) >= heartbeatMs) {
      beaten = now;
      toBeat = false;
      return true;
    }
    return false;
  }

  /** Looks at the clock: on a timer, or because the user did something. */
  function update(byUser: boolean): void {
    const now = clock();
    const idle = idleFor(now);
    // Also when the user did something: the machine slept, no timer ran, and who woke it is not known.
    if (idle >= lockAfterMs) {
      lock('idle', false);
      return;
    }
    const was = state;
    const scheduled = byUser && toTell && toBeat;
    if (byUser) {
      lastActivity = now;
      toTell = toBeat = true;
      state = 'active';
    } else if (idle >= warnAfterMs) {
      state = 'warned';
    }
    const next = state;
    const beat = tellOthers(now);
    // Usually a timer is on its way already; it finds the new time by itself.
    if (beat || next !== was || !scheduled) {
      schedule(now);
    }
    if (beat) {
      onActivity({ at: lastActivity });
    }
    if (next !== was && next === state) {
      next === 'warned' ? onWarn({ remainingMs: lockAfterMs - idle }) : onActive({ reason: 'activity' });
    }
  }

  function activity(): void {
    if (state === 'active' || state === 'warned') {
      update(true);
    }
  }

  function lock(reason: 'idle' | 'requested' | 'other-tab', forced: boolean): void {
    if (state === 'locked') {
      // A lock that was asked for ends the time in which another tab may object to this one's.
      timedOutAt = forced ? NEVER : timedOutAt;
      return;
    }
    state = 'locked';
    timedOutAt = reason === 'idle' ? clock() : NEVER;
    toTell = toBeat = false;
    timer.clear(handle);
    if (reason !== 'other-tab') {
      post('lock', forced);
    }
    onLock({ reason });
  }

  function resume(at: number, reason: 'activity' | 'unlock'): void {
    const was = state;
    const now = clock();
    lastActivity = Math.min(Math.max(lastActivity, at), now);
    state = 'active';
    schedule(now);
    if (was !== 'active') {
      onActive({ reason });
    }
  }

  function onMessage(event: MessageEvent): void {
    const message = readIdleMessage(event);
    if (message === undefined) {
      return;
    }
    const now = clock();
    const fresh = now - Math.min(message.at, now) < lockAfterMs;
    if (message.type === 'unlock') {
      if (fresh) {
        resume(message.at, 'unlock');
      } else {
        // This tab was asleep since: whether the others are still in use they must say themselves.
        timedOutAt = now;
      }
    } else if (message.type === 'lock') {
      const inUse = state !== 'locked' && lastActivity > message.at && idleFor(now) < lockAfterMs;
      if (!message.forced && inUse) {
        // That tab was asleep and missed what happened here.
        post('activity');
      } else {
        lock('other-tab', message.forced === true);
      }
    } else if (state === 'locked') {
      if (message.type === 'activity' && fresh && now - timedOutAt <= OBJECTION_MS) {
        resume(message.at, 'activity');
      } else if (now - message.at <= OBJECTION_MS) {
        // A tab opened or reloaded beside a locked one must not get past the lock. What was said long ago needs no answer.
        post('lock', true);
      }
    } else if (message.type === 'activity' && fresh && message.at > lastActivity) {
      resume(message.at, 'activity');
    }
  }

  function listen(event: Event): void {
    // Scripts may not keep a session awake; a page that goes out of sight is no sign of a person.
    if (event.isTrusted === true && !(event.type === 'visibilitychange' && page?.visibilityState === 'hidden')) {
      activity();
    }
  }

  function stop(): void {
    if (state === 'stopped') {
      return;
    }
    state = 'stopped';
    timer.clear(handle);
    setListeners(page!, EVENTS, listen, false);
    tabs?.close();
    tabs = undefined;
  }

  return {
    get state() {
      return state;
    },
    get remainingMs() {
      return state === 'stopped' ? lockAfterMs : state === 'locked' ? 0 : Math.max(0, lockAfterMs - idleFor(clock()));
    },
    get acrossTabs() {
      return tabs !== undefined;
    },
    start() {
      if (ended) {
        throw destroyed('watcher');
      }
      if (state !== 'stopped') {
        return;
      }
      page = target ?? globalThis.document;
      if (page === undefined) {
        throw new CaptureError('ERR_CAPTURE_NO_DOCUMENT', 'there is no document: call start() in a page');
      }
      const now = clock();
      lastActivity = now;
      told = beaten = NEVER;
      toTell = toBeat = false;
      state = 'active';
      setListeners(page, EVENTS, listen, true);
      tabs = channel === false ? undefined : openIdleChannel(channel, onMessage);
      schedule(now);
      post('hello');
    },
    stop,
    destroy() {
      ended = true;
      stop();
    },
    lockNow() {
      if (state !== 'stopped') {
        if (state === 'locked') {
          post('lock', true);
        }
        lock('requested', true);
      }
    },
    unlock() {
      if (state !== 'stopped') {
        const now = clock();
        lastActivity = now;
        post('unlock');
        resume(now, 'unlock');
      }
    },
    reportActivity: activity,
  };
}
