import { describe, expect, it } from 'vitest';
import { learningCurve } from './learning-curve';
import { type UserScores, verificationFigures } from './verification-figures';

const user = (name: string, genuine: number): UserScores => ({
  user: name,
  genuine: Float64Array.of(genuine, 2),
  impostor: Float64Array.of(0, 1),
  refused: { genuine: 0, impostor: 0 },
});

describe('learningCurve', () => {
  it('gives the figures of each step, by rising number of attempts', () => {
    const early = [user('a', -1), user('b', 0.5)];
    const late = [user('a', 3), user('b', 4)];
    const curve = learningCurve(
      [
        { attempts: 20, users: late },
        { attempts: 5, users: early },
      ],
      { seed: 1, resamples: 100 },
    );
    expect(curve).toEqual([
      { attempts: 5, ...verificationFigures(early, { seed: 1, resamples: 100 }) },
      { attempts: 20, ...verificationFigures(late, { seed: 1, resamples: 100 }) },
    ]);
    expect(curve[1]?.eer_user).toBe(0);
    expect(curve[0]?.eer_user).toBeGreaterThan(0);
  });

  it('asks for different numbers of attempts', () => {
    const users = [user('a', 1)];
    expect(() =>
      learningCurve(
        [
          { attempts: 5, users },
          { attempts: 5, users },
        ],
        { seed: 1 },
      ),
    ).toThrow(RangeError);
    expect(() => learningCurve([{ attempts: 0, users }], { seed: 1 })).toThrow('steps');
    expect(() => learningCurve('no' as never, { seed: 1 })).toThrow(TypeError);
  });
});
