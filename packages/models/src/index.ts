export { consensusDistance } from './consensus-distance';
export {
  CONTEXT_BOUND,
  CONTEXT_PARTS,
  type ContextCount,
  type ContextInput,
  type ContextPart,
  type ContextScore,
  contextScore,
} from './context-score';
export { calibrateInSteps, defaultDetector, updateCounted, updateUncalibrated } from './default-detector';
export { DEFAULT_PROFILE_SCHEMA, type DefaultProfile, type ProfileCalibration } from './default-profile';
export type { Detector, Score } from './detector';
export { FACE_ACTION_LIMITS, type FaceActionLimits } from './face-action-limits';
export { type FaceActionInput, type FaceActionSpan, type FaceActionVerdict, judgeFaceActions, MOST_FACE_ACTIONS } from './face-actions';
export {
  AGREEMENT_DISTANCE,
  FACE_AGREEMENT_IDS,
  type FaceAgreement,
  type FaceAgreementCheck,
  type FaceAgreementId,
  type FaceAgreementInput,
  judgeFaceAgreement,
} from './face-agreement';
export { CONVENTIONAL_DISTANCE, FACE_CALIBRATION, faceDistanceAt, faceLlr } from './face-calibration';
export { FACE_CHECK_IDS, type FaceCheck, type FaceCheckId } from './face-check';
export { descriptorDistance } from './face-descriptors';
export {
  type FaceInsufficient,
  type FaceInsufficientReason,
  type FaceMatcher,
  type FaceScore,
  faceMatcher,
  isFaceInsufficient,
} from './face-matcher';
export { FACE_PROFILE_LIMITS, FACE_PROFILE_SCHEMA, type FaceProfile } from './face-profile';
export { FIXED_TEXT_CALIBRATION } from './fixed-text-calibration';
export { PROFILE_LIMITS } from './fixed-text-limits';
export { parseForest, serializeForest } from './forest-bytes';
export { type ForestTraining, trainForest } from './forest-training';
export { FOREST_LIMITS, type Forest } from './forest-trees';
export { forestProbabilities } from './forest-votes';
export { CALIBRATED_KEYS, CALIBRATED_RATES, CALIBRATED_WINDOWS } from './free-text/calibration';
export { centreFreeTextPopulation, LEAST_CENTRING_PROFILES } from './free-text/centre-population';
export {
  FREE_TEXT_DETECTOR,
  FREE_TEXT_LIMITS,
  type FreeTextDetector,
  type FreeTextDetectorOptions,
  freeTextDetector,
} from './free-text/detector';
export type { FreeTextEvidence } from './free-text/evidence';
export {
  type CalibrationCell,
  FREE_TEXT_POPULATION_LIMITS,
  FREE_TEXT_POPULATION_SCHEMA,
  type FreeTextPopulation,
  type FreeTextProjection,
} from './free-text/population';
export { parseFreeTextPopulation, serializeFreeTextPopulation } from './free-text/population-bytes';
export { FREE_TEXT_PROFILE_LIMITS, FREE_TEXT_PROFILE_SCHEMA, type FreeTextProfile } from './free-text/profile';
export {
  FUSED_PARTS,
  FUSION_TRUST,
  type FusedEvidence,
  type FusedPart,
  type FusedScore,
  type FusionInput,
  type FusionTrust,
  fusedThreshold,
  fuseScores,
} from './fuse-scores';
export {
  ISOLATION_FOREST_SCHEMA,
  type IsolationForestOptions,
  type IsolationForestProfile,
  isolationForest,
} from './isolation-forest';
export {
  judgeLearning,
  type LearningFactor,
  type LearningInput,
  type LearningPolicy,
  type LearningReason,
  type LearningVerdict,
  learningPolicy,
  verifiedTimes,
} from './learning-rule';
export { ModelError, type ModelErrorCode } from './model-error';
export { ONE_CLASS_SVM_SCHEMA, type OneClassSvmOptions, type OneClassSvmProfile, oneClassSvm } from './one-class-svm';
export { OWN_BEGINNING, type OwnBeginning, type OwnBeginningOptions, ownBeginning, type TwoStepDetector } from './own-beginning';
export { type OwnStanding, ownStanding, TRUST_OWN } from './own-standing';
export { POINTER_CALIBRATED_ENROLMENTS, POINTER_CALIBRATED_PROBES, POINTER_CALIBRATED_RATES } from './pointer/calibration';
export { centrePointerPopulation, LEAST_POINTER_CENTRING_PROFILES } from './pointer/centre-population';
export {
  POINTER_DETECTOR,
  POINTER_DETECTOR_LIMITS,
  type PointerDetector,
  type PointerDetectorOptions,
  type PointerEvidence,
  pointerDetector,
} from './pointer/detector';
export {
  POINTER_POPULATION_LIMITS,
  POINTER_POPULATION_SCHEMA,
  type PointerCalibrationCell,
  type PointerPopulation,
} from './pointer/population';
export { parsePointerPopulation, serializePointerPopulation } from './pointer/population-bytes';
export { POINTER_PROFILE_LIMITS, POINTER_PROFILE_SCHEMA, type PointerProfile } from './pointer/profile';
export { type PointerWindowing, WINDOWS_BY_ACTIONS, WINDOWS_BY_TIME } from './pointer/windows';
export { firstEntries, profileEntries } from './profile-entries';
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
export {
  judgeRelease,
  type ReleaseInput,
  type ReleasePolicy,
  type ReleaseReason,
  type ReleaseVerdict,
  releasePolicy,
} from './release-rule';
export { appendToReplayHistory, type ReplayHistory, replayHistory } from './replay-history';
export { SCALED_MANHATTAN_SCHEMA, type ScaledManhattanProfile, scaledManhattan } from './scaled-manhattan';
export {
  type EvidenceState,
  type EvidenceStep,
  SEQUENTIAL_EVIDENCE_LIMITS,
  SEQUENTIAL_EVIDENCE_SCHEMA,
  type SequentialEvidence,
  type SequentialEvidenceOptions,
  sequentialEvidence,
} from './sequential-evidence';
export {
  SESSION_FOREST_SCHEMA,
  SESSION_RISK_GRADES,
  type SessionForestOptions,
  type SessionForestProfile,
  type SessionRisk,
  sessionForest,
  sessionRisk,
} from './session-forest';
export {
  SEVERAL_DAYS,
  type SessionTrust,
  type SessionTrustCalibration,
  type SessionTrustOptions,
  sessionTrust,
  TRUST_CONTEXT,
  TRUST_IDLE,
  TRUST_MINIMUM,
  TRUST_RISKS,
  type TrustEvidence,
  type TrustLevel,
  type TrustReason,
  type TrustStep,
  type TrustThresholds,
  type TrustThresholdsByAge,
} from './session-trust';
export { SESSION_TRUST_CALIBRATION } from './session-trust-calibration';
export {
  parseTrustState,
  SESSION_TRUST_LIMITS,
  SESSION_TRUST_SCHEMA,
  TEMPLATE_AGES,
  type TemplateAge,
  TRUST_CLIP,
  TRUST_PARTS,
  type TrustPart,
  type TrustPartState,
  type TrustState,
} from './session-trust-state';
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
export {
  CHECK_IDS,
  type Check,
  type CheckId,
  COARSEST_JUDGED_CLOCK_MS,
  COARSEST_JUDGED_CLOCK_OF_PRESS_TIMES_MS,
  checkTyping,
  type TypingCheckInput,
  type TypingChecks,
} from './typing-checks';
export type { WindowDetector, WindowScore } from './window-detector';
