import { describe, expect, it } from 'vitest';
import { isSameFace } from './kept-pictures';

const acting = { x: 200, y: 100, width: 200, height: 250 };
const box = (centreX: number, centreY: number, width: number) => ({ x: centreX - width / 2, y: centreY - width / 2, width, height: width });

describe('the face that is described', () => {
  it.each([
    [box(300, 225, 200), true],
    [box(300, 225, 101), true],
    [box(300, 225, 99), false],
    [box(300, 225, 399), true],
    [box(300, 225, 401), false],
    [box(201, 101, 180), true],
    [box(199, 225, 180), false],
    [box(401, 225, 180), false],
    [box(300, 99, 180), false],
    [box(300, 351, 180), false],
  ])('%j acts: %j', (described, same) => {
    expect(isSameFace(acting, described)).toBe(same);
  });
});
