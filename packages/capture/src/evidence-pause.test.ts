import { describe, expect, it } from 'vitest';
import { evidencePause } from './evidence-pause';
import { manualTime } from './test-support';

function setup(byte = 0) {
  const time = manualTime();
  const pause = evidencePause({
    timer: time.timer,
    random: (length) => new Uint8Array(length).fill(byte),
    firstMs: 1_000,
    longestMs: 60_000,
  });
  /** How long the pause lasts from now on. */
  const length = () => {
    const start = time.now;
    while (pause.isOn) {
      time.advance(1);
    }
    return time.now - start;
  };
  return { time, pause, length };
}

describe('evidencePause', () => {
  it('doubles after each failure up to its longest, and begins anew after a success', () => {
    const { pause, length } = setup();
    const lengths = Array.from({ length: 9 }, () => {
      pause.afterFailure();
      return length();
    });
    expect(lengths).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
    pause.afterSuccess();
    pause.afterFailure();
    expect(length()).toBe(500);
  });

  it('is spread over as long again, so that pages do not come back together', () => {
    const { pause, length } = setup(255);
    pause.afterFailure();
    expect(length()).toBeGreaterThan(990);
  });

  it.each([0, 255])('is never shorter than the server said, and a little longer', (byte) => {
    const { pause, length } = setup(byte);
    pause.asTold(30_000);
    pause.afterFailure();
    pause.cutShort();
    const ms = length();
    expect(ms).toBeGreaterThanOrEqual(30_000);
    expect(ms).toBeLessThan(33_000);
  });

  it('does not ask in a loop where the server says 0', () => {
    const { pause, length } = setup();
    pause.asTold(0);
    expect(length()).toBe(500);
  });

  it('that the server did not ask for ends soon once the network is back', () => {
    const { pause, length } = setup(128);
    for (let failure = 0; failure < 9; failure++) {
      pause.afterFailure();
    }
    pause.cutShort();
    expect(length()).toBe(500);
    pause.cutShort();
    expect(pause.isOn).toBe(false);
  });

  it('is waited for by all, who wake together or when they are aborted', async () => {
    const { pause, time } = setup();
    const woken: string[] = [];
    const controller = new AbortController();
    pause.afterFailure();
    void pause.end().then(() => woken.push('first'));
    void pause.end(controller.signal).then(() => woken.push('aborted'));
    await Promise.resolve();
    controller.abort();
    await Promise.resolve();
    expect(woken).toEqual(['aborted']);
    time.advance(500);
    await Promise.resolve();
    expect(woken).toEqual(['aborted', 'first']);
    await pause.end();
    expect(time.pending).toBe(0);
  });

  it('goes by timers alone: a machine that slept makes nobody come back early, nor at once in numbers', () => {
    const { pause, time } = setup();
    pause.asTold(60_000);
    time.sleep(3_600_000);
    expect(pause.isOn).toBe(true);
    time.advance(1);
    expect(pause.isOn).toBe(false);
    expect(time.pending).toBe(0);
  });

  it('has one timer, and none once it is stopped', () => {
    const { pause, time } = setup();
    pause.afterFailure();
    pause.asTold(5_000);
    pause.shortly();
    expect(time.pending).toBe(1);
    pause.stop();
    expect([time.pending, pause.isOn]).toEqual([0, false]);
  });
});
