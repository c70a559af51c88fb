import { describe, expect, it } from 'vitest';
import { listFailedAlertDeliveries, retryAlertDelivery } from './alert-deliveries';
import type { AlertDelivery, AlertMessage, AlertSink } from './alert-sinks';
import { raiseAlert } from './alerts';
import { ensureCustomer } from './customers';
import { alertsSettled, deliverAlerts } from './deliver-alerts';
import { TacitServerError } from './errors';
import type { Timer } from './job-runner';
import { memoryStore } from './memory-store';
import { startedTestContext, type TestContext } from './testing-context';
import { manualTime } from './testing-timer';
import { testVerifier } from './testing-verifier';

const never: Timer = { set: () => 0, clear: () => undefined };
const going = new AbortController().signal;
const DELIVER = { timer: never, signal: going };

/** Customers by their id with the host; their pseudonyms come back. */
async function context({ store = memoryStore(), seed = 1, sinks = ['hook'] as readonly string[] } = {}) {
  const ctx = await startedTestContext({ store, seed, alertSinks: sinks });
  const subjects = await store.transaction(async (tx) => ({
    anna: (await ensureCustomer(ctx, tx, { hostSubject: 'cust-anna' })).subject,
    bob: (await ensureCustomer(ctx, tx, { hostSubject: 'cust-bob' })).subject,
  }));
  return { ctx, ...subjects };
}

const raise = (ctx: TestContext, subject: string, detail: Record<string, string | number> = { by: 'owner' }) =>
  ctx.store.transaction((tx) => raiseAlert(ctx, tx, { subject, code: 'card-lost', detail }));

const queued = (ctx: TestContext, subject: string) => ctx.store.transaction((tx) => tx.count('alert-delivery', subject));

interface Recording extends AlertSink {
  alerts: AlertMessage[];
  attempts: number;
}

function recording(name = 'hook', fails: () => boolean = () => false): Recording {
  const sink: Recording = {
    name,
    alerts: [],
    attempts: 0,
    async deliver(alert) {
      sink.attempts++;
      if (fails()) {
        throw new TacitServerError('ERR_ALERT_REFUSED');
      }
      sink.alerts.push(alert);
    },
  };
  return sink;
}

describe('deliverAlerts', () => {
  it('hands each alert to each sink, once, with code, time, customer and detail', async () => {
    const { ctx, anna } = await context({ sinks: ['hook', 'desk'] });
    const { id } = await raise(ctx, anna);
    const sinks = [recording('hook'), recording('desk')];
    const at = ctx.clock();
    expect(await deliverAlerts(ctx, sinks, DELIVER)).toEqual({ delivered: 2, failed: 0 });
    expect(await deliverAlerts(ctx, sinks, DELIVER)).toEqual({ delivered: 0, failed: 0 });
    const message = { version: 1, id, code: 'card-lost', at, customer: 'cust-anna', detail: { by: 'owner' } };
    expect(sinks.map(({ alerts }) => alerts)).toEqual([[message], [message]]);
    expect(await queued(ctx, anna)).toBe(0);
  });

  it('queues nothing where there is no sink, and nothing for a sink that comes later', async () => {
    const store = memoryStore();
    const { ctx, anna } = await context({ store, sinks: [] });
    await raise(ctx, anna);
    expect(await queued(ctx, anna)).toBe(0);
    const later = recording();
    const { ctx: next } = await context({ store, seed: 2 });
    expect(await deliverAlerts(next, [later], DELIVER)).toEqual({ delivered: 0, failed: 0 });
    await raise(next, anna);
    expect(await deliverAlerts(next, [later], DELIVER)).toEqual({ delivered: 1, failed: 0 });
  });

  it('queues nothing when the transaction of the alert fails', async () => {
    const { ctx, anna } = await context();
    const failed = ctx.store.transaction(async (tx) => {
      await raiseAlert(ctx, tx, { subject: anna, code: 'card-lost' });
      throw new Error('on purpose');
    });
    await expect(failed).rejects.toThrow('on purpose');
    expect(await deliverAlerts(ctx, [recording()], DELIVER)).toEqual({ delivered: 0, failed: 0 });
  });

  it('tries again after 10 s, 1 min, 5 min and 30 min, then leaves it to an operator', async () => {
    const { ctx, anna } = await context();
    const { id: alert } = await raise(ctx, anna);
    let broken = true;
    const sink = recording('hook', () => broken);
    for (const wait of [0, 10_000, 60_000, 300_000, 1_800_000]) {
      if (wait > 0) {
        ctx.advance(wait - 1);
        expect(await deliverAlerts(ctx, [sink], DELIVER)).toEqual({ delivered: 0, failed: 0 });
        ctx.advance(1);
      }
      expect(await listFailedAlertDeliveries(ctx)).toEqual([]);
      expect(await deliverAlerts(ctx, [sink], DELIVER)).toEqual({ delivered: 0, failed: 1 });
    }
    ctx.advance(86_400_000);
    await deliverAlerts(ctx, [sink], DELIVER);
    expect(sink.attempts).toBe(5);
    const [failed] = await listFailedAlertDeliveries(ctx);
    expect(failed).toMatchObject({ subject: anna, alert, sink: 'hook', failures: 5, code: 'ERR_ALERT_REFUSED' });
    broken = false;
    await retryAlertDelivery(ctx, failed!.id);
    expect(await deliverAlerts(ctx, [sink], DELIVER)).toEqual({ delivered: 1, failed: 0 });
    expect(sink.alerts.map(({ id }) => id)).toEqual([alert]);
    await expect(retryAlertDelivery(ctx, failed!.id)).rejects.toMatchObject({ code: 'ERR_ALERT_DELIVERY_UNKNOWN' });
    await expect(retryAlertDelivery(ctx, 'nonsense')).rejects.toMatchObject({ code: 'ERR_ALERT_DELIVERY_UNKNOWN' });
  });

  it('does not let a sink that is down hold up another', async () => {
    const { ctx, anna } = await context({ sinks: ['down', 'up'] });
    for (let i = 0; i < 30; i++) {
      ctx.advance(1);
      await raise(ctx, anna, { number: i });
    }
    const down = recording('down', () => true);
    const up = recording('up');
    const result = await deliverAlerts(ctx, [down, up], DELIVER);
    expect(up.alerts).toHaveLength(30);
    // Four may be under way when the first has failed.
    expect(down.attempts).toBeLessThanOrEqual(4);
    expect(result).toEqual({ delivered: 30, failed: down.attempts });
    // What was put off has not failed: it has all its tries left.
    ctx.advance(10_000);
    const mended = recording('down');
    await deliverAlerts(ctx, [mended, up], DELIVER);
    expect(mended.alerts).toHaveLength(30);
  });

  it('does not let alerts of a customer who can not be read hold up those of others', async () => {
    const { ctx, anna, bob } = await context();
    for (let i = 0; i < 6; i++) {
      await raise(ctx, anna);
    }
    ctx.advance(1);
    for (let i = 0; i < 6; i++) {
      await raise(ctx, bob);
    }
    await ctx.store.transaction(async (tx) => {
      const record = await tx.get('customer', anna, 'customer');
      await tx.put({ ...record!, body: new Uint8Array(40) });
    });
    const sink = recording();
    expect(await deliverAlerts(ctx, [sink], DELIVER)).toEqual({ delivered: 6, failed: 6 });
    expect(new Set(sink.alerts.map(({ customer }) => customer))).toEqual(new Set(['cust-bob']));
    expect(ctx.events).toHaveLength(6);
    expect(ctx.events[0]).toMatchObject({ event: 'alert-delivery-failed', code: 'ERR_RECORD_CORRUPT', failures: 1 });
  });

  it('hands an alert of which the server crashed to another after two minutes, under the same id', async () => {
    const store = memoryStore();
    const { ctx, anna } = await context({ store });
    const { id } = await raise(ctx, anna);
    void deliverAlerts(ctx, [{ name: 'hook', deliver: () => new Promise(() => undefined) }], DELIVER);
    const { ctx: other } = await context({ store, seed: 2 });
    const sink = recording();
    other.advance(119_999);
    expect(await deliverAlerts(other, [sink], DELIVER)).toEqual({ delivered: 0, failed: 0 });
    other.advance(1);
    expect(await deliverAlerts(other, [sink], DELIVER)).toEqual({ delivered: 1, failed: 0 });
    expect(sink.alerts.map((alert) => alert.id)).toEqual([id]);
  });

  it('makes one delivery at a time over many servers', async () => {
    const store = memoryStore();
    const { ctx, anna } = await context({ store });
    const servers = [ctx, (await context({ store, seed: 2 })).ctx, (await context({ store, seed: 3 })).ctx];
    for (let i = 0; i < 20; i++) {
      await raise(ctx, anna);
    }
    const sink = recording();
    const results = await Promise.all(servers.map((server) => deliverAlerts(server, [sink], DELIVER)));
    expect(results.reduce((sum, { delivered }) => sum + delivered, 0)).toBe(20);
    expect(new Set(sink.alerts.map(({ id }) => id)).size).toBe(20);
    expect(sink.attempts).toBe(20);
  });

  it('gives up a sink that hangs after a minute, and tells it so', async () => {
    const { ctx, anna } = await context();
    await raise(ctx, anna);
    const fire = new Map<number, () => void>();
    const timer: Timer = { set: (work, ms) => fire.set(ms, work), clear: () => undefined };
    let told: AbortSignal | undefined;
    const hanging: AlertSink = {
      name: 'hook',
      deliver: (_alert, { signal }) => {
        told = signal;
        fire.get(60_000)!();
        return new Promise(() => undefined);
      },
    };
    expect(await deliverAlerts(ctx, [hanging], { timer, signal: going })).toEqual({ delivered: 0, failed: 1 });
    expect(told?.aborted).toBe(true);
    expect(ctx.events.at(-1)).toEqual({
      level: 'warn',
      event: 'alert-delivery-failed',
      sink: 'hook',
      code: 'ERR_ALERT_TIMEOUT',
      failures: 1,
    });
  });

  it('does not let a sink that hangs hold up another: the round ends without it, and it gets nothing more until it is done', async () => {
    const { ctx, anna } = await context({ sinks: ['hung', 'up'] });
    const time = manualTime();
    for (let i = 0; i < 6; i++) {
      ctx.advance(1);
      await raise(ctx, anna, { number: i });
    }
    const ends: Array<() => void> = [];
    const hung: AlertSink = { name: 'hung', deliver: () => new Promise((resolve) => ends.push(resolve)) };
    const up = recording('up');
    const settle = async () => {
      for (let i = 0; i < 200; i++) {
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    const first = deliverAlerts(ctx, [hung, up], { timer: time.timer, signal: going });
    await settle();
    // All four at once may have come to it.
    time.advance(2_000);
    await first;
    expect(up.alerts).toHaveLength(6);
    expect(ends.length).toBeLessThanOrEqual(4);
    const begun = ends.length;
    await raise(ctx, anna, { number: 6 });
    expect(await deliverAlerts(ctx, [hung, up], { timer: time.timer, signal: going })).toEqual({ delivered: 1, failed: 0 });
    expect(ends).toHaveLength(begun);
    let settled = false;
    const waiting = alertsSettled(ctx).then(() => {
      settled = true;
    });
    await settle();
    expect(settled).toBe(false);
    for (const end of ends) {
      end();
    }
    await waiting;
    // What was put off has all its tries, and what was taken late is not delivered again.
    ctx.advance(120_000);
    const mended = recording('hung');
    await deliverAlerts(ctx, [mended, up], { timer: time.timer, signal: going });
    expect(mended.alerts).toHaveLength(7 - begun);
    expect(ctx.events).toEqual([]);
    expect(await queued(ctx, anna)).toBe(0);
  });

  it('leaves what the end of the server cut off to the next, without counting it as a failure', async () => {
    const { ctx, anna } = await context();
    await raise(ctx, anna);
    const closing = new AbortController();
    const hanging: AlertSink = {
      name: 'hook',
      deliver: () => {
        closing.abort();
        return new Promise(() => undefined);
      },
    };
    expect(await deliverAlerts(ctx, [hanging], { timer: never, signal: closing.signal })).toEqual({ delivered: 0, failed: 0 });
    expect(ctx.events).toEqual([]);
    const sink = recording();
    ctx.advance(120_000);
    await deliverAlerts(ctx, [sink], DELIVER);
    expect(sink.alerts).toHaveLength(1);
  });

  it('counts a sink that this server does not know as one that failed, and drops an alert that is no more', async () => {
    const { ctx, anna, bob } = await context();
    await raise(ctx, anna);
    expect(await deliverAlerts(ctx, [recording('other')], DELIVER)).toEqual({ delivered: 0, failed: 1 });
    expect(ctx.events.at(-1)).toMatchObject({ sink: 'hook', code: 'ERR_ALERT_SINK_UNKNOWN' });
    const { id } = await raise(ctx, bob);
    await ctx.store.transaction((tx) => tx.delete('alert', bob, id.slice(id.indexOf('.') + 1)));
    const sink = recording();
    await deliverAlerts(ctx, [sink], DELIVER);
    expect([sink.attempts, await queued(ctx, bob)]).toEqual([0, 0]);
  });

  it('sends the mails of a delivery once, and none of one that failed', async () => {
    const { ctx, anna } = await context();
    await raise(ctx, anna);
    let fails = true;
    let late: AlertDelivery['queueMail'] | undefined;
    const sink: AlertSink = {
      name: 'hook',
      async deliver({ code }, { queueMail }) {
        queueMail({ to: 'desk@bank.test', subject: code, text: 'see the console' });
        late = queueMail;
        if (fails) {
          throw new TacitServerError('ERR_ALERT_DELIVERY');
        }
      },
    };
    const mails = () => ctx.store.transaction((tx) => tx.count('outbox', anna));
    await deliverAlerts(ctx, [sink], DELIVER);
    expect(await mails()).toBe(0);
    fails = false;
    ctx.advance(10_000);
    await deliverAlerts(ctx, [sink], DELIVER);
    late?.({ to: 'desk@bank.test', subject: 'too late', text: 'x' });
    expect(await mails()).toBe(1);
  });

  it.each([
    ['another address beside it', { to: 'a@bank.test, b@bank.test', subject: 's', text: 't' }],
    ['a second header', { to: 'a@bank.test', subject: 's\r\nbcc: b@bank.test', text: 't' }],
    ['no text', { to: 'a@bank.test', subject: 's', text: '' }],
  ])('refuses a mail with %s', async (_what, mail) => {
    const { ctx, anna } = await context();
    await raise(ctx, anna);
    const sink: AlertSink = { name: 'hook', deliver: async (_alert, { queueMail }) => queueMail(mail) };
    expect(await deliverAlerts(ctx, [sink], DELIVER)).toEqual({ delivered: 0, failed: 1 });
    expect(ctx.events.at(-1)).toMatchObject({ code: 'RangeError' });
  });

  it('keeps what waits sealed, and erases it with the customer', async () => {
    const { ctx, anna } = await context();
    await raise(ctx, anna);
    const [record] = await ctx.store.transaction((tx) => tx.list('alert-delivery', anna, { limit: 1 }));
    expect(Buffer.from(record!.body).includes('hook')).toBe(false);
    await ctx.store.transaction((tx) => tx.deleteSubject(anna));
    ctx.forgetDataKey(anna);
    expect(await deliverAlerts(ctx, [recording()], DELIVER)).toEqual({ delivered: 0, failed: 0 });
  });

  it('survives an erasure during the delivery', async () => {
    const { ctx, anna } = await context();
    await raise(ctx, anna);
    const erasing: AlertSink = {
      name: 'hook',
      async deliver(_alert, { queueMail }) {
        queueMail({ to: 'desk@bank.test', subject: 'x', text: 'x' });
        await ctx.store.transaction((tx) => tx.deleteSubject(anna));
        ctx.forgetDataKey(anna);
      },
    };
    expect(await deliverAlerts(ctx, [erasing], DELIVER)).toEqual({ delivered: 1, failed: 0 });
    expect(await ctx.store.transaction((tx) => tx.count('outbox', anna))).toBe(0);
  });

  it('deletes what was given up when the alert itself is over', async () => {
    const { ctx, anna } = await context();
    await raise(ctx, anna);
    for (let i = 0; i < 5; i++) {
      await deliverAlerts(ctx, [recording('hook', () => true)], DELIVER);
      ctx.advance(1_800_000);
    }
    expect(await queued(ctx, anna)).toBe(1);
    ctx.advance(90 * 86_400_000);
    await deliverAlerts(ctx, [recording()], DELIVER);
    expect(await queued(ctx, anna)).toBe(0);
  });
});

describe('createVerifier with alertSinks', () => {
  it('delivers by its jobs, also after the keys were rotated, and erases what waits', async () => {
    let broken = true;
    const sink = recording('hook', () => broken);
    const bank = await testVerifier({ alertSinks: [sink] });
    const { subject } = await bank.store.transaction((tx) => ensureCustomer(bank.ctx, tx, { hostSubject: 'anna', status: 'active' }));
    await bank.ctx.store.transaction((tx) => raiseAlert(bank.ctx, tx, { subject, code: 'card-lost' }));
    await bank.verifier.runJobs();
    expect([sink.attempts, sink.alerts]).toEqual([1, []]);
    await bank.verifier.rotateKeys();
    broken = false;
    bank.advance(10_000);
    await bank.verifier.runJobs();
    expect(sink.alerts).toMatchObject([{ code: 'card-lost', customer: 'anna' }]);

    broken = true;
    await bank.ctx.store.transaction((tx) => raiseAlert(bank.ctx, tx, { subject, code: 'card-lost' }));
    await bank.verifier.runJobs();
    expect((await bank.verifier.exportSubject({ subject: 'anna' })).records['alert-delivery']).toMatchObject([{ failures: 1 }]);
    await bank.verifier.eraseSubject({ subject: 'anna' });
    expect(await bank.store.transaction((tx) => tx.count('alert-delivery', subject))).toBe(0);
    broken = false;
    bank.advance(10_000);
    await bank.verifier.runJobs();
    expect(sink.alerts).toHaveLength(1);
    await bank.verifier.close();
  });

  it.each<[string, unknown, ErrorConstructor]>([
    ['no array', {}, TypeError],
    ['a function', [() => undefined], TypeError],
    ['a sink without a name', [{ deliver: async () => undefined }], TypeError],
    ['a name with a capital', [{ name: 'Hook', deliver: async () => undefined }], RangeError],
    ['a sink that delivers nothing', [{ name: 'hook' }], TypeError],
    ['two of one name', [recording(), recording()], RangeError],
    ['17 sinks', Array.from({ length: 17 }, (_, i) => recording(`hook-${i}`)), RangeError],
  ])('refuses %s', async (_what, alertSinks, error) => {
    await expect(testVerifier({ alertSinks: alertSinks as AlertSink[] })).rejects.toThrow(error);
  });
});
