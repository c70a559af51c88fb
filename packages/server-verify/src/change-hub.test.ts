import { describe, expect, it } from 'vitest';
import { raiseAlert } from './alerts';
import { createChangeHub, LOOK_MS } from './change-hub';
import type { Context } from './context';
import { ensureCustomer } from './customers';
import { inProcessNotifications } from './in-process-notifications';
import { memoryStore } from './memory-store';
import type { Change } from './notifications';
import { startedTestContext } from './testing-context';
import { recordingStore } from './testing-stores';
import { manualTime } from './testing-timer';

const SESSION = { subject: 'subject', id: 'session' };

async function settle(): Promise<void> {
  for (let i = 0; i < 30; i++) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function openHub() {
  const store = recordingStore(memoryStore());
  const ctx = await startedTestContext({ store });
  const time = manualTime();
  const hub = createChangeHub(ctx, time.timer);
  const look = async () => {
    time.advance(LOOK_MS);
    await settle();
  };
  return { ctx, store, time, hub, look };
}

const touch = (ctx: Context, id = SESSION.id) =>
  ctx.store.transaction((tx) => tx.put({ kind: 'session', subject: SESSION.subject, id, body: new Uint8Array(1), at: 1, due: null }));

describe('the hub of changes', () => {
  it('looks at nothing while nobody waits, and again at nothing once nobody does', async () => {
    const { store, time, hub, look } = await openHub();
    expect(time.waiting).toBe(0);
    const stop = hub.watchSession(SESSION, () => undefined);
    const stopAll = hub.watchAll(() => undefined);
    await look();
    expect(store.calls).toContain('get session');
    expect(store.calls).toContain('listKind alert');
    stop();
    stopAll();
    stop();
    store.calls.length = 0;
    await look();
    expect(time.waiting).toBe(0);
    expect(store.calls).toEqual([]);
  });

  it('tells of a session at once where somebody told of it, and only those who wait for it', async () => {
    const { ctx, hub } = await openHub();
    const heard: string[] = [];
    hub.watchSession(SESSION, () => heard.push('first'));
    hub.watchSession(SESSION, () => heard.push('second'));
    hub.watchSession({ ...SESSION, id: 'other' }, () => heard.push('other'));
    ctx.notifications.publish('session', 'subject.session');
    ctx.notifications.publish('alert', 'subject.session');
    expect(heard).toEqual(['first', 'second']);
    await hub.close();
    ctx.notifications.publish('session', 'subject.session');
    expect(heard).toHaveLength(2);
  });

  it('finds by looking what nobody told of, and tells it once', async () => {
    const { ctx, hub, look } = await openHub();
    let heard = 0;
    hub.watchSession(SESSION, () => heard++);
    await look();
    // The first look: something may have changed before it.
    expect(heard).toBe(1);
    await look();
    expect(heard).toBe(1);
    await touch(ctx);
    await look();
    expect(heard).toBe(2);
    await hub.close();
  });

  it('finds sessions that are checked and alerts for whoever watches everything', async () => {
    const { ctx, hub, look } = await openHub();
    ctx.notifications.publish = () => undefined;
    const heard: Change[] = [];
    hub.watchAll((change) => heard.push(change));
    await look();
    expect(heard).toEqual([
      { topic: 'any', id: '' },
      { topic: 'any', id: '' },
    ]);
    heard.length = 0;
    const alert = await ctx.store.transaction(async (tx) => {
      const { subject } = await ensureCustomer(ctx, tx, { hostSubject: 'anna' });
      await tx.put({ kind: 'continuous', ...SESSION, body: new Uint8Array(1), at: 1, due: null });
      return raiseAlert(ctx, tx, { subject, code: 'session-doubt' });
    });
    await look();
    expect(heard).toEqual([
      { topic: 'session', id: 'subject.session' },
      { topic: 'alert', id: alert.id },
    ]);
    heard.length = 0;
    await ctx.store.transaction((tx) => tx.delete('continuous', SESSION.subject, SESSION.id));
    await look();
    expect(heard).toEqual([{ topic: 'session', id: 'subject.session' }]);
    await hub.close();
  });

  it('tells whoever watches more than it looks at to look himself, at every fifth look', async () => {
    const { ctx, hub, look } = await openHub();
    await ctx.store.transaction(async (tx) => {
      for (let i = 0; i < 1_001; i++) {
        await tx.insert({ kind: 'alert', subject: 's', id: `a${i}`, body: new Uint8Array(1), at: 1, due: null });
      }
    });
    const heard: Change[] = [];
    hub.watchAll((change) => heard.push(change));
    await look();
    heard.length = 0;
    for (let i = 0; i < 10; i++) {
      await look();
    }
    expect(heard).toEqual([
      { topic: 'any', id: '' },
      { topic: 'any', id: '' },
    ]);
    await hub.close();
  });

  it('goes on looking after a failure of the store, and says so by its code', async () => {
    const { ctx, hub, look } = await openHub();
    const { transaction } = ctx.store;
    let heard = 0;
    hub.watchSession(SESSION, () => heard++);
    ctx.store.transaction = async () => {
      throw new Error('the store is down');
    };
    await look();
    expect(ctx.events).toEqual([{ level: 'warn', event: 'look-failed', code: 'Error' }]);
    ctx.store.transaction = transaction;
    await look();
    expect(heard).toBe(1);
    await hub.close();
  });

  it('gathers what came of evidence, and tells of it by name, or of many at once', async () => {
    const { ctx, time, hub } = await openHub();
    const published: string[] = [];
    const { publish } = ctx.notifications;
    ctx.notifications.publish = (topic, id) => {
      published.push(`${topic} ${id}`);
      publish(topic, id);
    };
    const heard: Change[] = [];
    let own = 0;
    hub.watchAll((change) => heard.push(change));
    hub.watchSession(SESSION, () => own++);
    hub.evidenceCame(SESSION);
    hub.evidenceCame(SESSION);
    expect(heard).toEqual([]);
    time.advance(250);
    expect(heard).toEqual([{ topic: 'session', id: 'subject.session' }]);
    for (let i = 0; i < 1_000; i++) {
      hub.evidenceCame({ ...SESSION, id: `s${i}` });
    }
    time.advance(250);
    expect(heard.slice(1)).toEqual([{ topic: 'session', id: '' }]);
    expect(published).toEqual(['evidence subject.session', 'evidence many']);
    // Whoever waits for the session itself has the answer to the batch.
    expect(own).toBe(0);
    await hub.close();
  });

  it('looks at many sessions a hundred at a time', async () => {
    const { store, hub, look } = await openHub();
    for (let i = 0; i < 250; i++) {
      hub.watchSession({ ...SESSION, id: `s${i}` }, () => undefined);
    }
    store.calls.length = 0;
    await look();
    expect(store.calls.filter((call) => call === 'begin')).toHaveLength(3);
    expect(store.calls.filter((call) => call === 'get session')).toHaveLength(250);
    await hub.close();
  });

  it('tells those who wait for a session of everything that may have been missed', async () => {
    const notifications = inProcessNotifications();
    const ctx = await startedTestContext();
    const tell: Array<(change: Change) => void> = [];
    Object.assign(ctx, { notifications: { ...notifications, subscribe: (listener: (change: Change) => void) => tell.push(listener) } });
    const hub = createChangeHub(ctx, manualTime().timer);
    let heard = 0;
    hub.watchSession(SESSION, () => heard++);
    tell[0]?.({ topic: 'any', id: '' });
    expect(heard).toBe(1);
  });
});
