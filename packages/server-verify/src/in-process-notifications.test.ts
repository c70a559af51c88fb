import { expect, it } from 'vitest';
import { inProcessNotifications } from './in-process-notifications';
import type { LogEvent } from './log';

it('tells every listener at once, until it goes or all is stopped', async () => {
  const notifications = inProcessNotifications();
  const heard: string[] = [];
  const unsubscribe = notifications.subscribe(({ topic, id }) => heard.push(`first ${topic} ${id}`));
  notifications.subscribe(({ topic, id }) => heard.push(`second ${topic} ${id}`));
  notifications.publish('session', 'a.b');
  unsubscribe();
  unsubscribe();
  notifications.publish('alert', 'c');
  await notifications.stop();
  notifications.publish('alert', 'd');
  expect(heard).toEqual(['first session a.b', 'second session a.b', 'second alert c']);
});

it('logs a listener that throws by its code, and tells the others', async () => {
  const notifications = inProcessNotifications();
  const events: LogEvent[] = [];
  const heard: string[] = [];
  await notifications.start({ log: (event) => events.push(event) });
  notifications.subscribe(() => {
    throw new RangeError('alice');
  });
  notifications.subscribe(({ id }) => heard.push(id));
  notifications.publish('session', 'a');
  expect([heard, events]).toEqual([['a'], [{ level: 'error', event: 'listener-failed', code: 'RangeError' }]]);
});

it.each([
  ['', 'a', RangeError],
  ['Session', 'a', RangeError],
  ['session', '', RangeError],
  ['session', 'a b', RangeError],
  ['session', 'x'.repeat(129), RangeError],
  ['session', 5 as unknown as string, TypeError],
])('refuses %j %j', (topic, id, kind) => {
  expect(() => inProcessNotifications().publish(topic, id)).toThrow(kind);
});
