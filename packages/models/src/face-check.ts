/** Every check, in the order in which `judgeFaceActions` reports them. */
export const FACE_CHECK_IDS = [
  /** The look took too short or too long. */
  'duration',
  /** Frames came too seldom, too fast for a camera, or with a gap. */
  'frame-rate',
  /** Too many frames without a face, or one gap too long. */
  'one-face',
  /** More than one face in too many frames. */
  'many-faces',
  /** The numbers stood still as no living face's do, frame by frame. */
  'frozen',
  /** Neither the eyes nor the head moved: a still picture. */
  'still',
  /** The head jumped faster than a head can turn: a cut, or another picture. */
  'jump',
  /** The eyes were not seen open: nothing can be said of a blink. */
  'eyes',
  /** An action: fewer or more blinks than were asked for. */
  'blink',
  /** An action: the head was not turned to that side and back, far enough and upright. */
  'turn',
  /** Turns beside those that were asked for. */
  'extra-turn',
  /** Blinks where none were asked for, more or longer than nature's own. */
  'extra-blink',
] as const;
export type FaceCheckId = (typeof FACE_CHECK_IDS)[number];

/** One check as data, `value` on the wrong side of `limit` where it fails. Times in ms, angles in degrees, shares as fractions. */
export interface FaceCheck {
  readonly id: FaceCheckId;
  readonly outcome: 'pass' | 'fail';
  readonly value: number;
  readonly limit: number;
  /** Place of the action in the list, for `blink` and `turn`. Consecutive blinks are one check, at the place of the first. */
  readonly action?: number;
}

export function check(id: FaceCheckId, value: number, limit: number, passed: boolean, action?: number): FaceCheck {
  return { id, outcome: passed ? 'pass' : 'fail', value, limit, ...(action === undefined ? {} : { action }) };
}
