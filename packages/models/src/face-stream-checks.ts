import type { FaceActionLimits } from './face-action-limits';
import { check, type FaceCheck } from './face-check';
import { type FaceFrame, type FaceFrames, opennessOf, poseChange, withOneFace } from './face-events';

/** Whether frames can come from a camera with one living face before it, whatever was asked for. */
export function streamChecks(frames: FaceFrames, limits: FaceActionLimits): FaceCheck[] {
  const duration = (frames[frames.length - 1][0] - frames[0][0]) / 10;
  const durationLimit = duration < limits.leastDuration ? limits.leastDuration : limits.mostDuration;
  const seen = withOneFace(frames);
  const many = frames.filter(([, faces]) => faces > 1).length / frames.length;
  const frozen = longestRun(
    frames,
    (frame, before) => frame[1] > 0 && frame.every((value, column) => column === 0 || value === before[column]),
  );
  return [
    check('duration', duration, durationLimit, duration >= limits.leastDuration && duration <= limits.mostDuration),
    checkFrameRate(frames, duration, limits),
    checkOneFace(frames, seen, limits),
    check('many-faces', many, limits.mostManyFaces, many <= limits.mostManyFaces),
    check('frozen', frozen, limits.longestFrozen, frozen <= limits.longestFrozen),
    checkStill(seen, limits),
    checkJump(frames, limits),
  ];
}

function checkFrameRate(frames: FaceFrames, duration: number, limits: FaceActionLimits): FaceCheck {
  const rate = (1_000 * (frames.length - 1)) / duration;
  let gap = 0;
  for (let i = 1; i < frames.length; i++) {
    gap = Math.max(gap, (frames[i][0] - frames[i - 1][0]) / 10);
  }
  if (gap > limits.longestGap) {
    return check('frame-rate', gap, limits.longestGap, false);
  }
  const limit = rate > limits.mostFrameRate ? limits.mostFrameRate : limits.leastFrameRate;
  return check('frame-rate', rate, limit, rate >= limits.leastFrameRate && rate <= limits.mostFrameRate);
}

function checkOneFace(frames: FaceFrames, seen: readonly FaceFrame[], limits: FaceActionLimits): FaceCheck {
  // A face that is gone for long can come back as another.
  const without = longestRun(frames, (frame) => frame[1] !== 1);
  if (without > limits.longestWithoutFace) {
    return check('one-face', without, limits.longestWithoutFace, false);
  }
  const share = seen.length / frames.length;
  return check('one-face', share, limits.leastOneFace, share >= limits.leastOneFace);
}

function checkStill(seen: readonly FaceFrame[], limits: FaceActionLimits): FaceCheck {
  const yaw = rangeOf(seen.map((frame) => frame[4] / 10));
  const openness = rangeOf(seen.map(opennessOf));
  return check('still', yaw, limits.stillYaw, yaw >= limits.stillYaw || openness >= limits.stillOpenness);
}

function rangeOf(values: readonly number[]): number {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  return values.length === 0 ? 0 : most - least;
}

function checkJump(frames: FaceFrames, limits: FaceActionLimits): FaceCheck {
  let fastest = 0;
  for (let i = 1; i < frames.length; i++) {
    if (frames[i][1] === 1 && frames[i - 1][1] === 1) {
      const degrees = Math.max(poseChange(frames[i - 1], frames[i]) / 10 - limits.poseNoise, 0);
      fastest = Math.max(fastest, (10_000 * degrees) / (frames[i][0] - frames[i - 1][0]));
    }
  }
  return check('jump', fastest, limits.fastestTurn, fastest <= limits.fastestTurn);
}

/** Longest time, in ms, over which every frame is `so` beside the one before it. */
function longestRun(frames: FaceFrames, so: (frame: FaceFrame, before: FaceFrame) => boolean): number {
  let longest = 0;
  let since: number | undefined;
  for (let i = 1; i < frames.length; i++) {
    const before = frames[i - 1];
    if (so(frames[i], before)) {
      since ??= before[0];
      longest = Math.max(longest, (frames[i][0] - since) / 10);
    } else {
      since = undefined;
    }
  }
  return longest;
}
