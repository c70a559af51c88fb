import type { FaceProblem } from '../face-guidance';
import type { FaceFrame } from './face-reader';

/**
 * Mean luma of the face, 0-255, and share of its points under 40: low bounds, because dark skin in fair light has them too. Faces of the set LFW that have a
 * mean of 25 to 32 at half their light keep their descriptors within .18 of those in full light, far below what tells people apart.
 */
export const DARK_MEAN = 22;
export const DARK_SHARE = 0.92;
/** Mean luma, and share of points over 225: of a fair face at twice its light .7. */
export const BRIGHT_MEAN = 225;
export const BRIGHT_SHARE = 0.6;
/** Width of the face in pixels of the picture: descriptors are made of crops of 150 pixels, eyes need some pixels to be seen closing. */
export const NEAR_PIXELS = 100;
/** Of faces 190 pixels wide: .1 to .4 as photographed, .013 to .04 with a Gaussian blur of 2 pixels, .003 to .0085 with one of 4. */
export const SHARP = 0.009;
/** Degrees away from the camera up to which a face counts as frontal. */
export const FRONTAL_YAW = 15;
export const FRONTAL_PITCH = 25;
export const FRONTAL_ROLL = 20;

/**
 * What is wrong with a frame, the most useful thing to say first; null for a good frame.
 *
 * @param still whether the person is asked to look straight and hold still. While an action moves the head, size, blur and pose are no problem.
 */
export function problemOf(frame: FaceFrame, { still }: { still: boolean }): FaceProblem | null {
  const { faces, box, luma, sharpness, yaw, pitch, roll } = frame;
  if (faces > 1) {
    return 'many-faces';
  }
  // Before `no-face`: in the dark none is found.
  if (luma.mean < DARK_MEAN || luma.darkShare > DARK_SHARE) {
    return 'too-dark';
  }
  if (luma.mean > BRIGHT_MEAN || luma.brightShare > BRIGHT_SHARE) {
    return 'too-bright';
  }
  if (faces === 0 || box === null) {
    return 'no-face';
  }
  if (!still) {
    return null;
  }
  if (box.width < NEAR_PIXELS) {
    return 'too-far';
  }
  if (sharpness < SHARP) {
    return 'blurred';
  }
  const frontal = Math.abs(yaw) <= FRONTAL_YAW && Math.abs(pitch) <= FRONTAL_PITCH && Math.abs(roll) <= FRONTAL_ROLL;
  return frontal ? null : 'turned-away';
}
