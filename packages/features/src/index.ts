export { DISTRIBUTION_SCHEMA, type Distribution, distribution } from './distribution';
export { isTacitError, TacitError, type TacitErrorOptions } from './errors';
export {
  assertParsedEvidenceBatch,
  COARSE_STATES,
  type CoarseState,
  EVIDENCE_LIMITS,
  type EvidenceAnswer,
  type EvidenceBatch,
  type EvidenceBatchErrorCode,
  type EvidenceOpening,
  isParsedEvidenceBatch,
  type ParsedEvidenceBatch,
  parseEvidenceBatch,
} from './evidence-batch';
export {
  assertParsedFaceSample,
  FACE_LIMITS,
  FACE_PIPELINE,
  FACE_PIPELINES,
  type FaceAction,
  type FaceDescriptor,
  type FaceFrameNumbers,
  type FaceSample,
  type FaceSampleErrorCode,
  faceDescriptorValues,
  isParsedFaceSample,
  type ParsedFaceSample,
  parseFaceSample,
} from './face-sample';
export { FEATURE_CSV_COLUMNS, type FeatureCsvOptions, featureCsv } from './feature-csv';
export {
  FEATURE_CATEGORIES,
  FEATURE_ROWS_SCHEMA,
  type FeatureCategory,
  type FeatureRow,
  type FeatureRowsOptions,
  type FeatureSample,
  featureRows,
} from './feature-rows';
export {
  assertFixedTextVector,
  FIXED_TEXT_SCHEMA,
  type FixedTextOptions,
  type FixedTextTimings,
  type FixedTextVector,
  fixedTextVector,
  fixedTextVectorFrom,
  hasHolds,
  keysOf,
} from './fixed-text-vector';
export { afterReleaseOf, holdOf, pressPressOf } from './free-text-frames';
export {
  FREE_TEXT_BLOCKS,
  FREE_TEXT_SPREADS,
  FREE_TEXT_SUMMARY_LENGTH,
  type FreeTextBlock,
  freeTextSummary,
} from './free-text-summary';
export { assertFreeTextTable, FREQUENT_PAIRS, type FreeTextTable, KEY_PAIRS, TABLE_PARTS } from './free-text-table';
export {
  assertFreeTextTimings,
  FREE_TEXT_BOUNDS,
  FREE_TEXT_SCHEMA,
  type FreeTextEvents,
  type FreeTextTimings,
  type FreeTextWindowOptions,
  freeTextTimings,
  freeTextTimingsFrom,
  freeTextWindows,
} from './free-text-timings';
export { INSUFFICIENT_REASONS, type Insufficient, type InsufficientReason, insufficient, isInsufficient } from './insufficient';
export { KEY_CLASSES, keyClassOf } from './key-classes';
export { isCharacterKey, isCorrectionKey } from './key-codes';
export type { MeanAndDeviation } from './mean-and-deviation';
export { MECHANICS_SCHEMA, type Mechanics, type MechanicsOptions, mechanics } from './mechanics';
export { deviationOf, type Moments } from './moments';
export {
  assertNGraphs,
  mergeNGraphs,
  N_GRAPH_LIMITS,
  N_GRAPHS_SCHEMA,
  type NGraph,
  type NGraphOptions,
  type NGraphs,
  nGraphs,
} from './n-graphs';
export {
  assertPointerActions,
  POINTER_ACTIONS_SCHEMA,
  POINTER_FEATURES,
  type PointerActions,
  pointerActions,
  pointerActionsFrom,
} from './pointer-actions';
export { type PointerEvents, pointerEventsOf } from './pointer-events';
export {
  assertParsedPointerSample,
  isParsedPointerSample,
  type ParsedPointerSample,
  POINTER_DEVICES,
  POINTER_EVENT_KINDS,
  POINTER_FLAGS,
  POINTER_LIMITS,
  type PointerDevice,
  type PointerEventKind,
  type PointerEventNumbers,
  type PointerFlag,
  type PointerSample,
  type PointerSampleErrorCode,
  parsePointerSample,
} from './pointer-sample';
export { POINTER_ACTION_KINDS, POINTER_SEGMENTATION } from './pointer-segments';
export { RHYTHM_BOUNDS, RHYTHM_SCHEMA, type Rhythm, rhythm } from './rhythm';
export { SEQUENCE_KEY_IDS, sequenceKeyId } from './sequence-keys';
export {
  SEQUENCE_BOUNDS,
  SEQUENCE_CHANNELS,
  SEQUENCE_WINDOW_SCHEMA,
  type SequenceOptions,
  type SequenceVectorOptions,
  type SequenceWindow,
  sequenceWindows,
  sequenceWindowsFrom,
} from './sequence-windows';
export { SESSION_VECTOR_BOUNDS } from './session-bounds';
export { SESSION_POINTER_FEATURES } from './session-pointer';
export {
  assertSessionVector,
  SESSION_FEATURES,
  SESSION_KEYSTROKE_FEATURES,
  SESSION_VECTOR_SCHEMA,
  type SessionVector,
  type SessionVectorInput,
  sessionVector,
} from './session-vector';
export { SUMMARY_OF_EIGHT_SCHEMA, type SummaryOfEight, summaryOfEight } from './summary-of-eight';
export {
  assertParsedTypingSample,
  isParsedTypingSample,
  type ParsedTypingSample,
  parseTypingSample,
  TYPING_FLAGS,
  TYPING_LIMITS,
  TYPING_MODES,
  type TypingDevice,
  type TypingFlag,
  type TypingKey,
  type TypingMode,
  type TypingSample,
  type TypingSampleErrorCode,
} from './typing-sample';
export { toMilliseconds, toTenths } from './units';
