export { describeFace, type EnsureNet, type FaceApi, type FaceDetectorId } from './face/engine/descriptor-pipeline';
export { cut, type Pixels, resample, toFloats } from './face/engine/pixels';
