import { insufficient } from '@tacit-auth/features';
import { ownBeginning } from '@tacit-auth/models';
import { describe, expect, it } from 'vitest';
import { streamJudges } from './own-streams';

interface Level {
  readonly projectionId: string;
  readonly count: number;
  readonly mean: Float32Array;
}

const level = (number: number, count = 1): Level => ({ projectionId: 'p', count, mean: Float32Array.of(number) });
const mean = (all: readonly Level[]): Level => {
  const count = all.reduce((sum, each) => sum + each.count, 0);
  return level(all.reduce((sum, each) => sum + each.count * (each.mean[0] ?? 0), 0) / count, count);
};
/** Windows are numbers; negative ones can not be judged. */
const detector = {
  evidence: ([window = 0]: readonly number[]) => (window < 0 ? insufficient('degenerate-input') : level(window)),
  fit: (windows: readonly number[]) =>
    windows.length === 0 ? insufficient('too-few-windows') : mean(windows.map((window) => level(window))),
  addEvidence: (earlier: Level, later: Level) => mean([earlier, later]),
  fitEvidence: (evidence: Level) => evidence,
  scoreEvidence: (profile: Level, probe: Level) => ({
    status: 'scored' as const,
    llr: 2 - Math.abs((profile.mean[0] ?? 0) - (probe.mean[0] ?? 0)),
    raw: 0,
    calibration: '',
    evidence: { enrolled: 1, probe: 1 },
  }),
};
const make = streamJudges<Level, Level, number>({
  part: 'pointer',
  detector,
  beginnings: ownBeginning(detector, { least: 2, amountOf: ({ count }) => count }),
});

describe('streamJudges', () => {
  it('judges beside the template, and beside the beginning once there is one; a new session begins anew', () => {
    const judge = make([10]);
    expect(judge.next(12, 0)).toEqual({ llr: 0, own: null });
    expect(judge.next(12, 0)).toEqual({ llr: 0, own: null });
    expect(judge.next(12, 0)).toEqual({ llr: 0, own: 2 });
    expect(judge.next(-1, 0)).toEqual({ llr: null, own: null });
    expect(judge.next(20, 0)).toEqual({ llr: -8, own: -6 });
    expect(judge.next(12, 1)).toEqual({ llr: 0, own: null });
  });

  it('does not take in who is near enough to speak for the customer, but further from him than he is himself', () => {
    const judge = make([10]);
    judge.next(12, 0);
    judge.next(12, 0);
    expect(Array.from({ length: 5 }, () => judge.next(13, 0).own)).toEqual([1, 1, 1, 1, 1]);
    const nearer = make([10]);
    nearer.next(12, 0);
    nearer.next(12, 0);
    expect(nearer.next(12.75, 0).own).toBe(1.25);
    expect(nearer.next(12.75, 0).own).toBe(1.5);
  });

  it('goes on apart from what was forked from it', () => {
    const judge = make([10]);
    judge.next(10, 0);
    const other = judge.fork();
    other.next(14, 0);
    expect(other.next(12, 0).own).toBe(2);
    judge.next(10, 0);
    expect(judge.next(12, 0).own).toBe(0);
  });

  it('says nothing beside a template of too few windows', () => {
    expect(make([]).next(1, 0)).toEqual({ llr: null, own: null });
  });
});
