export { DISTRIBUTION_SCHEMA, type Distribution, distribution } from './distribution';
export { isTacitError, TacitError, type TacitErrorOptions } from './errors';
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
export { SUMMARY_OF_EIGHT_SCHEMA, type SummaryOfEight, summaryOfEight } from './summary-of-eight';
export {
  assertParsedTypingSample,
  isParsedTypingSample,
  type ParsedTypingSample,
  parseTypingSample,
  TYPING_FLAGS,
  TYPING_LIMITS,
  type TypingDevice,
  type TypingFlag,
  type TypingKey,
  type TypingMode,
  type TypingSample,
  type TypingSampleErrorCode,
} from './typing-sample';
export { toMilliseconds, toTenths } from './units';
