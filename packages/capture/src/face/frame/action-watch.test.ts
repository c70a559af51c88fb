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
    expect(doneAt({ kind: 'blink', times: 1 }, [OPEN, { ...SHUT, at: 100 }, { ...SHUT, at: 2_600 }, { at: 4_101 }])).toBe(-1);
    expect(doneAt({ kind: 'blink', times: 1 }, [OPEN, { ...SHUT, at: 100 }, { ...SHUT, at: 2_600 }, { at: 4_100 }])).toBe(3);
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

  it('ask for open eyes after a second of shut ones', () => {
    const watched = watchAction({ kind: 'blink', times: 1 }, baseline);
    const hints = [0, 100, 1_000, 1_100, 1_200].map((at) => {
      watched.observe(goodFrame({ at, ...(at > 0 && at < 1_200 ? SHUT : OPEN) }));
      return watched.hint;
    });
    expect(hints).toEqual(['blink', 'blink', 'blink', 'open-eyes', 'blink']);
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

  it('may lean and nod farther round, but not on the way there', () => {
    const left = { kind: 'turn', to: 'left' } as const;
    expect(doneAt(left, [{}, { yaw: 26, pitch: 12 }, { yaw: 50, pitch: 40, roll: 30 }, { yaw: 26 }, {}])).toBe(4);
    expect(doneAt(left, [{}, { yaw: 18, roll: 30 }, { yaw: 26 }, { yaw: 30 }, {}])).toBe(-1);
    expect(doneAt(left, [{}, { yaw: 18, roll: 30 }, {}, { yaw: 26 }, { yaw: 30 }, {}])).toBe(5);
  });

  it('by halves are in doubt once the head is back: the server may count them', () => {
    const doubts = (...angles: number[]) => {
      const watched = watchAction({ kind: 'turn', to: 'left' }, baseline);
      for (const [index, yaw] of yaws(...angles).entries()) watched.observe(goodFrame({ at: index * 100, ...yaw }));
      return watched.isDoubtful;
    };
    expect([
      doubts(0, 14, 19, 14),
      doubts(0, 14, 19, 14, 0),
      doubts(0, 14, 15, 14, 0),
      doubts(0, 14, 25, 25, 14, 0),
      doubts(0, 18, 0),
    ]).toEqual([false, true, false, false, false]);
  });

  it('last from well outside the front to well inside it', () => {
    expect(doneAt({ kind: 'turn', to: 'left' }, yaws(0, 12, 12, 30, 12, 12, 3))).toBe(-1);
  });

  it('ask to come back once turned', () => {
    const watched = watchAction({ kind: 'turn', to: 'right' }, baseline);
    expect(watched.hint).toBe('turn-right');
    watched.observe(goodFrame({ yaw: -35 }));
    expect([watched.hint, watched.progress]).toEqual(['look-ahead', 0.5]);
  });
});
