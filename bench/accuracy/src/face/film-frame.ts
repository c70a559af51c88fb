import { seededUniforms } from '@tacit-auth/models/evaluation';
import { cut, type Pixels, resample, toFloats } from './pipeline';

/** Frames that a picture is turned into. */
export const FILM_FRAMES = 6;

/** A head moves by so much of the picture between two frames, comes so much nearer, and the light and a sensor change by so much. */
const SHIFT = 0.04;
const NEARER = 0.06;
const LIGHT = 0.12;
const NOISE = 2.5;

/**
 * A picture as one of several frames of a film: moved, nearer, in slightly other light, with a sensor's noise. It stands in for frames of one person that
 * nobody may pass on; it does not turn the head.
 */
export function asFilmFrame(picture: Pixels, frame: number, seed: number): Pixels {
  const uniform = seededUniforms(seed, 100 + frame);
  const around = () => 2 * uniform() - 1;
  const { width, height } = picture;
  const share = 1 - SHIFT - NEARER * uniform();
  const part = { width: Math.floor(share * width), height: Math.floor(share * height) };
  const x = Math.floor((width - part.width) * (0.5 + 0.5 * around()));
  const y = Math.floor((height - part.height) * (0.5 + 0.5 * around()));
  const moved = resample(cut(toFloats(picture), { x, y, ...part }), width, height);
  const gain = 1 + LIGHT * around();
  const data = Uint8ClampedArray.from(
    moved.data,
    (value) => gain * value + NOISE * Math.sqrt(3) * (uniform() + uniform() + uniform() + uniform() - 2),
  );
  return { width, height, channels: 3, data };
}
