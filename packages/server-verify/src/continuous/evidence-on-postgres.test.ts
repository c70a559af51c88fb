import { afterAll, beforeAll, expect, it } from 'vitest';
import { postgres } from '../postgres';
import type { Store } from '../store';
import { seededRandom, startedTestContext, testKeyring } from '../testing-context';
import { type TestDatabase, testDatabase } from '../testing-postgres';
import { batchOf, testJudge, worker } from './testing-evidence';

let database: TestDatabase;
let stores: Store[];
beforeAll(async () => {
  database = await testDatabase();
  stores = [postgres({ connectionString: database.url }), postgres({ connectionString: database.url })];
}, 120_000);
afterAll(async () => {
  await Promise.all(stores.map((store) => store.close()));
  await database.close();
});

const SESSIONS = 4;
const BATCHES = process.env.TACIT_SOAK === '1' ? 100 : 10;

it('takes every batch once, of sessions that go to two servers at the same time', async () => {
  const keyring = testKeyring(seededRandom(1));
  const policy = { session: { idleMs: 3_600_000 }, continuous: { groupMs: 0, keysPerSecond: 1_000 } };
  const servers = await Promise.all(
    stores.map(async (store, i) => testJudge({ ctx: await startedTestContext({ store, keyring, policy, seed: 20 + i }) })),
  );
  const [first, second] = servers as [Awaited<ReturnType<typeof testJudge>>, Awaited<ReturnType<typeof testJudge>>];
  const anna = worker(1);
  await Promise.all(
    Array.from({ length: SESSIONS }, async (_, customer) => {
      const session = await first.session(`customer-${customer}`);
      const { stream } = await first.open(session);
      for (let seq = 1; seq <= BATCHES; seq++) {
        const batch = batchOf({ stream, seq, floor: 0, typing: [anna.window({ length: 25 })] });
        // A page whose first try was answered too late for it sends it again, to wherever the balancer takes it.
        for (;;) {
          const both = await Promise.allSettled([first.judge.submit({ session, batch }), second.judge.submit({ session, batch })]);
          if (both.some(({ status }) => status === 'fulfilled')) {
            break;
          }
          expect(both).toMatchObject(both.map(() => ({ reason: { code: 'ERR_STORE_BUSY' } })));
        }
      }
      expect((await second.history(session))?.counts).toMatchObject({ batches: BATCHES, keys: 25 * BATCHES });
      await second.end(session);
    }),
  );
  for (let customer = 0; customer < SESSIONS; customer++) {
    expect(await first.summaries(`customer-${customer}`)).toMatchObject([{ keys: 25 * BATCHES, taught: true }]);
  }
});
