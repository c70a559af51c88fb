import { describe, expect, it } from 'vitest';
import { seededNormals } from '../seeded-normals';
import { auc, equalErrorRate, fnmrAtFmr } from './rates';
import { type UserScores, verificationFigures } from './verification-figures';

const NONE = { genuine: 0, impostor: 0 };

function simulated(count: number, genuine: number, impostor: number): UserScores[] {
  const normal = seededNormals(11, 2);
  return Array.from({ length: count }, (_, i) => {
    const level = 0.5 * normal();
    return {
      user: `u${i}`,
      genuine: Float64Array.from({ length: genuine }, () => level + 2.5 + normal()),
      impostor: Float64Array.from({ length: impostor }, () => level + normal()),
      refused: NONE,
    };
  });
}

function all(users: readonly UserScores[], kind: 'genuine' | 'impostor'): Float64Array {
  return Float64Array.from(users.flatMap((user) => [...user[kind]]));
}

describe('verificationFigures', () => {
  it('are the rates of the scores, with intervals around them', () => {
    const users = simulated(20, 40, 100);
    const figures = verificationFigures(users, { seed: 1, resamples: 500 });
    const [genuine, impostor] = [all(users, 'genuine'), all(users, 'impostor')];
    expect(figures).toMatchObject({
      users: 20,
      genuine: 800,
      impostor: 2000,
      insufficient: 0,
      fmr_claimable: 3 / 2000,
      fmr_01pct_rests_on: 2,
    });
    expect(figures.eer_user).toBeCloseTo(users.reduce((sum, user) => sum + equalErrorRate(user.genuine, user.impostor), 0) / 20, 12);
    expect(figures.eer_global).toBeCloseTo(equalErrorRate(genuine, impostor), 12);
    expect(figures.auc).toBeCloseTo(auc(genuine, impostor), 12);
    expect(figures.fnmr_at_fmr_1pct).toBe(fnmrAtFmr(genuine, impostor, 0.01));
    expect(figures.fnmr_at_fmr_01pct).toBe(fnmrAtFmr(genuine, impostor, 0.001));
    for (const [value, interval] of [
      [figures.eer_user, figures.eer_user_ci],
      [figures.eer_global, figures.eer_global_ci],
      [figures.auc, figures.auc_ci],
      [figures.fnmr_at_fmr_1pct, figures.fnmr_at_fmr_1pct_ci],
      [figures.fnmr_at_fmr_01pct, figures.fnmr_at_fmr_01pct_ci],
    ] as const) {
      expect(interval?.[0]).toBeLessThan(value ?? Number.NaN);
      expect(interval?.[1]).toBeGreaterThan(value ?? Number.NaN);
    }
  });

  it('depend on the seed in the intervals alone', () => {
    const users = simulated(8, 10, 30);
    const [one, two] = [1, 2].map((seed) => verificationFigures(users, { seed, resamples: 200 }));
    expect(verificationFigures(users, { seed: 1, resamples: 200 })).toEqual(one);
    expect(two?.eer_user).toBe(one?.eer_user);
    expect(two?.eer_user_ci).not.toEqual(one?.eer_user_ci);
  });

  it('take entries of one name as one person', () => {
    const users = simulated(6, 10, 30);
    const [first, second] = users;
    if (first === undefined || second === undefined) {
      throw new Error('expected users');
    }
    const merged = verificationFigures([first, { ...second, user: first.user }, ...users.slice(2)], { seed: 1, resamples: 100 });
    const apart = verificationFigures(users, { seed: 1, resamples: 100 });
    expect(merged.users).toBe(5);
    expect(merged.eer_global).toBe(apart.eer_global);
    const rates = users.map(({ genuine, impostor }) => equalErrorRate(genuine, impostor));
    const of = (i: number) => rates[i] ?? Number.NaN;
    expect(merged.eer_user).toBeCloseTo(((of(0) + of(1)) / 2 + of(2) + of(3) + of(4) + of(5)) / 5, 12);
  });

  it('count what was refused, and leave out people without scores of both kinds', () => {
    const [user] = simulated(1, 4, 5);
    if (user === undefined) {
      throw new Error('expected a user');
    }
    const figures = verificationFigures(
      [
        { ...user, refused: { genuine: 1, impostor: 2 } },
        { user: 'x', genuine: new Float64Array(0), impostor: Float64Array.of(3), refused: { genuine: 8, impostor: 0 } },
      ],
      { seed: 1 },
    );
    expect(figures).toMatchObject({ users: 1, genuine: 4, impostor: 5, insufficient: 11 / 21, eer_user_ci: null });
    expect(verificationFigures([], { seed: 1 })).toMatchObject({ users: 0, eer_user: null, eer_global: null, insufficient: 1 });
  });

  it.each([
    ['users', null, TypeError],
    ['users[0]', [{ user: 3 }], TypeError],
    ['users[0].genuine', [{ user: 'a', genuine: [1], impostor: new Float64Array(1), refused: NONE }], TypeError],
    ['users[0].impostor', [{ user: 'a', genuine: new Float64Array(1), impostor: Float64Array.of(Number.NaN), refused: NONE }], RangeError],
    [
      'users[0].refused.impostor',
      [{ user: 'a', genuine: new Float64Array(1), impostor: new Float64Array(1), refused: { genuine: 0 } }],
      TypeError,
    ],
    [
      'users[0].refused.genuine',
      [{ user: 'a', genuine: new Float64Array(1), impostor: new Float64Array(1), refused: { genuine: -1, impostor: 0 } }],
      RangeError,
    ],
  ])('assert %s', (name, users, kind) => {
    const call = () => verificationFigures(users as never, { seed: 1 });
    expect(call).toThrow(kind);
    expect(call).toThrow(name);
  });
});
