export type { PointerSample, TypingSample } from '@tacit-auth/features';
export {
  createEnrolment,
  type Enrolment,
  type EnrolmentOptions,
  type EnrolmentState,
  type EnrolmentStep,
  type EnrolmentStepState,
  secretSteps,
  textSteps,
} from './create-enrolment';
export { type EntryProblem, type EntryQuality, type EntryToJudge, entryQuality } from './entry-quality';
export { CaptureError, type CaptureErrorCode, type CaptureErrorOptions } from './errors';
export type { FreeTextField } from './free-text-field';
export {
  type FreeTextRecording,
  type FreeTextRecordingState,
  type RecordFreeTextOptions,
  recordFreeText,
} from './record-free-text';
export {
  type PointerRecording,
  type PointerRecordingState,
  type RecordPointerOptions,
  recordPointer,
} from './record-pointer';
export {
  type FinishWhenReleasedOptions,
  type RecordTypingOptions,
  recordTyping,
  type TypingRecording,
  type TypingRecordingState,
} from './record-typing';
export type { Timer } from './timer';
export { type LetterState, type MeterReading, type TypingMeter, type TypingMeterOptions, typingMeter } from './typing-meter';
export type { TextField } from './typing-observer';
export { type IdleState, type IdleWatcher, type WatchIdleOptions, watchIdle } from './watch-idle';
