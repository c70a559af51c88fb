export type { FaceAction, FaceSample } from '@tacit-auth/features';
export { type CaptureFaceOptions, captureFace, type FaceCapture, type FaceCaptureResult, type FaceCaptureState } from './face/capture-face';
export {
  type FaceFailure,
  type FaceGuidance,
  type FaceHint,
  type FaceStep,
  faceFailureText,
  faceGuidanceText,
  faceHintText,
} from './face/face-guidance';
export { FACE_FRAME_POLICY, faceFrameHeaders } from './face/frame-headers';
export type { Timer } from './timer';
