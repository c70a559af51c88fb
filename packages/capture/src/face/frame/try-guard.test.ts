import { describe, expect, it } from 'vitest';
import { baselineOf } from './action-watch';
import type { FaceFrame } from './face-reader';
import { goodFrame, noFace } from './test-support';
import { tryGuard } from './try-guard';

const steady = [0, 100, 200].map((at) => goodFrame({ at }));
const guard = () => tryGuard(steady, baselineOf(steady), [{ kind: 'blink', times: 1 }]);

/** The first verdict on frames of one each 100 ms after the steady ones, and the last word. */
function watch(frames: readonly Partial<FaceFrame>[], turningTo?: 'left' | 'right', everyMs = 100) {
  const guarding = guard();
  for (const [index, changes] of frames.entries()) {
    const spoilt = guarding.observe(goodFrame({ at: 200 + everyMs * (index + 1), ...changes }), turningTo);
    if (spoilt) return [spoilt, index];
  }
  return [guarding.judge(), frames.length];
}

const repeat = (count: number, changes: Partial<FaceFrame>) => Array.from({ length: count }, () => changes);

describe('a try', () => {
  it('of good frames is not spoilt', () => {
    expect(watch(repeat(50, {}))).toEqual([undefined, 50]);
  });

  it('is spoilt by a gap', () => {
    expect(watch([{}, {}, { at: 1_900 }])).toEqual(['too-slow', 2]);
  });

  it('is spoilt by too few frames a second', () => {
    expect(watch(repeat(20, {}), undefined, 600)).toEqual(['too-slow', 20]);
  });

  it.each([
    ['no-face', noFace],
    ['many-faces', { faces: 2 }],
  ] as const)('is spoilt by %s for a while, or now and then', (reason, strange) => {
    expect(watch([...repeat(100, {}), ...repeat(20, strange)])).toEqual([reason, 109]);
    expect(watch([...repeat(8, {}), strange].concat(...repeat(3, [...repeat(8, {}), strange] as never)))).toEqual([reason, 36]);
  });

  it('bears one lost frame among many', () => {
    expect(watch([...repeat(50, {}), noFace, ...repeat(10, {})])).toEqual([undefined, 61]);
  });

  it('is spoilt by a turn that was not asked for, measured from the straight look', () => {
    expect(watch([{}, { yaw: 19 }])).toEqual(['turned-away', 1]);
    expect(watch([{}, { yaw: 17 }])).toEqual([undefined, 2]);
    expect(watch([{ yaw: 50 }, { yaw: -15 }], 'left')).toEqual(['turned-away', 1]);
    expect(watch([{ yaw: -50 }, {}], 'right')).toEqual([undefined, 2]);
  });
});
