import { expect, it } from 'vitest';
import { TacitServerError } from './errors';
import { doOrPutOff, RETRY_MS } from './put-off';
import type { NewRecord } from './store';
import { startedTestContext } from './testing-context';

const DAY = 86_400_000;

async function begin() {
  const ctx = await startedTestContext();
  const due: NewRecord = { kind: 'notice', subject: '', id: 'first', body: new Uint8Array(1), at: ctx.clock(), due: ctx.clock() };
  await ctx.store.transaction((tx) => tx.insert(due));
  const failing = (error: Error) => () => doOrPutOff(ctx, { ...due, keptMs: DAY }, () => Promise.reject(error));
  const kept = () => ctx.store.transaction((tx) => tx.get('notice', '', 'first'));
  return { ctx, due, failing, kept };
}

it.each(['ERR_RECORD_CORRUPT', 'ERR_TEMPLATE_VERSION', 'ERR_DATA_KEY_ERASED', 'ERR_KEY_WRONG'] as const)(
  'puts off for an hour what fails with %s, and deletes it when its time is over',
  async (code) => {
    const { ctx, due, failing, kept } = await begin();
    const attempt = failing(new TacitServerError(code));
    await attempt();
    expect(ctx.events).toEqual([{ level: 'error', event: 'record-unreadable', kind: 'notice', code }]);
    expect(await kept()).toMatchObject({ ...due, due: ctx.clock() + RETRY_MS });
    ctx.advance(DAY - 1);
    await attempt();
    expect(await kept()).toMatchObject({ due: ctx.clock() + RETRY_MS });
    ctx.advance(RETRY_MS);
    await attempt();
    expect(await kept()).toBeUndefined();
  },
);

it.each([new TacitServerError('ERR_KEY_PROVIDER'), new TacitServerError('ERR_STORE_FAILED'), new TypeError('a slip')])(
  'leaves everything as it is where it is not of one customer: %s',
  async (error) => {
    const { ctx, due, failing, kept } = await begin();
    ctx.advance(2 * DAY);
    await expect(failing(error)()).rejects.toBe(error);
    expect(await kept()).toMatchObject(due);
    expect(ctx.events).toEqual([]);
  },
);

it('leaves what another server has done meanwhile', async () => {
  const { ctx, due, kept } = await begin();
  const later = ctx.clock() + 5;
  await doOrPutOff(ctx, due, async () => {
    await ctx.store.transaction((tx) => tx.put({ ...due, due: later }));
    throw new TacitServerError('ERR_RECORD_CORRUPT');
  });
  expect((await kept())?.due).toBe(later);
  ctx.advance(5);
  await doOrPutOff(ctx, due, async () => {
    await ctx.store.transaction((tx) => tx.delete(due.kind, due.subject, due.id));
    throw new TacitServerError('ERR_RECORD_CORRUPT');
  });
  expect(await kept()).toBeUndefined();
});
