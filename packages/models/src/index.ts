export { consensusDistance } from './consensus-distance';
export { calibrateInSteps, defaultDetector, updateUncalibrated } from './default-detector';
export { DEFAULT_PROFILE_SCHEMA, type DefaultProfile, type ProfileCalibration } from './default-profile';
export type { Detector, Score } from './detector';
export { FIXED_TEXT_CALIBRATION } from './fixed-text-calibration';
export { PROFILE_LIMITS } from './fixed-text-limits';
export {
  judgeLearning,
  type LearningFactor,
  type LearningInput,
  type LearningPolicy,
  type LearningReason,
  type LearningVerdict,
  learningPolicy,
} from './learning-rule';
export { ModelError, type ModelErrorCode } from './model-error';
export { appendToReplayHistory, type ReplayHistory, replayHistory } from './replay-history';
export { SCALED_MANHATTAN_SCHEMA, type ScaledManhattanProfile, scaledManhattan } from './scaled-manhattan';
export type { CohortStatistics } from './simulated-cohort';
export { CHECK_IDS, type Check, type CheckId, checkTyping, type TypingCheckInput, type TypingChecks } from './typing-checks';
