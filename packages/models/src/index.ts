export { consensusDistance } from './consensus-distance';
export { calibrateInSteps, defaultDetector, updateUncalibrated } from './default-detector';
export { DEFAULT_PROFILE_SCHEMA, type DefaultProfile, type ProfileCalibration } from './default-profile';
export type { Detector, Score } from './detector';
export { FIXED_TEXT_CALIBRATION } from './fixed-text-calibration';
export { PROFILE_LIMITS } from './fixed-text-limits';
export { parseForest, serializeForest } from './forest-bytes';
export { type ForestTraining, trainForest } from './forest-training';
export { FOREST_LIMITS, type Forest } from './forest-trees';
export { forestProbabilities } from './forest-votes';
export {
  ISOLATION_FOREST_SCHEMA,
  type IsolationForestOptions,
  type IsolationForestProfile,
  isolationForest,
} from './isolation-forest';
export {
  judgeLearning,
  judgeRelease,
  type LearningFactor,
  type LearningInput,
  type LearningPolicy,
  type LearningReason,
  type LearningVerdict,
  learningPolicy,
  type ReleaseInput,
  type ReleasePolicy,
  type ReleaseReason,
  type ReleaseVerdict,
  releasePolicy,
  verifiedTimes,
} from './learning-rule';
export { ModelError, type ModelErrorCode } from './model-error';
export { ONE_CLASS_SVM_SCHEMA, type OneClassSvmOptions, type OneClassSvmProfile, oneClassSvm } from './one-class-svm';
export {
  RANDOM_FOREST_LIMITS,
  RANDOM_FOREST_SCHEMA,
  type RandomForestOptions,
  type RandomForestProfile,
  randomForest,
} from './random-forest';
export {
  GLOBAL_FOREST_LIMITS,
  GLOBAL_FOREST_SCHEMA,
  type GlobalForestProfile,
  type GlobalForestTraining,
  globalForest,
  trainGlobalForest,
} from './random-forest-global';
export { appendToReplayHistory, type ReplayHistory, replayHistory } from './replay-history';
export { SCALED_MANHATTAN_SCHEMA, type ScaledManhattanProfile, scaledManhattan } from './scaled-manhattan';
export type { CohortStatistics } from './simulated-cohort';
export {
  judgeSummary,
  SUMMARY_FOREST_LIMITS,
  SUMMARY_FOREST_SCHEMA,
  type SummaryForest,
  type SummaryForestOptions,
  type SummaryJudgement,
  summaryForest,
} from './summary-forest';
export { parseSummaryForest, serializeSummaryForest } from './summary-forest-bytes';
export {
  GAUSSIAN_PROFILES,
  type GaussianProfile,
  type GaussianTimes,
  type GaussianTypistOptions,
  gaussianTypist,
} from './synthetic-gaussian';
export { type MatchedTypistOptions, matchedTypist, type TimingStatistics, timingStatistics } from './synthetic-matched';
export { POPULATION_SPREADS, type PopulationTypistOptions, populationTypist } from './synthetic-population';
export { type ShuffledTypistOptions, shuffledTypist } from './synthetic-shuffled';
export { CHECK_IDS, type Check, type CheckId, checkTyping, type TypingCheckInput, type TypingChecks } from './typing-checks';
