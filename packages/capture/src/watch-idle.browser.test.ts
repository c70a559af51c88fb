import { expect, it, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { watchIdle } from './watch-idle';

/** For a browser that is slow today; nothing is measured by it. */
const PATIENCE = { timeout: 10_000 };

it('locks and unlocks all who share a channel of the browser', async () => {
  const seen: string[] = [];
  const watch = (name: string) =>
    watchIdle({ channel: 'tacit-test', onLock: () => seen.push(`${name} locked`), onActive: () => seen.push(`${name} active`) });
  const [first, second] = [watch('first'), watch('second')];
  first.start();
  second.start();
  expect(first.acrossTabs).toBe(true);
  first.lockNow();
  await vi.waitUntil(() => second.state === 'locked', PATIENCE);
  second.unlock();
  await vi.waitUntil(() => first.state === 'active', PATIENCE);
  expect(seen).toEqual(['first locked', 'second locked', 'second active', 'first active']);
  first.destroy();
  second.destroy();
});

it('hears the keys and the pointer of a person, and not those of a script', async () => {
  const beats: number[] = [];
  const watcher = watchIdle({ channel: false, onActivity: ({ at }) => beats.push(at) });
  const button = document.body.appendChild(document.createElement('button'));
  button.textContent = 'here';
  watcher.start();
  document.dispatchEvent(new KeyboardEvent('keydown', { key: 'a' }));
  expect(beats).toHaveLength(0);
  await userEvent.click(button);
  expect(beats).toHaveLength(1);
  watcher.destroy();
});
