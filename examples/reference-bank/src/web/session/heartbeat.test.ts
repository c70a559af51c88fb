import { describe, expect, it, vi } from 'vitest';
import { createHeartbeat } from './heartbeat';

function harness() {
  let now = 0;
  let pending: { run: () => void; at: number } | undefined;
  const send = vi.fn();
  const heartbeat = createHeartbeat({
    everyMs: 15_000,
    clock: () => now,
    send,
    setTimer: (run, afterMs) => {
      pending = { run, at: now + afterMs };
      return 1;
    },
    clearTimer: () => {
      pending = undefined;
    },
  });
  const goTo = (time: number): void => {
    now = time;
    if (pending && pending.at <= now) {
      const { run } = pending;
      pending = undefined;
      run();
    }
  };
  return { heartbeat, send, goTo };
}

describe('createHeartbeat', () => {
  it('beats at the first action and not again for a while', () => {
    const { heartbeat, send, goTo } = harness();
    heartbeat.beat();
    goTo(5_000);
    heartbeat.beat();
    heartbeat.beat();
    expect(send).toHaveBeenCalledTimes(1);
  });

  it('never loses the last action', () => {
    const { heartbeat, send, goTo } = harness();
    heartbeat.beat();
    goTo(5_000);
    heartbeat.beat();
    goTo(14_999);
    expect(send).toHaveBeenCalledTimes(1);
    goTo(15_000);
    expect(send).toHaveBeenCalledTimes(2);
    goTo(60_000);
    expect(send).toHaveBeenCalledTimes(2);
  });

  it('beats at once after a pause', () => {
    const { heartbeat, send, goTo } = harness();
    heartbeat.beat();
    goTo(15_000);
    heartbeat.beat();
    expect(send).toHaveBeenCalledTimes(2);
  });

  it('is silent once stopped', () => {
    const { heartbeat, send, goTo } = harness();
    heartbeat.beat();
    goTo(1_000);
    heartbeat.beat();
    heartbeat.stop();
    goTo(60_000);
    expect(send).toHaveBeenCalledTimes(1);
  });
});
