import type { ParsedFaceSample } from '@tacit-auth/features';
import type { FaceActionLimits } from './face-action-limits';

export type FaceFrames = ParsedFaceSample['frames'];
export type FaceFrame = FaceFrames[number];

/** A blink or a turn, in the sample's own times; of a turn, its farthest yaw from the front (tenths of a degree). */
export interface FaceEvent {
  readonly from: number;
  readonly to: number;
  readonly yaw: number;
}

/** How a face looks while nothing is done: angles in tenths of a degree, openness as eye aspect ratio. */
export interface RestingPose {
  readonly yaw: number;
  readonly pitch: number;
  readonly roll: number;
  /** Of both eyes together, open: 0 where no face is in front. */
  readonly openness: number;
}

/** A head may be turned so far and still be near the front, in tenths of a degree. */
const NEAR_FRONT = 200;
/** A sample begins and ends with a straight look of half a second, in tenths of a ms. */
const STRAIGHT_TIME = 4_500;
/** Eyes are open in the straight look before and after: the upper tenth is moved by no blinks, not by those of four seconds either. */
const OPEN_QUANTILE = 0.9;

/** Columns of a frame. */
const [AT, FACES, LEFT_EYE, RIGHT_EYE, YAW, PITCH, ROLL] = [0, 1, 2, 3, 4, 5, 6] as const;

export function withOneFace(frames: FaceFrames): FaceFrame[] {
  return frames.filter((frame) => frame[FACES] === 1);
}

/** How open both eyes are together, as eye aspect ratio. */
export function opennessOf(frame: FaceFrame): number {
  return (frame[LEFT_EYE] + frame[RIGHT_EYE]) / 2_000;
}

export function restingPose(frames: FaceFrames, limits: FaceActionLimits): RestingPose {
  const near = withOneFace(frames).filter((frame) => Math.abs(frame[YAW]) <= NEAR_FRONT);
  // A head that is held at its turn for long would be in the middle of all frames.
  const [first, last] = [frames[0][AT] + STRAIGHT_TIME, frames[frames.length - 1][AT] - STRAIGHT_TIME];
  const straight = near.filter((frame) => frame[AT] <= first || frame[AT] >= last);
  const yaw = quantile(
    (straight.length === 0 ? near : straight).map((frame) => frame[YAW]),
    0.5,
  );
  const front = near.filter((frame) => Math.abs(frame[YAW] - yaw) <= 10 * limits.frontYaw);
  const of = (column: 5 | 6) =>
    quantile(
      front.map((frame) => frame[column]),
      0.5,
    );
  return { yaw, pitch: of(PITCH), roll: of(ROLL), openness: quantile(front.map(opennessOf), OPEN_QUANTILE) };
}

/** 0 of no values. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted.length === 0 ? 0 : sorted[Math.min(Math.floor(share * sorted.length), sorted.length - 1)];
}

/**
 * Turns to either side and back to the front, in order; one that is not finished is none. Whether the head is upright is judged in the first frame in which it
 * is far enough round.
 */
export function turnsIn(frames: FaceFrames, rest: RestingPose, limits: FaceActionLimits): FaceEvent[] {
  const turns: FaceEvent[] = [];
  const front = 10 * limits.frontYaw;
  let since: number | undefined;
  let far: FaceFrame | undefined;
  let upright: boolean | undefined;
  for (const frame of withOneFace(frames)) {
    const yaw = frame[YAW] - rest.yaw;
    const farYaw = far === undefined ? 0 : far[YAW] - rest.yaw;
    const turned = Math.abs(yaw) > front;
    if (far !== undefined && since !== undefined && (!turned || yaw > 0 !== farYaw > 0)) {
      if (upright && frame[AT] - since >= 10 * limits.shortestTurn) {
        turns.push({ from: since, to: frame[AT], yaw: farYaw });
      }
      far = undefined;
      since = undefined;
      upright = undefined;
    }
    if (turned) {
      since ??= frame[AT];
      far = far === undefined || Math.abs(yaw) > Math.abs(far[YAW] - rest.yaw) ? frame : far;
      if (Math.abs(yaw) >= 10 * limits.leastTurn) {
        upright ??= isUpright(frame, rest, limits);
      }
    }
  }
  return turns;
}

function isUpright(frame: FaceFrame, rest: RestingPose, { mostTiltInTurn }: FaceActionLimits): boolean {
  return Math.max(Math.abs(frame[PITCH] - rest.pitch), Math.abs(frame[ROLL] - rest.roll)) <= 10 * mostTiltInTurn;
}

/** Both eyes shut and open again while the head is in front and keeps still, in order; eyes that stay shut are no blink. */
export function blinksIn(frames: FaceFrames, rest: RestingPose, limits: FaceActionLimits): FaceEvent[] {
  const blinks: FaceEvent[] = [];
  const shut = limits.shutShare * rest.openness;
  const open = limits.openShare * rest.openness;
  let before: FaceFrame | undefined;
  let shutAt: number | undefined;
  let moved = 0;
  for (const frame of withOneFace(frames)) {
    const openness = opennessOf(frame);
    if (shutAt === undefined) {
      if (openness >= open) {
        before = frame;
      } else if (before !== undefined && openness < shut && bothBelow(frame, open)) {
        shutAt = frame[AT];
        moved = poseChange(before, frame);
      }
      continue;
    }
    if (openness < open) {
      moved = Math.max(moved, before === undefined ? 0 : poseChange(before, frame));
      continue;
    }
    const lasted = frame[AT] - shutAt;
    const blink = { from: shutAt, to: frame[AT], yaw: 0 };
    const still = moved <= 10 * limits.mostPoseInBlink && Math.abs(frame[YAW] - rest.yaw) <= NEAR_FRONT;
    const timed = lasted >= 10 * limits.shortestBlink && lasted <= 10 * limits.longestBlink;
    if (still && timed) {
      blinks.push(blink);
    }
    before = frame;
    shutAt = undefined;
  }
  return blinks;
}

/** One eye may seem wider than the other, but a wink is no blink. */
function bothBelow(frame: FaceFrame, open: number): boolean {
  return Math.max(frame[LEFT_EYE], frame[RIGHT_EYE]) < 1_000 * open;
}

/** The largest change of any angle, in tenths of a degree. */
export function poseChange(a: FaceFrame, b: FaceFrame): number {
  return Math.max(Math.abs(a[YAW] - b[YAW]), Math.abs(a[PITCH] - b[PITCH]), Math.abs(a[ROLL] - b[ROLL]));
}
