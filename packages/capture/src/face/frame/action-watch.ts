import type { FaceAction } from '@tacit-auth/features';
import type { FaceHint } from '../face-guidance';
import type { FaceFrame } from './face-reader';

/** How this person looks when looking straight with open eyes. */
export interface FaceBaseline {
  readonly leftEye: number;
  readonly rightEye: number;
  readonly yaw: number;
  readonly pitch: number;
  readonly roll: number;
}

/**
 * Watches for one action. The server judges the same numbers again; this one only knows when to go on. Its bounds lie a little inside those of
 * `FACE_ACTION_LIMITS` in `@tacit-auth/models`, so that what passes here passes there.
 */
export interface ActionWatch {
  /** Takes the next frame with one face; true once the action is done. */
  observe(frame: FaceFrame): boolean;
  readonly hint: FaceHint;
  /** Something was done by halves, and the server may take it for the whole: the action would then be one too many. */
  readonly isDoubtful: boolean;
  /** 0 to 1. */
  readonly progress: number;
}

/** Openness of both eyes, as a share of the person's own, below which they are closed, and above which they are open again. */
export const CLOSED_SHARE = 0.6;
export const OPEN_SHARE = 0.82;
/** Shut for less is a flaw of one frame; for more is no blink. */
const SHORTEST_BLINK_MS = 60;
const LONGEST_BLINK_MS = 4_000;
/** Shut for so long, the eyes wait for a word. */
const TOLD_TO_OPEN_MS = 1_000;
/** Degrees that the head may move while the eyes are shut: a picture that is tilted has narrower eyes too. */
const MOST_MOVED = 10;
/** Degrees from the person's own straight look: turned, and back again; and how far the head may nod or lean meanwhile. */
export const TURNED_DEGREES = 22;
export const BACK_DEGREES = 8;
/** Beyond these the server, whose straight look may differ by some degrees, surely sees the head away from the front, and may see it turned. */
const AWAY_DEGREES = 14;
const MOST_TILT = 22;
const SHORTEST_TURN_MS = 180;
/** Turns of more than these may be turns for the server. */
const DOUBTFUL_DEGREES = 16;
const DOUBTFUL_MS = 140;

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** The middle of the frames: one blink among them does not count. */
export function baselineOf(frames: readonly FaceFrame[]): FaceBaseline {
  return {
    leftEye: median(frames.map(({ leftEye }) => leftEye)),
    rightEye: median(frames.map(({ rightEye }) => rightEye)),
    yaw: median(frames.map(({ yaw }) => yaw)),
    pitch: median(frames.map(({ pitch }) => pitch)),
    roll: median(frames.map(({ roll }) => roll)),
  };
}

export function watchAction(action: FaceAction, baseline: FaceBaseline): ActionWatch {
  return action.kind === 'blink' ? watchBlinks(action.times, baseline) : watchTurn(action.to, baseline);
}

/** Whether both eyes are open, for the person; frames with one narrow eye are neither open nor shut. */
export function eyesOpen({ leftEye, rightEye }: FaceFrame, baseline: FaceBaseline): boolean {
  return leftEye > OPEN_SHARE * baseline.leftEye && rightEye > OPEN_SHARE * baseline.rightEye;
}

function eyesShut({ leftEye, rightEye }: FaceFrame, baseline: FaceBaseline): boolean {
  return leftEye < CLOSED_SHARE * baseline.leftEye && rightEye < CLOSED_SHARE * baseline.rightEye;
}

type Pose = Pick<FaceFrame, 'yaw' | 'pitch' | 'roll'>;

/** The largest change of any angle, in degrees. */
export function poseChange(one: Pose, other: Pose): number {
  return Math.max(Math.abs(one.yaw - other.yaw), Math.abs(one.pitch - other.pitch), Math.abs(one.roll - other.roll));
}

function watchBlinks(times: number, baseline: FaceBaseline): ActionWatch {
  let blinks = 0;
  // Eyes that were shut all along have not been closed.
  let before: FaceFrame | undefined;
  let shutAt: number | undefined;
  let moved = 0;
  let at = 0;
  return {
    observe(frame) {
      at = frame.at;
      if (eyesOpen(frame, baseline)) {
        const lasted = shutAt === undefined ? 0 : frame.at - shutAt;
        blinks += lasted >= SHORTEST_BLINK_MS && lasted <= LONGEST_BLINK_MS && moved <= MOST_MOVED ? 1 : 0;
        before = frame;
        shutAt = undefined;
        moved = 0;
      } else if (before !== undefined) {
        moved = Math.max(moved, poseChange(before, frame));
        if (eyesShut(frame, baseline)) {
          shutAt ??= frame.at;
        }
      }
      return blinks >= times;
    },
    get hint() {
      return shutAt !== undefined && at - shutAt >= TOLD_TO_OPEN_MS ? 'open-eyes' : 'blink';
    },
    // Some blinks too many are no fault: people blink unasked.
    isDoubtful: false,
    get progress() {
      return Math.min(1, blinks / times);
    },
  };
}

function watchTurn(to: 'left' | 'right', baseline: FaceBaseline): ActionWatch {
  let since: number | undefined;
  let until: number | undefined;
  let turned = false;
  let tilted = false;
  let outAt: number | undefined;
  let farthest = 0;
  let isDoubtful = false;
  return {
    observe({ at, yaw, pitch, roll }) {
      const angle = (yaw - baseline.yaw) * (to === 'left' ? 1 : -1);
      if (Math.abs(angle) <= BACK_DEGREES) {
        // Back after too short a time: a flaw of one frame.
        const isDone = turned && since !== undefined && (until ?? at) - since >= SHORTEST_TURN_MS;
        isDoubtful ||= !isDone && farthest >= DOUBTFUL_DEGREES && at - (outAt ?? at) >= DOUBTFUL_MS;
        since = undefined;
        until = undefined;
        outAt = undefined;
        farthest = 0;
        turned = false;
        tilted = false;
        return isDone;
      }
      outAt ??= at;
      farthest = Math.max(farthest, angle);
      if (angle > AWAY_DEGREES) {
        since ??= at;
        until = undefined;
      } else if (since !== undefined) {
        until ??= at;
      }
      if (!turned) {
        // Only on the way there, as the server does: farther round, a camera that stands low sees any head lean.
        const tilt = Math.max(Math.abs(pitch - baseline.pitch), Math.abs(roll - baseline.roll));
        tilted ||= angle > AWAY_DEGREES && tilt > MOST_TILT;
        turned = !tilted && angle >= TURNED_DEGREES;
      }
      return false;
    },
    get hint() {
      return turned ? 'look-ahead' : (`turn-${to}` as const);
    },
    get isDoubtful() {
      return isDoubtful;
    },
    get progress() {
      return turned ? 0.5 : 0;
    },
  };
}
