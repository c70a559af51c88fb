// The script of frame.html: see docs/face.md.
import { pageTimer } from '../timer';
import { createFaceEngine } from './engine/face-engine';
import { createFrameView } from './frame/frame-view';
import { serveFrame } from './frame/serve-frame';

serveFrame({
  frame: window,
  devices: navigator.mediaDevices,
  createEngine: createFaceEngine,
  createView: () => createFrameView(document),
  copyPicture: (picture) => createImageBitmap(picture),
  clock: () => performance.now(),
  timer: pageTimer,
});
