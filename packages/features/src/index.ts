export { DISTRIBUTION_SCHEMA, type Distribution, distribution } from './distribution';
export { isTacitError, TacitError, type TacitErrorOptions } from './errors';
export {
  assertFixedTextVector,
  FIXED_TEXT_SCHEMA,
  type FixedTextOptions,
  type FixedTextTimings,
  type FixedTextVector,
  fixedTextVector,
  fixedTextVectorFrom,
} from './fixed-text-vector';
export { INSUFFICIENT_REASONS, type Insufficient, type InsufficientReason, insufficient, isInsufficient } from './insufficient';
export { isCharacterKey, isCorrectionKey } from './key-codes';
export type { MeanAndDeviation } from './mean-and-deviation';
export { MECHANICS_SCHEMA, type Mechanics, type MechanicsOptions, mechanics } from './mechanics';
export { RHYTHM_BOUNDS, RHYTHM_SCHEMA, type Rhythm, rhythm } from './rhythm';
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
