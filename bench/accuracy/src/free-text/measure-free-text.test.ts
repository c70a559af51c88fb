import { expect, it } from 'vitest';
import { SAME_PACE_PERSON } from '../data/pace-sessions';
import { CROSS_FIT_FOLDS } from './free-text-plan';
import { foldOf } from './measure-free-text';

it('who is in both sets of Pace University is in one fold of them', () => {
  for (const [fable, letters] of SAME_PACE_PERSON) {
    expect(foldOf('monaco-fable', fable), `fable ${fable}`).toBe(foldOf('villani-freetext', letters));
  }
  const sizes = new Array<number>(CROSS_FIT_FOLDS).fill(0);
  for (let user = 0; user < 55; user++) {
    const fold = foldOf('villani-freetext', String(user));
    sizes[fold] = (sizes[fold] ?? 0) + 1;
  }
  // Each leaves the others people enough to train.
  expect(Math.min(...sizes)).toBeGreaterThan(3);
  expect(Math.max(...sizes)).toBeLessThan(20);
});
