import { type Insufficient, insufficient } from '@tacit-auth/features';
import { describe, expect, it } from 'vitest';
import { ownBeginning, type TwoStepDetector } from './own-beginning';
import type { WindowScore } from './window-detector';

interface Evidence {
  readonly projectionId: string;
  readonly keys: number;
  readonly mean: Float32Array;
}

const evidence = (level: number, keys = 50, projectionId = 'one'): Evidence => ({ projectionId, keys, mean: Float32Array.of(level) });

/** Two nats for each unit that two levels are nearer than three; of the same projections alone. */
const detector: TwoStepDetector<Evidence, Evidence> = {
  addEvidence: (earlier, later) => {
    const keys = earlier.keys + later.keys;
    const mean = earlier.mean.map((number, i) => number + (((later.mean[i] ?? 0) - number) * later.keys) / keys);
    return { ...later, keys, mean };
  },
  fitEvidence: (given): Evidence | Insufficient => (given.keys > 900 ? insufficient('no-population') : given),
  scoreEvidence: (profile, probe): WindowScore | Insufficient =>
    probe.keys < 20
      ? insufficient('too-few-keys')
      : {
          status: 'scored',
          llr: 2 * (3 - Math.abs((profile.mean[0] ?? 0) - (probe.mean[0] ?? 0))),
          raw: 0,
          calibration: 'made up',
          evidence: { enrolled: profile.keys, probe: probe.keys },
        },
};
const own = ownBeginning(detector, { least: 200, amountOf: ({ keys }) => keys });

describe('a session beside its own beginning', () => {
  it('is compared once there is as much of it as asked for', () => {
    expect(own.compare(null, evidence(5))).toBeUndefined();
    expect(own.compare(evidence(5, 199), evidence(5))).toBeUndefined();
    expect(own.compare(evidence(5, 200), evidence(5))).toBe(6);
    expect(own.compare(evidence(5, 200), evidence(10))).toBe(-4);
  });

  it('learns all at first, and then what leaves no doubt', () => {
    let beginning = own.learn(null, evidence(5), undefined);
    for (const level of [6, 4, 5]) beginning = own.learn(beginning, evidence(level), undefined);
    expect(beginning).toMatchObject({ keys: 200, mean: Float32Array.of(5) });
    expect(own.learn(beginning, evidence(7), 0.1)).toBe(beginning);
    expect(own.learn(beginning, evidence(7), 0)).toMatchObject({ keys: 250, mean: Float32Array.of(5.4) });
  });

  it('learns no more once it holds as much as it may', () => {
    const bounded = ownBeginning(detector, { least: 200, most: 300, amountOf: ({ keys }) => keys });
    expect(bounded.learn(evidence(5, 299), evidence(7), 0)).toMatchObject({ keys: 349 });
    const full = evidence(5, 300);
    expect(bounded.learn(full, evidence(7), 0)).toBe(full);
    expect(bounded.compare(full, evidence(7))).toBe(2);
  });

  it('is not compared with evidence of other projections, whatever its length: that is a beginning of its own', () => {
    const beginning = evidence(5, 400);
    for (const other of [evidence(5, 50, 'two'), { ...evidence(5), mean: Float32Array.of(5, 5) }]) {
      expect(own.compare(beginning, other)).toBeUndefined();
      expect(own.learn(beginning, other, undefined)).toBe(other);
    }
  });

  it('says nothing where the detector does not', () => {
    expect(own.compare(evidence(5, 901), evidence(5))).toBeUndefined();
    expect(own.compare(evidence(5, 400), evidence(5, 19))).toBeUndefined();
  });
});
