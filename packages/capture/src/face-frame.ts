import './face/frame';
