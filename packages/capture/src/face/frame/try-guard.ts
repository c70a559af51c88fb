import type { FaceAction } from '@tacit-auth/features';
import type { FaceFailure } from '../face-guidance';
import type { FaceBaseline } from './action-watch';
import type { FaceFrame } from './face-reader';
import { hasStrayBlinks } from './stray-blinks';

/**
 * What spoils a try for the server, however well the actions were done, so that it is said at once and not after the whole. The bounds lie a little inside those of
 * `FACE_ACTION_LIMITS` in `@tacit-auth/models`.
 */
export interface TryGuard {
  /** Takes every frame from the first action on. */
  observe(frame: FaceFrame, turningTo: 'left' | 'right' | undefined): FaceFailure | undefined;
  /** Once all frames are in. */
  judge(): FaceFailure | undefined;
}

/** Time between two frames, and without exactly one face: in a gap one face could be exchanged for another. */
const LONGEST_GAP_MS = 1_400;
const LONGEST_STRANGE_MS = 900;
const MOST_WITHOUT_FACE = 0.09;
const MOST_WITH_MANY = 0.045;
const LEAST_FRAME_RATE = 2.1;
/** Degrees from the straight look that are a turn, where none was asked for. */
const UNASKED_TURN = 16;

/** @param steady frames from before the actions, which belong to the try. */
export function tryGuard(steady: readonly FaceFrame[], baseline: FaceBaseline, actions: readonly FaceAction[]): TryGuard {
  const start = steady[0]!.at;
  const seen = [...steady];
  let without = 0;
  let many = 0;
  let strangeSince: number | undefined;

  return {
    observe(frame, turningTo) {
      const { at, faces, yaw } = frame;
      const gap = at - seen.at(-1)!.at;
      seen.push(frame);
      if (gap > LONGEST_GAP_MS) {
        return 'too-slow';
      }
      if (faces !== 1) {
        without += faces === 0 ? 1 : 0;
        many += faces > 1 ? 1 : 0;
        strangeSince ??= at - gap;
        return at - strangeSince > LONGEST_STRANGE_MS ? (faces > 1 ? 'many-faces' : 'no-face') : undefined;
      }
      strangeSince = undefined;
      const left = yaw - baseline.yaw;
      const isUnasked = (turningTo !== 'left' && left > UNASKED_TURN) || (turningTo !== 'right' && left < -UNASKED_TURN);
      return isUnasked ? 'turned-away' : undefined;
    },
    judge() {
      const frames = seen.length;
      if (many / frames > MOST_WITH_MANY) {
        return 'many-faces';
      }
      if ((many + without) / frames > MOST_WITHOUT_FACE) {
        return 'no-face';
      }
      if ((1_000 * (frames - 1)) / (seen.at(-1)!.at - start) < LEAST_FRAME_RATE) {
        return 'too-slow';
      }
      return hasStrayBlinks(seen, actions, baseline) ? 'not-live' : undefined;
    },
  };
}
