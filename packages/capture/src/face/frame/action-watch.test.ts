import type { FaceAction } from '@tacit-auth/features';
import { describe, expect, it } from 'vitest';
import { baselineOf, watchAction } from './action-watch';
import type { FaceFrame } from './face-reader';
import { goodFrame } from './test-support';

const baseline = baselineOf([goodFrame(), goodFrame(), goodFrame({ leftEye: 0.05, rightEye: 0.05 })]);
const OPEN = {};
const SHUT = { leftEye: 0.1, rightEye: 0.1 };

/** Index of the frame at which the action is done; -1 for never. */
function doneAt(action: FaceAction, frames: readonly Partial<FaceFrame>[], base = baseline): number {
  const watched = watchAction(action, base);
  return frames.findIndex((changes, index) => watched.observe(goodFrame({ at: index * 100, ...changes })));
}

const yaws = (...angles: number[]) => angles.map((angle) => ({ yaw: 2 + angle }));

describe('blinks', () => {
  it('count when the eyes are open again', () => {
    expect(doneAt({ kind: 'blink', times: 1 }, [OPEN, SHUT, SHUT, OPEN])).toBe(3);
    expect(doneAt({ kind: 'blink', times: 2 }, [OPEN, SHUT, OPEN, OPEN, SHUT, OPEN])).toBe(5);
  });

  it('need both eyes', () => {
    expect(doneAt({ kind: 'blink', times: 1 }, [OPEN, { leftEye: 0.05 }, OPEN, { rightEye: 0.05 }, OPEN])).toBe(-1);
  });

  it('need eyes that were open before', () => {
    expect(doneAt({ kind: 'blink', times: 1 }, [SHUT, SHUT, OPEN])).toBe(-1);
  });

  it('do not count while the head moves, nor half closed, nor when too short or too long', () => {
    expect(doneAt({ kind: 'blink', times: 1 }, [OPEN, { ...SHUT, yaw: 40 }, OPEN])).toBe(-1);
    expect(doneAt({ kind: 'blink', times: 1 }, [OPEN, { leftEye: 0.2, rightEye: 0.2, pitch: 20 }, SHUT, OPEN])).toBe(-1);
    expect(doneAt({ kind: 'blink', times: 1 }, [OPEN, { ...SHUT, at: 100 }, { at: 140 }])).toBe(-1);
    expect(doneAt({ kind: 'blink', times: 1 }, [OPEN, { ...SHUT, at: 100 }, { ...SHUT, at: 2_600 }, { at: 2_700 }])).toBe(-1);
    expect(doneAt({ kind: 'blink', times: 1 }, [OPEN, { leftEye: 0.21, rightEye: 0.22 }, OPEN])).toBe(-1);
  });

  it('are measured against the person: narrow eyes blink too', () => {
    const narrow = baselineOf([goodFrame({ leftEye: 0.14, rightEye: 0.15 })]);
    const frames = [
      { leftEye: 0.14, rightEye: 0.15 },
      { leftEye: 0.04, rightEye: 0.05 },
      { leftEye: 0.14, rightEye: 0.15 },
    ];
    expect(doneAt({ kind: 'blink', times: 1 }, frames, narrow)).toBe(2);
  });

  it('tell how many are done', () => {
    const watched = watchAction({ kind: 'blink', times: 2 }, baseline);
    for (const [index, frame] of [OPEN, SHUT, OPEN].entries()) watched.observe(goodFrame({ at: index * 100, ...frame }));
    expect([watched.progress, watched.hint]).toEqual([0.5, 'blink']);
  });
});

describe('turns', () => {
  it('count when the head is back, from the straight look of the person', () => {
    expect(doneAt({ kind: 'turn', to: 'left' }, yaws(0, 12, 30, 15, 3))).toBe(4);
    expect(doneAt({ kind: 'turn', to: 'right' }, yaws(0, -12, -30, -15, -3))).toBe(4);
  });

  it('the other way or not far enough do not', () => {
    expect(doneAt({ kind: 'turn', to: 'left' }, yaws(0, -40, 0))).toBe(-1);
    expect(doneAt({ kind: 'turn', to: 'left' }, yaws(0, 19, 0))).toBe(-1);
    expect(doneAt({ kind: 'turn', to: 'left' }, yaws(30, 35, 30))).toBe(-1);
    expect(doneAt({ kind: 'turn', to: 'left' }, [{}, { yaw: 35, pitch: 30 }, { yaw: 20 }, {}])).toBe(-1);
    expect(doneAt({ kind: 'turn', to: 'left' }, [{}, { yaw: 35 }, { at: 250 }])).toBe(-1);
  });

  it('ask to come back once turned', () => {
    const watched = watchAction({ kind: 'turn', to: 'right' }, baseline);
    expect(watched.hint).toBe('turn-right');
    watched.observe(goodFrame({ yaw: -35 }));
    expect([watched.hint, watched.progress]).toEqual(['look-ahead', 0.5]);
  });
});
