import { describe, expect, it } from 'vitest';
import type { FreeTextRecording } from '../data/free-text-people';
import { cutStream, inSuccession, takeOver } from './typed-streams';

/** Keys of one class, 200 ms apart. */
function typed(keyClass: number, count: number, from = 0): FreeTextRecording {
  const press = Float64Array.from({ length: count }, (_, i) => from + 200 * i);
  return { session: '1', keys: new Uint8Array(count).fill(keyClass), press, release: press.map((time) => time + 90) };
}

describe('cutStream', () => {
  it('cuts windows without overlap, and a last one of 25 keys and more', () => {
    expect(cutStream(typed(11, 130), 50).map(({ from, to }) => [from, to])).toEqual([
      [0, 50],
      [50, 100],
      [100, 130],
    ]);
    expect(cutStream(typed(11, 124), 50)).toHaveLength(2);
  });

  it('ends windows at pauses between recordings', () => {
    const windows = cutStream(inSuccession([typed(11, 80), typed(12, 60, 5_000_000)]), 50);
    expect(windows.map(({ from, to }) => [from, to])).toEqual([
      [0, 50],
      [50, 80],
      [80, 130],
    ]);
    expect(windows.map(({ window }) => [...new Set(window.keys)])).toEqual([[11], [11], [12]]);
  });

  it('takes a release that came much too late for one that was missed', () => {
    const recording = typed(11, 50);
    recording.release[3] = 60_000;
    expect(cutStream(recording, 50)[0]?.window.hold[3]).toBeNaN();
  });
});

describe('takeOver', () => {
  const own = typed(11, 150);
  const cut = cutStream(own, 50);

  it('makes one window of what both typed, and counts what the other one did', () => {
    const taken = takeOver(own, cut, typed(12, 120, 9_000), 20, 50);
    expect(taken?.after).toBe(2);
    expect(taken?.windows.map(({ from, to }) => [from, to])).toEqual([
      [0, 30],
      [30, 80],
      [80, 120],
    ]);
    const keys = taken?.windows[0]?.window.keys ?? [];
    expect([...keys].filter((key) => key === 11)).toHaveLength(20);
    expect(taken?.windows[0]?.window.pressPress[19]).toBe(1_000);
  });

  it('may come at the end of a window', () => {
    const taken = takeOver(own, cut, typed(12, 60), 0, 50);
    expect(taken?.windows.map(({ from, to, window }) => [from, to, new Set(window.keys).size])).toEqual([[0, 50, 1]]);
  });

  it('needs a window of the customer', () => {
    expect(takeOver(typed(11, 10), [], typed(12, 60), 5, 50)).toBeUndefined();
  });
});
