export { CaptureError, type CaptureErrorCode, type CaptureErrorOptions } from './errors';
export {
  type FinishWhenReleasedOptions,
  type RecordTypingOptions,
  recordTyping,
  type TypingRecording,
  type TypingRecordingState,
} from './record-typing';
export type { Timer } from './timer';
export type { TextField } from './typing-observer';
