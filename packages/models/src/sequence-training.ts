export { type DualBranchTraining, type TrainingEpoch, trainDualBranch } from './sequence/training/train-dual-branch';
export type { DrawImpostor, TrainDualBranchOptions, TrainingProgress } from './sequence/training/training-options';
export type { TrainingEntry, TrainingPerson } from './sequence/training/training-set';
