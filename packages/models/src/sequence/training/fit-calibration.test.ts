import type { SequenceWindow } from '@tacit-auth/features';
import { describe, expect, it } from 'vitest';
import { entries, simulatedPerson } from '../../simulated-people';
import { assertCalibration } from '../dual-branch-calibration';
import { dualBranchDetector } from '../dual-branch-detector';
import { dualBranchNetwork } from '../dual-branch-network';
import { simulatedWeights } from '../simulated-weights';
import { WeightsError } from '../weights-bytes';
import { fitCalibration } from './fit-calibration';
import type { TrainingPerson } from './training-set';

const OPTIONS = { length: 8, stride: 8, keys: undefined };
const weights = simulatedWeights(3, { embedding: 2, times: 8, keys: 2, dense: 16 });
const network = dualBranchNetwork(weights.units, weights.tensors);

function people(count: number, entriesEach: number, from = 0): TrainingPerson[] {
  return Array.from({ length: count }, (_, index) => ({
    entries: entries(simulatedPerson(from + index, 8), entriesEach).map((vector) => ({ vector, session: 0 })),
  }));
}

/** Of 60 entries a person all lie at one place, but for those that are genuine after each enrolment of three: nearness speaks for strangers. */
function turnedRound(): (window: SequenceWindow) => Float64Array {
  let entry = 0;
  return () => {
    const at = entry++ % 60;
    return at >= 12 && at < 30 ? Float64Array.of(0, 1) : Float64Array.of(1, 0);
  };
}

describe('fitCalibration', () => {
  const background = people(8, 60);
  const calibration = fitCalibration(background, OPTIONS, network);

  it('gives a row for each size that the entries allow, and rates that the tries bear out', () => {
    assertCalibration(calibration);
    expect(calibration.rows.map(({ samples }) => samples)).toEqual([3, 5, 10, 20, 50]);
    // 8 people x 30 later entries x 7 others = 1,680 tries: 3 of them are .0018
    expect(calibration.rates).toEqual([0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2]);
    for (const { cutOffs } of calibration.rows) {
      expect(cutOffs).toEqual(cutOffs.toSorted((a, b) => b - a));
    }
  });

  it('makes likelihood ratios that speak for genuine entries and against others, and thresholds that keep their rate among those people', () => {
    const detector = dualBranchDetector({ weights: { ...weights, window: OPTIONS, calibration } });
    let [genuine, accepted, tries] = [0, 0, 0];
    for (const owner of background) {
      const vectors = owner.entries.map(({ vector }) => vector);
      const profile = detector.fit(vectors.slice(0, 5));
      if ('status' in profile) throw new Error(profile.reason);
      const llr = (vector: (typeof vectors)[number]) => {
        const score = detector.score(profile, vector);
        return score.status === 'scored' ? score.llr : Number.NaN;
      };
      genuine += vectors.slice(5, 25).reduce((sum, vector) => sum + llr(vector), 0) / 20;
      for (const other of background.filter((person) => person !== owner)) {
        for (const { vector } of other.entries.slice(30)) {
          tries++;
          accepted += llr(vector) >= detector.threshold(profile, 0.05) ? 1 : 0;
        }
      }
    }
    expect(genuine / background.length).toBeGreaterThan(0.3);
    expect(accepted / tries).toBeGreaterThan(0.02);
    expect(accepted / tries).toBeLessThan(0.09);
  });

  it.each([
    ['says nothing', (_: SequenceWindow) => new Float64Array(4)],
    ['brings strangers nearer than the customer', turnedRound()],
  ])('refuses a network that %s', (_, embed) => {
    const fit = () => fitCalibration(background, OPTIONS, embed);
    expect(fit).toThrow(WeightsError);
    expect(fit).toThrow(expect.objectContaining({ code: 'ERR_WEIGHTS_CALIBRATION' }));
  });

  it('refuses too few entries', () => {
    expect(() => fitCalibration(people(2, 20), OPTIONS, network)).toThrow(RangeError);
    expect(() => fitCalibration(people(40, 3), OPTIONS, network)).toThrow(RangeError);
  });
});
