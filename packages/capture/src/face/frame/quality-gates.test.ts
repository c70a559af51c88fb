import { describe, expect, it } from 'vitest';
import type { FaceFrame } from './face-reader';
import { DARK_MEAN, DARK_SHARE, problemOf } from './quality-gates';
import { goodFrame, noFace } from './test-support';

const box = (width: number) => ({ x: 0, y: 0, width, height: width });
const luma = (mean: number, darkShare = 0, brightShare = 0) => ({ mean, darkShare, brightShare });

describe('a frame', () => {
  it.each<[string, Partial<FaceFrame>]>([
    ['that is good', {}],
    ['of dark skin in fair light', { luma: luma(52, 0.45) }],
    ['of pale skin in bright light', { luma: luma(200, 0, 0.3) }],
    // Of LFW at half light: means of 25 to 32, and descriptors within .18 of those in full light.
    ['of a fair face at half light', { luma: luma(25, 0.9) }],
    ['of a soft lens', { sharpness: 0.02 }],
    ['of a camera that looks up', { pitch: 22 }],
  ])('%s has no problem', (_, changes) => {
    expect(problemOf(goodFrame(changes), { still: true })).toBeNull();
  });

  it.each<[ReturnType<typeof problemOf>, Partial<FaceFrame>]>([
    ['many-faces', { faces: 2, luma: luma(3, 1) }],
    ['too-dark', { luma: luma(21.9) }],
    ['too-dark', { luma: luma(60, 0.93) }],
    ['too-dark', { ...noFace, luma: luma(3, 1) }],
    ['too-bright', { luma: luma(226) }],
    ['too-bright', { luma: luma(200, 0, 0.61) }],
    ['no-face', noFace],
    ['too-far', { box: box(99), sharpness: 0 }],
    ['blurred', { sharpness: 0.008, yaw: 40 }],
    ['turned-away', { yaw: -15.1 }],
    ['turned-away', { pitch: 25.1 }],
    ['turned-away', { roll: -20.1 }],
  ])('is %s, whatever else is wrong that matters less: %j', (problem, changes) => {
    expect(problemOf(goodFrame(changes), { still: true })).toBe(problem);
  });

  it('is judged for darkness by these bounds', () => {
    expect([DARK_MEAN, DARK_SHARE]).toEqual([22, 0.92]);
    expect(problemOf(goodFrame({ luma: luma(22, 0.92) }), { still: true })).toBeNull();
  });

  it('may be blurred, turned and narrow while an action moves the head, but not dark, empty or crowded', () => {
    const moving = (changes: Partial<FaceFrame>) => problemOf(goodFrame(changes), { still: false });
    expect(moving({ sharpness: 0.001, yaw: 60, box: box(60) })).toBeNull();
    expect([moving({ faces: 2 }), moving(noFace), moving({ luma: luma(2, 1) }), moving({ luma: luma(250) })]).toEqual([
      'many-faces',
      'no-face',
      'too-dark',
      'too-bright',
    ]);
  });
});
