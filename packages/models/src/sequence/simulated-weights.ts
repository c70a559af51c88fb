import { seededUniforms } from '../seeded-normals';
import type { DualBranchCalibration } from './dual-branch-calibration';
import { DUAL_BRANCH_WEIGHTS_SCHEMA, type DualBranchUnits, type DualBranchWeights } from './dual-branch-weights';
import { initialTensors } from './training/initial-tensors';

export const SOME_CALIBRATION: DualBranchCalibration = {
  rates: [0.001, 0.01, 0.1],
  rows: [
    { samples: 5, offset: -8, slope: -3, cutOffs: [4, 2, 0.5] },
    { samples: 20, offset: -9, slope: -4, cutOffs: [3, 1.5, 0.25] },
  ],
};

/** For tests: weights of an untrained network. Not exported by the package. */
export function simulatedWeights(seed: number, units: DualBranchUnits = { embedding: 3, times: 4, keys: 2, dense: 8 }): DualBranchWeights {
  return {
    schema: DUAL_BRANCH_WEIGHTS_SCHEMA,
    window: { length: 50, stride: 25 },
    units,
    tensors: initialTensors(units, seededUniforms(seed, 1)),
    calibration: SOME_CALIBRATION,
  };
}
