import { expect, it, vi } from 'vitest';
import { type ConnectionState, type ConsoleChange, type EventStream, listenToConsole } from './console-events';

/** A stream that a test speaks for, and a timer that it runs. */
function scene({ mayAskAgain = true } = {}) {
  const streams: Array<EventStream & { readyState: number; say: (type: string, data?: unknown) => void; isClosed: boolean }> = [];
  const timers = new Map<number, { work: () => void; ms: number }>();
  let next = 0;
  const states: ConnectionState[] = [];
  const changes: ConsoleChange[] = [];
  const onEnd = vi.fn();
  const onRefused = vi.fn(async () => mayAskAgain);
  const stop = listenToConsole({
    open: () => {
      const listeners = new Map<string, (event: Event) => void>();
      const stream = {
        readyState: 0,
        isClosed: false,
        addEventListener: (type: string, listener: (event: Event) => void) => void listeners.set(type, listener),
        close: () => {
          stream.isClosed = true;
        },
        say: (type: string, data?: unknown) => listeners.get(type)?.(new MessageEvent(type, { data })),
      };
      streams.push(stream);
      return stream;
    },
    onChange: (change) => changes.push(change),
    onState: (state) => states.push(state),
    onRefused,
    onEnd,
    timer: {
      set: (work, ms) => {
        next += 1;
        timers.set(next, { work, ms });
        return next;
      },
      clear: (handle) => void timers.delete(handle as number),
    },
  });
  const run = (ms: number) => {
    for (const [handle, timer] of [...timers]) {
      if (timer.ms === ms) {
        timers.delete(handle);
        timer.work();
      }
    }
  };
  return { streams, states, changes, timers, run, stop, onEnd, onRefused };
}

const last = <T>(list: readonly T[]): T => list.at(-1) as T;

it('tells changes, and has everything looked at when the stream is there', () => {
  const { streams, states, changes } = scene();
  last(streams).say('open');
  last(streams).say('change', '{"topic":"session","id":"a.b"}');
  last(streams).say('change', '{"topic":"weather","id":"a.b"}');
  expect(states).toEqual(['connecting', 'live']);
  expect(changes).toEqual([
    { topic: 'any', id: '' },
    { topic: 'session', id: 'a.b' },
  ]);
});

it('looks at everything every five seconds while the browser connects again, and then no more', () => {
  const { streams, states, changes, run, timers } = scene();
  last(streams).say('open');
  last(streams).say('error');
  run(5_000);
  run(5_000);
  expect(changes).toHaveLength(3);
  expect(last(states)).toBe('reconnecting');
  expect(streams).toHaveLength(1);
  last(streams).say('open');
  expect(last(states)).toBe('live');
  expect(timers.size).toBe(0);
});

it('asks again, ever later, where the stream was refused', async () => {
  const { streams, run, onRefused } = scene();
  for (const wait of [1_000, 2_000, 4_000, 8_000, 15_000, 15_000]) {
    last(streams).readyState = 2;
    last(streams).say('error');
    await Promise.resolve();
    const before = streams.length;
    run(wait);
    expect(streams).toHaveLength(before + 1);
  }
  expect(onRefused).toHaveBeenCalledTimes(6);
});

it('ends with the session of the operator, and when nobody may ask any more', async () => {
  const ended = scene();
  last(ended.streams).say('end', '{"code":"ERR_SESSION_LOCKED"}');
  expect(ended.onEnd).toHaveBeenCalledOnce();
  expect(last(ended.streams).isClosed).toBe(true);
  const refused = scene({ mayAskAgain: false });
  last(refused.streams).readyState = 2;
  last(refused.streams).say('error');
  await Promise.resolve();
  await Promise.resolve();
  expect(refused.timers.size).toBe(0);
  expect(refused.streams).toHaveLength(1);
});

it('is silent once it was stopped', () => {
  const { streams, states, timers, stop } = scene();
  last(streams).say('error');
  stop();
  last(streams).say('error');
  expect(states).toEqual(['connecting', 'reconnecting']);
  expect(timers.size).toBe(0);
});
