import { describe, expect, it } from 'vitest';
import type { LogEvent } from './log';
import type { Change, Notifications } from './notifications';
import { type PostgresNotificationsOptions, postgresNotifications } from './postgres';
import { databaseOfEachTest, proxyTo } from './testing-postgres-database';
import { type ManualTime, manualTime } from './testing-timer';

const database = databaseOfEachTest();

interface Server {
  notifications: Notifications;
  time: ManualTime;
  events: LogEvent[];
  heard: string[];
  /** Resolves when this was heard. */
  hears(what: string): Promise<void>;
}

async function server(options: Partial<PostgresNotificationsOptions> = {}): Promise<Server> {
  const time = manualTime();
  const events: LogEvent[] = [];
  const heard: string[] = [];
  let waiting: Array<() => void> = [];
  const notifications = postgresNotifications({
    connectionString: database.url,
    timer: time.timer,
    random: (length) => new Uint8Array(length).fill(128),
    ...options,
  });
  notifications.subscribe(({ topic, id }: Change) => {
    heard.push(`${topic}:${id}`);
    const told = waiting;
    waiting = [];
    for (const tell of told) {
      tell();
    }
  });
  await notifications.start({ log: (event) => events.push(event) });
  const made: Server = {
    notifications,
    time,
    events,
    heard,
    async hears(what) {
      while (!heard.includes(what)) {
        await new Promise<void>((resolve) => {
          waiting.push(resolve);
        });
      }
    },
  };
  database.atEnd(() => notifications.stop());
  return made;
}

const kill = () => database.kill("application_name = 'tacit-notifications'");
const say = (payload: string) => database.ask('select pg_notify($1, $2)', ['tacit', payload]);

describe('notifications on PostgreSQL', () => {
  it('are heard by every server once, by the own one at once', async () => {
    const [one, two, three] = await Promise.all([server(), server(), server()]);
    one.notifications.publish('session', 's-1.x:y_z');
    expect(one.heard).toEqual(['session:s-1.x:y_z']);
    await Promise.all([two.hears('session:s-1.x:y_z'), three.hears('session:s-1.x:y_z')]);
    // What follows arrives after it, so a second telling would be seen.
    two.notifications.publish('alert', 'a-1');
    await Promise.all([one.hears('alert:a-1'), three.hears('alert:a-1')]);
    expect([one, two, three].map(({ heard }) => heard)).toEqual(Array.from({ length: 3 }, () => ['session:s-1.x:y_z', 'alert:a-1']));
    expect([one.events, two.events, three.events]).toEqual([[], [], []]);
  });

  it('are apart by channel', async () => {
    const [one, two, other] = await Promise.all([server(), server(), server({ channel: 'other_bank' })]);
    one.notifications.publish('session', 'mine');
    await two.hears('session:mine');
    other.notifications.publish('session', 'theirs');
    one.notifications.publish('session', 'last');
    await two.hears('session:last');
    expect([two.heard, other.heard]).toEqual([['session:mine', 'session:last'], ['session:theirs']]);
  });

  it('go on when the connection was lost, and tell everybody to look in between', async () => {
    const [one, two] = await Promise.all([server(), server()]);
    await kill();
    while (one.events.length === 0 || two.events.length === 0) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(two.events).toEqual([{ level: 'warn', event: 'notifications-lost', code: '57P01' }]);
    one.notifications.publish('session', 'meanwhile');
    expect([one.heard, two.heard]).toEqual([['session:meanwhile'], []]);
    // 250 ms, give or take, to the next try.
    two.time.advance(260);
    await two.hears('any:');
    one.time.advance(260);
    await one.hears('any:');
    // What could not be told is told now.
    await two.hears('session:meanwhile');
    two.notifications.publish('session', 'after');
    await one.hears('session:after');
    expect(two.events.at(-1)).toEqual({ level: 'info', event: 'notifications-back' });
  });

  it('have the others look where it is not known whether they heard', async () => {
    const proxy = await proxyTo(database.url);
    const cut = proxy.cutAt('pg_notify');
    const [one, two] = await Promise.all([server({ connectionString: proxy.url }), server()]);
    one.notifications.publish('session', 'lost');
    await cut;
    while (one.events.length === 0) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    one.time.advance(260);
    await two.hears('any:');
    expect(two.heard).toEqual(['any:']);
    await one.notifications.stop();
    await proxy.close();
  });

  it('fall back on looking every two seconds where nobody can be heard, and try again ever more seldom', async () => {
    const lonely = await server({ connectionString: 'postgres://tacit:secret@127.0.0.1:1/nowhere' });
    expect(lonely.events).toEqual([{ level: 'warn', event: 'notifications-lost', code: 'ECONNREFUSED' }]);
    lonely.notifications.publish('session', 'mine');
    lonely.time.advance(10_000);
    expect(lonely.heard).toEqual(['session:mine', 'any:', 'any:', 'any:', 'any:', 'any:']);
    await lonely.notifications.stop();
    expect([lonely.time.waiting, lonely.events.length]).toEqual([0, 1]);
  });

  it('are told before they stop, also what was published last', async () => {
    const [one, two] = await Promise.all([server(), server()]);
    // The first is on its way while the second waits.
    one.notifications.publish('session', 'first');
    one.notifications.publish('session', 'second');
    await one.notifications.stop();
    await two.hears('session:second');
    expect(two.heard).toEqual(['session:first', 'session:second']);
  });

  it('stop within their time where the database has vanished', async () => {
    const proxy = await proxyTo(database.url);
    const one = await server({ connectionString: proxy.url, timeoutMs: 60_000 });
    proxy.mute();
    let stopped = false;
    const stopping = one.notifications.stop().then(() => {
      stopped = true;
    });
    while (one.time.waiting === 0) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    one.time.advance(59_999);
    await database.ask('select 1');
    expect(stopped).toBe(false);
    one.time.advance(1);
    await stopping;
    expect(one.time.waiting).toBe(0);
    await proxy.close();
  });

  it('leave no timer behind where they stop while they look whether the connection is there', async () => {
    const one = await server();
    one.time.advance(15_000);
    one.notifications.publish('session', 'last');
    await one.notifications.stop();
    expect(one.time.waiting).toBe(0);
  });

  it('say by a code that what they need to connect is not there, and try again', async () => {
    const lonely = await server({ connectionString: `${database.url}?sslmode=verify-full&sslrootcert=/nowhere/root.crt` });
    lonely.time.advance(2_000);
    expect([lonely.events, lonely.heard]).toEqual([[{ level: 'warn', event: 'notifications-lost', code: 'ENOENT' }], ['any:']]);
  });

  it('take no notice of what is none', async () => {
    const [one, two] = await Promise.all([server(), server()]);
    for (const payload of [
      '',
      'session',
      'Session:x',
      'session:',
      'session:a b',
      `session:${'x'.repeat(129)}`,
      '{"topic":"session"}',
      `${'s'.repeat(33)}:x`,
    ]) {
      await say(payload);
    }
    one.notifications.publish('session', 'real');
    await two.hears('session:real');
    expect(two.heard).toEqual(['session:real']);
  });

  it('tell a flood as one hint to look', async () => {
    const [one, two] = await Promise.all([server(), server()]);
    for (let i = 0; i < 5_000; i++) {
      one.notifications.publish('session', `s-${i}`);
    }
    expect(one.heard).toHaveLength(5_000);
    await two.hears('any:');
    one.notifications.publish('session', 'after');
    await two.hears('session:after');
    expect(two.heard.length).toBeLessThan(1_010);
  });

  it('tell one change of many in a row once', async () => {
    const [one, two] = await Promise.all([server(), server()]);
    for (let i = 0; i < 50; i++) {
      one.notifications.publish('session', 'same');
    }
    one.notifications.publish('session', 'last');
    await two.hears('session:last');
    // One may be on its way while the others gather.
    expect(two.heard.filter((change) => change === 'session:same').length).toBeLessThanOrEqual(2);
  });

  it('reach the others when one listener fails, which is logged by its code', async () => {
    const one = await server();
    one.notifications.subscribe(() => {
      throw new TypeError('alice');
    });
    const after: string[] = [];
    const unsubscribe = one.notifications.subscribe(({ id }) => after.push(id));
    one.notifications.publish('session', 'a');
    unsubscribe();
    one.notifications.publish('session', 'b');
    expect([one.heard, after]).toEqual([['session:a', 'session:b'], ['a']]);
    expect(one.events).toEqual(Array.from({ length: 2 }, () => ({ level: 'error', event: 'listener-failed', code: 'TypeError' })));
  });

  it('refuse a topic and an id out of bounds, and are silent when stopped', async () => {
    const one = await server();
    expect(() => one.notifications.publish('Session', 'a')).toThrow(RangeError);
    expect(() => one.notifications.publish('session', 'a b')).toThrow(RangeError);
    expect(() => one.notifications.publish('session', 5 as unknown as string)).toThrow(TypeError);
    await one.notifications.stop();
    one.notifications.publish('session', 'late');
    expect(one.heard).toEqual([]);
    const left = "select 1 from pg_stat_activity where application_name = 'tacit-notifications' and datname = current_database()";
    while ((await database.ask(left)).length !== 0) {
      // The server takes a moment to see that it is gone.
    }
  });

  it.each([
    ['no address', { connectionString: undefined as unknown as string }, TypeError],
    ['another address', { connectionString: 'http://user:secret@host/' }, RangeError],
    ['a channel out of bounds', { channel: 'a"; drop' }, RangeError],
    ['a time out of bounds', { pollMs: 1 }, RangeError],
  ])('refuses %s, without repeating it', (_name, options, kind) => {
    const make = () => postgresNotifications({ connectionString: 'postgres://h/d', ...options });
    expect(make).toThrow(kind);
    expect(make).not.toThrow(/secret/);
  });
});
