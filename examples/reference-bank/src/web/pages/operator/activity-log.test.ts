import { expect, it } from 'vitest';
import { ActivityLog } from './activity-log';

const at = (lastAt: number | null, keys: number, actions = 0) => ({ since: 0, lastAt, counts: { keys, actions } });

it('knows nothing of a session that it has not seen, or that has brought nothing', () => {
  const log = new ActivityLog();
  expect(log.rates('a')).toEqual([]);
  log.note('a', at(null, 0));
  expect(log.rates('a')).toEqual([]);
});

it('begins with the mean before it looked, and goes on in steps of half a minute', () => {
  const log = new ActivityLog();
  log.note('a', at(120_000, 200, 20));
  // Every few seconds: one figure.
  for (let second = 125; second <= 150; second += 5) {
    log.note('a', at(second * 1_000, 200 + (second - 120) * 2, 20));
  }
  log.note('a', at(180_000, 260, 50));
  expect(log.rates('a')).toEqual([
    { from: 0, to: 120_000, keysPerMinute: 100, actionsPerMinute: 10 },
    { from: 120_000, to: 150_000, keysPerMinute: 120, actionsPerMinute: 0 },
    { from: 150_000, to: 180_000, keysPerMinute: 0, actionsPerMinute: 60 },
  ]);
});

it('does not make a minute of a second, and takes no look twice', () => {
  const log = new ActivityLog();
  log.note('a', at(1_000, 50));
  log.note('a', at(1_000, 50));
  log.note('a', at(500, 10));
  expect(log.rates('a')).toEqual([{ from: 0, to: 1_000, keysPerMinute: 100, actionsPerMinute: 0 }]);
});

it('forgets the oldest sessions where there are too many', () => {
  const log = new ActivityLog();
  for (let i = 0; i <= 500; i += 1) {
    log.note(`s${i}`, at(60_000, 60));
  }
  expect(log.rates('s0')).toEqual([]);
  expect(log.rates('s1')).toHaveLength(1);
});
