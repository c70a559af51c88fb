export { type BootstrapOptions, bootstrapInterval, type Interval } from './evaluation/bootstrap-interval';
export { type ConfusionMatrix, confusionMatrix } from './evaluation/confusion-matrix';
export { type DecisionRates, decisionRates } from './evaluation/decision-rates';
export { type DetPoint, detCurve, normalDeviate } from './evaluation/det-curve';
export {
  evaluateFixedText,
  type FixedTextEvaluation,
  type FixedTextEvaluationOptions,
  type GroupEvaluation,
  gateFor,
} from './evaluation/evaluate-fixed-text';
export { type FixedTextEntry, type FixedTextGroup, type FixedTextPerson, fixedTextGroups } from './evaluation/fixed-text-groups';
export { type LearningCurvePoint, type LearningCurveStep, learningCurve } from './evaluation/learning-curve';
export {
  type Gate,
  type GateAttempt,
  type GateName,
  type LearnedEntry,
  type ProductGateOptions,
  productGate,
  timingGate,
} from './evaluation/learning-gates';
export { type Attempt, type LearningSimulation, simulateLearning } from './evaluation/learning-simulation';
export {
  auc,
  equalErrorRate,
  falseMatchRate,
  falseNonMatchRate,
  fnmrAtFmr,
  type OperatingPoint,
  rocCurve,
} from './evaluation/rates';
export { DECISION_TARGETS, type Decision, ProbeScores, type ScoredUser } from './evaluation/scored-probes';
export {
  parseTypingRecord,
  TYPING_RECORD_LIMITS,
  type TypingRecord,
  TypingRecordError,
  type TypingRecordErrorCode,
} from './evaluation/typing-record';
export { type FigureOptions, type UserScores, type VerificationFigures, verificationFigures } from './evaluation/verification-figures';
export { seededUniforms } from './seeded-normals';
