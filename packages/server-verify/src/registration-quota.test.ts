import { expect, it } from 'vitest';
import { memoryStore } from './memory-store';
import { takeRegistration } from './registration-quota';
import { startedTestContext } from './testing-context';

it('gives one address so many an hour, each back an hour after it was taken, and leaves other addresses alone', async () => {
  const ctx = await startedTestContext({ store: memoryStore(), policy: { registration: { perHour: 2 } } });
  const take = (address = '192.0.2.7') => ctx.store.transaction((tx) => takeRegistration(ctx, tx, address));
  expect(await take()).toBeUndefined();
  ctx.advance(60_000);
  expect(await take()).toBeUndefined();
  expect(await take()).toBe(3_540_000);
  expect(await take('192.0.2.8')).toBeUndefined();
  ctx.advance(3_540_000);
  expect(await take()).toBeUndefined();
  expect(await take()).toBe(60_000);
});
