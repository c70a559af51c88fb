import { describe, expect, it, vi } from 'vitest';
import { evidenceTurn } from './evidence-turn';
import { fakeLocks } from './fake-locks.test-support';
import { manualTime } from './test-support';

/** A tab that notes when its turn begins and ends, and works until it is aborted. */
function setup() {
  const time = manualTime();
  const locks = fakeLocks();
  const log: string[] = [];
  function tab(name: string) {
    const turn = evidenceTurn('test', locks, time.timer);
    const controller = new AbortController();
    const taken = turn.take(controller.signal, async (signal) => {
      log.push(`${name} begins`);
      await new Promise<void>((resolve) => {
        signal.addEventListener('abort', () => resolve());
        if (signal.aborted) {
          resolve();
        }
      });
      log.push(`${name} ends`);
    });
    return { turn, controller, taken };
  }
  return { time, locks, log, tab };
}

const calm = () => new Promise((resolve) => setImmediate(resolve));

describe('evidenceTurn', () => {
  it('is one tab’s at a time, and handed on', async () => {
    const { tab, log, time } = setup();
    const [first, second] = [tab('first'), tab('second')];
    await calm();
    expect(log).toEqual(['first begins']);
    first.controller.abort();
    await first.taken;
    await calm();
    expect(log).toEqual(['first begins', 'first ends', 'second begins']);
    second.controller.abort();
    await second.taken;
    expect(time.pending).toBe(0);
  });

  it('does not come to who waits no more, or never wanted it', async () => {
    const { tab, log } = setup();
    const [first, second] = [tab('first'), tab('second')];
    second.controller.abort();
    await second.taken;
    first.controller.abort();
    await first.taken;
    await calm();
    const work = vi.fn();
    for (const locks of [undefined, fakeLocks()]) {
      await evidenceTurn('test', locks, manualTime().timer).take(AbortSignal.abort(), work);
    }
    expect(log).toEqual(['first begins', 'first ends']);
    expect(work).not.toHaveBeenCalled();
  });

  it('is taken away from a tab that gives no sign of life, which stops then', async () => {
    const { tab, log, time } = setup();
    const first = tab('first');
    const second = tab('second');
    await calm();
    second.turn.asked();
    second.turn.asked();
    expect(time.pending).toBe(1);
    time.advance(14_999);
    await calm();
    expect(log).toEqual(['first begins']);
    time.advance(1);
    await calm();
    expect(log.toSorted()).toEqual(['first begins', 'first ends', 'second begins']);
    await first.taken;
    expect(time.pending).toBe(0);
  });

  it('stays with a tab that gives one', async () => {
    const { tab, log, time } = setup();
    const first = tab('first');
    const second = tab('second');
    await calm();
    second.turn.asked();
    time.advance(14_000);
    second.turn.heard();
    time.advance(60_000);
    await calm();
    expect([log, time.pending]).toEqual([['first begins'], 0]);
    // Nobody is asked by the one who has it.
    first.turn.asked();
    expect(time.pending).toBe(0);
  });

  it('is everybody’s where there are no locks, or the page may have none', async () => {
    const forbidding = { request: () => Promise.reject(new DOMException('no', 'SecurityError')) } as unknown as LockManager;
    for (const locks of [undefined, forbidding]) {
      const work = vi.fn(async () => undefined);
      await evidenceTurn('test', locks, manualTime().timer).take(new AbortController().signal, work);
      expect(work).toHaveBeenCalledTimes(1);
    }
  });

  it('passes on what the work fails with, and hands the turn on', async () => {
    const { tab, locks, time, log } = setup();
    const failing = evidenceTurn('test', locks, time.timer).take(new AbortController().signal, () => Promise.reject(new Error('broken')));
    const next = tab('next');
    await expect(failing).rejects.toThrow('broken');
    await calm();
    expect(log).toEqual(['next begins']);
    next.controller.abort();
    await next.taken;
  });
});
