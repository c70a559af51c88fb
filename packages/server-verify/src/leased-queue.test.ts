import { expect, it } from 'vitest';
import { TacitServerError } from './errors';
import { memoryStore } from './memory-store';
import { deliverDue, enqueueMail } from './outbox';
import type { Store } from './store';
import { startedTestContext } from './testing-context';
import { deferred } from './testing-postgres-store';

it('a round whose store fails for one entry ends when what is on its way has ended, and says so', async () => {
  const plain = memoryStore();
  let failing = false;
  const store: Store = {
    ...plain,
    transaction(work) {
      if (failing) {
        failing = false;
        return Promise.reject(new TacitServerError('ERR_STORE_BUSY'));
      }
      return plain.transaction(work);
    },
  };
  const ctx = await startedTestContext({ store });
  for (const subject of ['alice', 'bob']) {
    await store.transaction(async (tx) => {
      await ctx.createDataKey(tx, subject);
      const message = { subject: 'Your code', text: 'The code is 12345678.' };
      await enqueueMail(ctx, tx, { subject, to: `${subject}@example.com`, message, kind: 'email-code' });
    });
  }
  const [begun, gate] = [deferred(), deferred()];
  let delivering = 0;
  let ended = false;
  const round = deliverDue(ctx, {
    name: 'recording',
    async deliver() {
      if (++delivering === 2) {
        begun.resolve();
        await gate.promise;
        return;
      }
      await begun.promise;
      // What notes this one as delivered.
      failing = true;
    },
  });
  round.then(
    () => undefined,
    () => {
      ended = true;
    },
  );
  await expect.poll(() => failing || delivering < 2).toBe(false);
  for (let turn = 0; turn < 5; turn++) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(ended).toBe(false);
  gate.resolve();
  await expect(round).rejects.toMatchObject({ code: 'ERR_STORE_BUSY' });
  // The other was noted; the one that was not is sent again when its lease has run out.
  const left = await Promise.all(['alice', 'bob'].map((subject) => plain.transaction((tx) => tx.count('outbox', subject))));
  expect(left.sort()).toEqual([0, 1]);
});
