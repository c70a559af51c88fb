export type { CalibrationRow, DualBranchCalibration } from './sequence/dual-branch-calibration';
export {
  DUAL_BRANCH_PROFILE_SCHEMA,
  type DualBranchOptions,
  type DualBranchProfile,
  dualBranchDetector,
} from './sequence/dual-branch-detector';
export {
  DUAL_BRANCH_LIMITS,
  DUAL_BRANCH_TENSORS,
  DUAL_BRANCH_WEIGHTS_SCHEMA,
  type DualBranchTensor,
  type DualBranchTensors,
  type DualBranchUnits,
  type DualBranchWeights,
} from './sequence/dual-branch-weights';
export {
  dualBranchWeightsId,
  parseDualBranchWeights,
  serializeDualBranchWeights,
  WeightsError,
  type WeightsErrorCode,
} from './sequence/weights-bytes';
