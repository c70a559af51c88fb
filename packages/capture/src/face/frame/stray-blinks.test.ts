import type { FaceAction } from '@tacit-auth/features';
import { describe, expect, it } from 'vitest';
import { baselineOf } from './action-watch';
import { hasStrayBlinks } from './stray-blinks';
import { goodFrame } from './test-support';

const STEP = 100;
const SHUT = { leftEye: 0.08, rightEye: 0.08 };

/** Frames of a look: each letter is one, `-` straight, `_` with shut eyes, `w` a wink, `<` and `>` turned to the left and right, `x` with two faces, `v` and `,` with narrow eyes and the head down, far or hardly. */
function look(letters: string) {
  return Array.from(letters, (letter, i) =>
    goodFrame({
      at: i * STEP,
      ...(letter === '_' ? SHUT : {}),
      ...(letter === 'w' ? { leftEye: 0.08 } : {}),
      ...(letter === '<' ? { yaw: 40 } : letter === '>' ? { yaw: -40 } : {}),
      ...(letter === 'x' ? { ...SHUT, faces: 2 } : {}),
      ...(letter === 'v' ? { ...SHUT, pitch: 15 } : letter === ',' ? { ...SHUT, pitch: 8 } : {}),
    }),
  );
}
const still = '-'.repeat(6);
const blink = `__${still}`;
const [left, right] = ['<<<<', '>>>>'].map((turn) => `${turn}${still}`) as [string, string];
const LEFT: FaceAction = { kind: 'turn', to: 'left' };
const RIGHT: FaceAction = { kind: 'turn', to: 'right' };
const blinks = (times: 1 | 2 | 3): FaceAction => ({ kind: 'blink', times });

function isStray(actions: FaceAction[], ...parts: string[]): boolean {
  const frames = look([still, ...parts].join(''));
  return hasStrayBlinks(frames, actions, baselineOf(frames.slice(0, 4)));
}

describe('hasStrayBlinks', () => {
  it('allows the blinks that were asked for, and one by nature', () => {
    expect(isStray([blinks(1)], blink)).toBe(false);
    expect(isStray([blinks(1)], blink, blink)).toBe(false);
    expect(isStray([blinks(1)], blink, blink, blink)).toBe(true);
    expect(isStray([blinks(3)], ...Array<string>(4).fill(blink))).toBe(false);
    expect(isStray([blinks(3)], ...Array<string>(5).fill(blink))).toBe(true);
  });

  it('allows one before and one after a turn where none were asked for, and a second where time passes', () => {
    expect(isStray([LEFT], blink, left, blink)).toBe(false);
    expect(isStray([LEFT], left, blink, blink)).toBe(true);
    expect(isStray([LEFT], left, blink, '-'.repeat(40), blink)).toBe(false);
    expect(isStray([LEFT], left, blink, '-'.repeat(80), blink, blink)).toBe(true);
  });

  it('allows no long one where none was asked for', () => {
    expect(isStray([LEFT], left, `_______${still}`)).toBe(false);
    expect(isStray([LEFT], left, `_________${still}`)).toBe(true);
    expect(isStray([blinks(1)], `_________${still}`)).toBe(false);
  });

  it('counts each blink at its place between the turns', () => {
    const actions = [LEFT, blinks(2), RIGHT];
    expect(isStray(actions, left, blink, blink, right)).toBe(false);
    expect(isStray(actions, blink, left, blink, blink, blink, right, blink)).toBe(false);
    expect(isStray(actions, blink, blink, left, blink, blink, right)).toBe(true);
    expect(isStray(actions, left, blink, blink, right, blink, blink)).toBe(true);
    expect(isStray([blinks(1), LEFT, blinks(1)], blink, blink, left, blink, blink)).toBe(false);
  });

  it('knows a wink, eyes that stay shut and frames with another face from a blink', () => {
    const strange = [`ww${still}`, `xx${still}`, `ww${still}`, `xx${still}`];
    expect(isStray([LEFT], left, ...strange)).toBe(false);
    expect(isStray([LEFT], left, '_'.repeat(20))).toBe(false);
  });

  it('knows a look down, which narrows the eyes as well, from a blink', () => {
    const down = `vvvvvvvvvv${still}`;
    expect(isStray([LEFT], down, left, down)).toBe(false);
    expect(isStray([blinks(1)], blink, down, down, down)).toBe(false);
    // Eyes that shut while the head hardly moves are a blink all the same.
    expect(isStray([LEFT], left, `,,,,,,,,,,${still}`)).toBe(true);
  });

  it('leaves it to the server where the turns are not those that were asked for', () => {
    expect(isStray([LEFT], blink, blink, blink)).toBe(false);
    expect(isStray([], left, blink, blink, blink)).toBe(false);
  });
});
