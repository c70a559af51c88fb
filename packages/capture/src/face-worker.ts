import './face/engine/face-worker';
