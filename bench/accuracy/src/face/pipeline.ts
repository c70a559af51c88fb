/** The steps from picture to descriptor are the very ones that are shipped. */
export {
  cut,
  describeFace,
  type EnsureNet,
  type FaceApi,
  type FaceDetectorId,
  type Pixels,
  resample,
  toFloats,
} from '@tacit-auth/capture/face-descriptor';
