import { Socket } from 'node:net';
import pg from 'pg';
import { assertFunction, assertObject } from './arguments';
import { changeListeners } from './in-process-notifications';
import { platformTimer, type Timer } from './job-runner';
import type { Log } from './log';
import { ANY_CHANGE, assertChange, type Change, type Notifications } from './notifications';
import { postgresFailure } from './postgres-errors';
import { assertConnectionString } from './postgres-pool';
import { assertNumberBetween } from './store-checks';

export interface PostgresNotificationsOptions {
  /** `postgres://user:password@host:port/database`. Straight to the server: a pooler that hands connections on between transactions can not listen. */
  connectionString: string;
  /** 1-63 characters of `[a-z0-9_]`, beginning with a letter. One for each installation in a database. Default `tacit`. */
  channel?: string;
  /** How often everybody is told to look while other servers can not be heard, in ms: 100-60,000. Default 2,000. */
  pollMs?: number;
  /** How long the database may take to answer before the connection counts as lost, in ms: 100-60,000. Default 5,000. */
  timeoutMs?: number;
  /** Where waiting comes from. Default: the timer of the platform. */
  timer?: Timer;
  /** Bytes that scatter the waits. Default: the generator of the platform. */
  random?: (length: number) => Uint8Array;
}

const FIRST_RETRY_MS = 250;
const MAX_RETRY_MS = 30_000;
/** A connection whose other end has vanished says nothing: it is asked. */
const PROBE_MS = 15_000;
/** Changes that wait to be told; beyond, the others are told to look at everything. */
const MAX_WAITING = 1_000;
const PAYLOAD = /^([a-z-]{1,32}):([A-Za-z0-9_.:-]{1,128})$/;
const ANY_PAYLOAD = `${ANY_CHANGE.topic}:`;

/**
 * Tells servers that share a database of each other's changes by `LISTEN` and `NOTIFY`, on one connection of its own. While that is lost, it is opened
 * again and again, and everybody is told to look every `pollMs`; so also for good on an engine that has no `LISTEN`.
 *
 * @throws TypeError, RangeError for options
 */
export function postgresNotifications(options: PostgresNotificationsOptions): Notifications {
  const { connectionString, channel, pollMs, timeoutMs, timer, random } = readOptions(options);
  const listeners = changeListeners();
  const log: Log = (event) => listeners.log(event);
  const waiting = new Set<string>();
  let client: pg.Client | undefined;
  /** Below each connection, encrypted or not: what can be let go of without asking the other end. */
  const sockets = new WeakMap<pg.Client, Socket>();
  let state: 'new' | 'running' | 'stopped' = 'new';
  let retryMs = FIRST_RETRY_MS;
  let told = false;
  let sending: Promise<void> | undefined;
  let connecting: Promise<void> | undefined;
  const handles: { retry?: unknown; poll?: unknown; probe?: unknown } = {};

  function hear(from: pg.Client, payload: string | undefined): void {
    const [, topic, id] = PAYLOAD.exec(payload ?? '') ?? [];
    if (from !== client) {
      return;
    }
    if (payload === ANY_PAYLOAD) {
      listeners.tell(ANY_CHANGE);
    } else if (topic !== undefined && id !== undefined) {
      listeners.tell({ topic, id });
    }
  }

  /** @throws such as for a certificate that can not be read */
  function newClient(): pg.Client {
    const socket = new Socket();
    const opened = new pg.Client({
      connectionString,
      stream: () => socket,
      application_name: 'tacit-notifications',
      keepAlive: true,
      connectionTimeoutMillis: timeoutMs,
      query_timeout: timeoutMs,
    });
    sockets.set(opened, socket);
    opened.on('error', (error) => lose(opened, error));
    opened.on('end', () => lose(opened, undefined));
    opened.on('notification', ({ processId, payload }) => {
      // What this server said itself its listeners heard when it said it.
      if (processId !== processIdOf(opened)) {
        hear(opened, payload);
      }
    });
    return opened;
  }

  async function connect(): Promise<void> {
    let opened: pg.Client | undefined;
    try {
      opened = newClient();
      await opened.connect();
      await opened.query(`listen "${channel}"`);
    } catch (error) {
      if (opened !== undefined) {
        discard(opened);
      }
      failed(error);
      return;
    }
    if (state !== 'running') {
      discard(opened);
      return;
    }
    client = opened;
    retryMs = FIRST_RETRY_MS;
    timer.clear(handles.poll);
    if (told) {
      // Whatever was said while this server could not hear it.
      told = false;
      log({ level: 'info', event: 'notifications-back' });
      listeners.tell(ANY_CHANGE);
    }
    probe(opened);
    send();
  }

  function lose(lost: pg.Client, error: unknown): void {
    if (lost === client) {
      client = undefined;
      timer.clear(handles.probe);
      discard(lost);
      failed(error ?? { code: '08006' });
    }
  }

  function failed(error: unknown): void {
    if (state !== 'running') {
      return;
    }
    if (!told) {
      told = true;
      log({ level: 'warn', event: 'notifications-lost', code: postgresFailure(error).code });
      poll();
    }
    const [byte = 0] = random(1);
    handles.retry = timer.set(reconnect, Math.round(retryMs * (0.5 + byte / 512)));
    retryMs = Math.min(2 * retryMs, MAX_RETRY_MS);
  }

  function reconnect(): void {
    connecting = connect();
  }

  function poll(): void {
    handles.poll = timer.set(() => {
      listeners.tell(ANY_CHANGE);
      poll();
    }, pollMs);
  }

  function probe(of: pg.Client): void {
    handles.probe = timer.set(() => {
      of.query('select 1').then(
        () => {
          if (of === client && state === 'running') {
            probe(of);
          }
        },
        (error: unknown) => lose(of, error),
      );
    }, PROBE_MS);
  }

  /** Says what waits, in one statement; what is published meanwhile waits for the next. */
  function send(): void {
    const to = client;
    if (to === undefined || sending !== undefined || waiting.size === 0) {
      return;
    }
    const payloads = [...waiting];
    waiting.clear();
    sending = to
      .query('select pg_notify($1, payload) from unnest($2::text[]) as payload', [channel, payloads])
      .then(
        () => undefined,
        (error: unknown) => {
          // Others may not have heard: they are told to look when there is a connection again.
          waiting.add(ANY_PAYLOAD);
          lose(to, error);
        },
      )
      .finally(() => {
        sending = undefined;
        send();
      });
  }

  return {
    publish(topic, id) {
      assertChange(topic, id);
      if (state === 'stopped') {
        return;
      }
      if (waiting.size >= MAX_WAITING) {
        waiting.clear();
        waiting.add(ANY_PAYLOAD);
      } else if (!waiting.has(ANY_PAYLOAD)) {
        waiting.add(`${topic}:${id}`);
      }
      listeners.tell({ topic, id } satisfies Change);
      send();
    },
    subscribe: (listener) => listeners.add(listener),
    async start(given) {
      if (state === 'new') {
        state = 'running';
        listeners.log = given.log;
        reconnect();
      }
      await connecting;
    },
    async stop() {
      state = 'stopped';
      for (const handle of Object.values(handles)) {
        timer.clear(handle);
      }
      listeners.clear();
      await connecting;
      // What was published last is told, too: others need not wait for their next look.
      while (sending !== undefined) {
        await sending;
      }
      const open = client;
      client = undefined;
      if (open !== undefined) {
        // An other end that has vanished never says that it is done.
        const patience = timer.set(() => sockets.get(open)?.destroy(), timeoutMs);
        await open.end();
        timer.clear(patience);
      }
    },
  };
}

/** Of the server's process behind a connection, by which it signs its notifications. */
function processIdOf(client: pg.Client): number | undefined {
  return (client as unknown as { processID?: number }).processID;
}

/** Lets go of a connection that is of no use any more; that it ends with an error is nothing new. */
function discard(client: pg.Client): void {
  client.end().catch(() => undefined);
}

function readOptions(options: PostgresNotificationsOptions) {
  const given: unknown = options;
  assertObject(given, 'options');
  const { channel = 'tacit', pollMs = 2_000, timeoutMs = 5_000, timer = platformTimer } = options;
  const random = options.random ?? ((length: number) => crypto.getRandomValues(new Uint8Array(length)));
  const connectionString = assertConnectionString(options.connectionString);
  if (typeof channel !== 'string') {
    throw new TypeError('channel must be a string');
  }
  if (!/^[a-z][a-z0-9_]{0,62}$/.test(channel)) {
    throw new RangeError('channel must be 1-63 characters of a-z 0-9 _, beginning with a letter');
  }
  assertNumberBetween(pollMs, 'pollMs', 100, 60_000);
  assertNumberBetween(timeoutMs, 'timeoutMs', 100, 60_000);
  const checked: unknown = random;
  assertFunction(checked, 'random');
  return { connectionString, channel, pollMs, timeoutMs, timer, random };
}
