import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { at, countListeners, type ManualTime, manualTime } from './test-support';
import { type WatchIdleOptions, watchIdle } from './watch-idle';

const START = 1_700_000_000_000;

/** Channels of one origin that deliver at once, or when a frozen tab wakes. */
class FakeChannel {
  static readonly open = new Set<FakeChannel>();
  frozen = false;
  onmessage: ((event: MessageEvent) => void) | null = null;
  private readonly queue: unknown[] = [];

  constructor(readonly name: string) {
    FakeChannel.open.add(this);
  }

  postMessage(data: unknown): void {
    for (const other of FakeChannel.open) {
      if (other !== this && other.name === this.name) {
        other.queue.push(structuredClone(data));
        other.deliver();
      }
    }
  }

  deliver(): void {
    while (!this.frozen && this.queue.length > 0) {
      const event = new MessageEvent('message', { data: this.queue.shift() });
      this.onmessage?.(event);
    }
  }

  close(): void {
    FakeChannel.open.delete(this);
  }
}

function tab(time: ManualTime, options: WatchIdleOptions = {}) {
  const log: string[] = [];
  const page = document.implementation.createHTMLDocument('tab');
  vi.spyOn(page, 'visibilityState', 'get').mockReturnValue('visible');
  const watcher = watchIdle({
    clock: time.clock,
    timer: time.timer,
    target: page,
    onWarn: ({ remainingMs }) => log.push(`warn ${remainingMs}`),
    onActive: ({ reason }) => log.push(`active ${reason}`),
    onLock: ({ reason }) => log.push(`lock ${reason}`),
    onActivity: (event) => log.push(`beat ${event.at - START}`),
    ...options,
  });
  const before = new Set(FakeChannel.open);
  watcher.start();
  const channel = [...FakeChannel.open].find((open) => !before.has(open));
  const act = (type = 'keydown', trusted = true) => page.dispatchEvent(at(new Event(type), time.now, trusted));
  return { watcher, log, page, act, channel };
}

let time: ManualTime;

beforeEach(() => {
  time = manualTime(START);
  vi.stubGlobal('BroadcastChannel', FakeChannel);
});

afterEach(() => {
  FakeChannel.open.clear();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe('one tab', () => {
  it('warns after three quarters of the time and locks at its end, 2 min by default', () => {
    const { watcher, log } = tab(time);
    expect([watcher.state, watcher.remainingMs]).toEqual(['active', 120_000]);
    time.advance(89_999);
    expect(log).toEqual([]);
    time.advance(1);
    expect([watcher.state, watcher.remainingMs, log]).toEqual(['warned', 30_000, ['warn 30000']]);
    time.advance(29_999);
    expect(watcher.state).toBe('warned');
    time.advance(1);
    expect([watcher.state, watcher.remainingMs, log]).toEqual(['locked', 0, ['warn 30000', 'lock idle']]);
    expect(time.pending).toBe(0);
  });

  it.each(['keydown', 'pointerdown', 'pointermove', 'wheel', 'touchmove', 'visibilitychange'])('%s is activity', (type) => {
    const { watcher, act } = tab(time);
    time.advance(60_000);
    act(type);
    expect(watcher.remainingMs).toBe(120_000);
  });

  it('what a script sends is none, nor is a page that is hidden', () => {
    const { watcher, act, page } = tab(time);
    time.advance(60_000);
    act('keydown', false);
    vi.spyOn(page, 'visibilityState', 'get').mockReturnValue('hidden');
    act('visibilitychange');
    expect(watcher.remainingMs).toBe(60_000);
    watcher.reportActivity();
    expect(watcher.remainingMs).toBe(120_000);
  });

  it('activity answers a warning', () => {
    const { watcher, act, log } = tab(time, { warnAfterMs: 10_000, lockAfterMs: 20_000 });
    time.advance(15_000);
    act();
    expect(watcher.state).toBe('active');
    expect(log).toEqual(['warn 10000', 'beat 15000', 'active activity']);
    time.advance(10_000);
    expect(watcher.state).toBe('warned');
    time.advance(10_000);
    expect(watcher.state).toBe('locked');
  });

  it('locks at once when the machine wakes, even by the hand that wakes it', () => {
    const byHand = tab(time);
    time.sleep(3_600_000);
    byHand.act('pointermove');
    expect([byHand.watcher.state, byHand.log]).toEqual(['locked', ['lock idle']]);
    const byTimer = tab(time, { channel: false });
    time.sleep(3_600_000);
    time.advance(0);
    expect(byTimer.watcher.state).toBe('locked');
  });

  it('a clock that was set back gives no time beyond the whole', () => {
    const { watcher } = tab(time);
    time.now -= 86_400_000;
    expect(watcher.remainingMs).toBe(120_000);
    time.advance(120_000);
    expect(watcher.remainingMs).toBe(0);
  });

  it('activity does not lift a lock; unlock() does', () => {
    const { watcher, act, log } = tab(time);
    time.advance(120_000);
    act();
    watcher.reportActivity();
    expect(watcher.state).toBe('locked');
    watcher.unlock();
    expect([watcher.state, watcher.remainingMs, log.at(-1)]).toEqual(['active', 120_000, 'active unlock']);
    time.advance(120_000);
    expect(watcher.state).toBe('locked');
  });

  it('tells of activity at once, then once per 20 s, and does not lose the last', () => {
    const { act, log } = tab(time, { lockAfterMs: 86_400_000 });
    act();
    for (let i = 0; i < 50; i++) {
      time.advance(1_000);
      act();
    }
    time.advance(60_000);
    expect(log).toEqual(['beat 0', 'beat 19000', 'beat 39000', 'beat 50000']);
  });

  it('sets few timers for many events', () => {
    const set = vi.spyOn(time.timer, 'set');
    const { act } = tab(time, { lockAfterMs: 86_400_000 });
    for (let i = 0; i < 10_000; i++) {
      time.advance(1);
      act('pointermove');
    }
    expect(set.mock.calls.length).toBeLessThan(30);
  });

  it('a lock from within a callback holds', () => {
    const { watcher, act, log } = tab(time, { onActivity: () => watcher.lockNow() });
    time.advance(100_000);
    act();
    expect(watcher.state).toBe('locked');
    expect(time.pending).toBe(0);
    // Nobody is told that a locked page is active.
    expect(log).toEqual(['warn 30000', 'lock requested']);
  });

  it('a warning that a callback answers is not given twice', () => {
    const { watcher, log } = tab(time, { onWarn: () => watcher.reportActivity(), lockAfterMs: 20_000, warnAfterMs: 10_000 });
    time.advance(10_000);
    expect([watcher.state, log]).toEqual(['active', ['beat 10000', 'active activity']]);
  });
});

describe('several tabs', () => {
  it('activity in one keeps the others, to the second', () => {
    const [first, second] = [tab(time), tab(time)];
    for (let i = 0; i < 400; i++) {
      time.advance(1_000);
      first.act();
    }
    expect(second.watcher.state).toBe('active');
    expect(second.watcher.remainingMs).toBeGreaterThanOrEqual(119_000);
    // Only the tab in use tells the server.
    expect(second.log).toEqual([]);
    time.advance(120_000);
    expect([first.watcher.state, second.watcher.state]).toEqual(['locked', 'locked']);
  });

  it('the last moment of activity reaches the others too', () => {
    const [first, second] = [tab(time), tab(time)];
    first.act();
    time.advance(900);
    first.act();
    time.advance(1_000);
    expect(second.watcher.remainingMs).toBe(first.watcher.remainingMs);
  });

  it('a warning goes away in all', () => {
    const [first, second] = [tab(time), tab(time)];
    time.advance(100_000);
    first.act();
    expect([first.watcher.state, second.watcher.state]).toEqual(['active', 'active']);
    expect(second.log).toEqual(['warn 30000', 'active activity']);
  });

  it('lockNow() and unlock() reach all', () => {
    const [first, second] = [tab(time), tab(time)];
    second.act();
    time.advance(10);
    first.watcher.lockNow();
    expect([first.log.at(-1), second.log.at(-1)]).toEqual(['lock requested', 'lock other-tab']);
    // Neither activity nor a message of it lifts a lock that was asked for.
    second.act();
    expect([first.watcher.state, second.watcher.state]).toEqual(['locked', 'locked']);
    second.watcher.unlock();
    expect([first.watcher.state, second.watcher.state]).toEqual(['active', 'active']);
    expect([first.log.at(-1), second.log.at(-1)]).toEqual(['active unlock', 'active unlock']);
  });

  it('a tab that was frozen neither locks one in use nor stays locked beside it', () => {
    const [frozen, used] = [tab(time), tab(time)];
    frozen.channel!.frozen = true;
    for (let i = 0; i < 10; i++) {
      time.sleep(60_000);
      used.act();
    }
    frozen.act('visibilitychange');
    expect(used.watcher.state).toBe('active');
    frozen.channel!.frozen = false;
    frozen.channel!.deliver();
    expect([frozen.watcher.state, used.watcher.state]).toEqual(['active', 'active']);
    expect(frozen.log).toEqual(['lock idle', 'active activity']);
  });

  it('a tab that slept through a lock and its lifting comes back with the others', () => {
    const [frozen, used] = [tab(time), tab(time)];
    frozen.channel!.frozen = true;
    used.watcher.lockNow();
    used.watcher.unlock();
    for (let i = 0; i < 10; i++) {
      time.sleep(60_000);
      used.act();
    }
    frozen.act('visibilitychange');
    frozen.channel!.frozen = false;
    frozen.channel!.deliver();
    expect([frozen.watcher.state, used.watcher.state]).toEqual(['active', 'active']);
  });

  it('a lock that was asked for is not lifted by a tab that missed it', () => {
    const [first, second] = [tab(time), tab(time)];
    second.channel!.frozen = true;
    first.watcher.lockNow();
    time.advance(3_000);
    second.act();
    expect(first.watcher.state).toBe('locked');
    second.channel!.frozen = false;
    second.channel!.deliver();
    expect([first.watcher.state, second.watcher.state]).toEqual(['locked', 'locked']);
  });

  it('a tab opened beside a locked one locks, whatever is done in it first', () => {
    const first = tab(time);
    time.advance(125_000);
    const second = tab(time);
    expect(second.watcher.state).toBe('locked');
    const third = tab(time, { channel: 'tacit-idle' });
    third.act();
    expect([first.watcher.state, third.watcher.state]).toEqual(['locked', 'locked']);
  });

  it('a tab whose greeting was lost is locked by what it says next', () => {
    const first = tab(time);
    first.channel!.frozen = true;
    const second = tab(time);
    first.watcher.lockNow();
    second.watcher.stop();
    time.advance(5_000);
    second.watcher.start();
    first.channel!.frozen = false;
    second.act();
    first.channel!.deliver();
    expect([first.watcher.state, second.watcher.state]).toEqual(['locked', 'locked']);
  });

  it('a time from the future, or from long ago, is not believed', () => {
    const { watcher, channel } = tab(time);
    const other = new FakeChannel('tacit-idle');
    time.advance(60_000);
    other.postMessage({ type: 'activity', at: START + 86_400_000 });
    expect(watcher.remainingMs).toBe(120_000);
    time.advance(60_000);
    watcher.lockNow();
    other.postMessage({ type: 'unlock', at: START - 86_400_000 });
    expect([watcher.state, channel?.frozen]).toEqual(['locked', false]);
  });

  it.each([
    null,
    'lock',
    {},
    { type: 'lock' },
    { type: 'explode', at: START },
    { type: 'lock', at: Number.NaN },
    { type: 'lock', at: '1' },
  ])('takes no notice of %j', (message) => {
    const { watcher } = tab(time);
    new FakeChannel('tacit-idle').postMessage(message);
    expect(watcher.state).toBe('active');
  });

  it('sessions with channels of their own do not hear each other', () => {
    const [first, second] = [tab(time, { channel: 'one' }), tab(time, { channel: 'two' })];
    first.watcher.lockNow();
    expect(second.watcher.state).toBe('active');
  });

  it('says when it watches this tab alone', () => {
    expect(tab(time).watcher.acrossTabs).toBe(true);
    expect(tab(time, { channel: false }).watcher.acrossTabs).toBe(false);
    vi.stubGlobal('BroadcastChannel', undefined);
    const { watcher } = tab(time);
    expect(watcher.acrossTabs).toBe(false);
    time.advance(120_000);
    expect(watcher.state).toBe('locked');
  });
});

describe('life', () => {
  it('listens from start() to stop() or destroy() only, and leaves no timer and no channel', () => {
    const page = document.implementation.createHTMLDocument('page');
    const count = countListeners(page, document, window);
    const watcher = watchIdle({ clock: time.clock, timer: time.timer, target: page });
    expect([count(), time.pending, FakeChannel.open.size, watcher.state]).toEqual([[0, 0, 0], 0, 0, 'stopped']);
    watcher.lockNow();
    watcher.unlock();
    expect(watcher.state).toBe('stopped');
    watcher.start();
    watcher.start();
    expect([count(), time.pending, FakeChannel.open.size]).toEqual([[6, 0, 0], 1, 1]);
    watcher.stop();
    watcher.stop();
    expect([count(), time.pending, FakeChannel.open.size, watcher.remainingMs]).toEqual([[0, 0, 0], 0, 0, 120_000]);
    watcher.start();
    watcher.destroy();
    expect([count(), time.pending, FakeChannel.open.size]).toEqual([[0, 0, 0], 0, 0]);
    expect(() => watcher.start()).toThrow(expect.objectContaining({ code: 'ERR_CAPTURE_DESTROYED' }));
  });

  it('says so where there is no document', () => {
    vi.stubGlobal('document', undefined);
    expect(() => watchIdle().start()).toThrow(expect.objectContaining({ code: 'ERR_CAPTURE_NO_DOCUMENT' }));
  });

  it.each([
    ['options', null, TypeError],
    ['lockAfterMs', { lockAfterMs: '2' }, TypeError],
    ['lockAfterMs', { lockAfterMs: 999 }, RangeError],
    ['lockAfterMs', { lockAfterMs: 86_400_001 }, RangeError],
    ['warnAfterMs', { warnAfterMs: 120_000 }, RangeError],
    ['warnAfterMs', { warnAfterMs: Number.NaN }, RangeError],
    ['heartbeatMs', { heartbeatMs: 1 }, RangeError],
    ['onLock', { onLock: 'lock' }, TypeError],
    ['clock', { clock: 1 }, TypeError],
    ['timer', { timer: 1 }, TypeError],
    ['channel', { channel: 'a b' }, RangeError],
    ['channel', { channel: true }, TypeError],
    ['target', { target: {} }, TypeError],
  ])('refuses a wrong %s', (name, options, kind) => {
    const call = () => Reflect.apply(watchIdle, undefined, [options]);
    expect(call).toThrow(kind);
    expect(call).toThrow(name);
  });
});
