import { POINTER_FEATURES, type PointerActions } from '@tacit-auth/features';
import { describe, expect, it } from 'vitest';
import { cutActions, type PointedSession, takeOverActions } from './pointed-streams';

/** Actions of half a second, one a second, all of whose numbers are `value`. */
function session(value: number, count: number): PointedSession {
  const start = Float64Array.from({ length: count }, (_, i) => 1_000 * i);
  const actions: PointerActions = {
    schema: 'pointer-actions/1',
    device: 'mouse',
    gridMs: 16,
    kinds: new Uint8Array(count),
    start,
    end: start.map((time) => time + 500),
    features: new Float64Array(count * POINTER_FEATURES.length).fill(value),
  };
  const at = Float64Array.from({ length: 20 * count }, (_, i) => 50 * i);
  return { actions, events: { kinds: new Uint8Array(at.length), at, x: at, y: at } };
}

describe('cutActions', () => {
  it('cuts windows of each session, with the events meanwhile', () => {
    const windows = cutActions([session(1, 25), session(2, 10)], 10);
    expect(windows.map(({ done, actions }) => [done, actions.kinds.length, actions.features[0]])).toEqual([
      [10, 10, 1],
      [20, 10, 1],
      [35, 10, 2],
    ]);
    expect([windows[1]?.events?.at[0], windows[1]?.events?.at.at(-1)]).toEqual([10_000, 19_500]);
  });
});

describe('takeOverActions', () => {
  const [last] = cutActions([session(1, 10)], 10);
  if (last === undefined) throw new Error('there is one');

  it('makes one window of what both did, on one clock', () => {
    const windows = takeOverActions(last, [session(2, 30)], 4, 10);
    expect(windows.map(({ done }) => done)).toEqual([6, 16, 26]);
    const { actions, events } = windows[0] ?? last;
    expect(Array.from({ length: 10 }, (_, i) => actions.features[i * POINTER_FEATURES.length])).toEqual([1, 1, 1, 1, 2, 2, 2, 2, 2, 2]);
    expect(actions.start.every((time, i) => i === 0 || time > (actions.start[i - 1] ?? 0))).toBe(true);
    expect(events).toBeNull();
    expect(windows[1]?.actions.start[0]).toBe(6_000);
  });

  it('passes over a first session that is too short for it', () => {
    expect(takeOverActions(last, [session(2, 3), session(3, 12)], 4, 10).map(({ done }) => done)).toEqual([13]);
    expect(takeOverActions(last, [], 4, 10)).toEqual([]);
  });
});
