import { expect, it } from 'vitest';
import { TransactionQueue } from './transaction-queue';

const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('runs one at a time, in order, also after a failure', async () => {
  const queue = new TransactionQueue();
  const log: string[] = [];
  const work = (name: string, fail = false) =>
    queue.run(async () => {
      log.push(`${name} begins`);
      await tick();
      log.push(`${name} ends`);
      if (fail) {
        throw new Error(name);
      }
      return name;
    });
  const results = await Promise.allSettled([work('a'), work('b', true), work('c')]);
  expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
});

it('refuses work inside work, but not work that follows, nor work begun inside and run after', async () => {
  const queue = new TransactionQueue();
  await expect(queue.run(() => queue.run(async () => 1))).rejects.toMatchObject({ code: 'ERR_STORE_NESTED' });
  let later: Promise<number> = Promise.resolve(0);
  await queue.run(async () => {
    expect(queue.insideTransaction()).toBe(true);
    later = tick()
      .then(tick)
      .then(() => queue.run(async () => 7));
  });
  expect(queue.insideTransaction()).toBe(false);
  expect(await later).toBe(7);
});

it('tells its own transactions from those of another queue', async () => {
  const [first, second] = [new TransactionQueue(), new TransactionQueue()];
  expect(await first.run(() => second.run(async () => 'inner'))).toBe('inner');
});

it('sees through a transaction of another queue in between', async () => {
  const [first, second] = [new TransactionQueue(), new TransactionQueue()];
  await expect(first.run(() => second.run(() => first.run(async () => 1)))).rejects.toMatchObject({ code: 'ERR_STORE_NESTED' });
});
