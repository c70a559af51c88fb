import type { FaceAction } from '@tacit-auth/features';
import { type FaceBaseline, poseChange } from './action-watch';
import type { FaceFrame } from './face-reader';

/**
 * Blinks that the server would count against a look: more than asked for and one, or more than people blink by nature where none was asked for. Its bounds lie a
 * little outside those of `FACE_ACTION_LIMITS` in `@tacit-auth/models`, so that a blink of the server's is one here: the customer begins again, where the
 * server would take him for a film.
 */
const SHUT_SHARE = 0.64;
const OPEN_SHARE = 0.79;
const BOTH_SHARE = 0.82;
const SHORTEST_MS = 40;
const LONGEST_MS = 4_400;
const MOST_YAW = 22;
/** Degrees that the head may move while the eyes are shut: who looks down has narrow eyes too. */
const MOST_MOVED = 14;
const SPARE = 1;
const NATURAL_EVERY_MS = 2_600;
const MOST_NATURAL = 2;
const LONGEST_NATURAL_MS = 760;
/** Degrees from the straight look: in front, and turned. */
const FRONT = 10;
const TURNED = 18;
const SHORTEST_TURN_MS = 150;
/** Eyes are open in the upper tenth of the frames. */
const OPEN_QUANTILE = 0.9;

interface Span {
  readonly from: number;
  readonly to: number;
}

const openness = ({ leftEye, rightEye }: FaceFrame): number => (leftEye + rightEye) / 2;

/** @param frames all of a try, from its first good one on. False where they do not show the turns that were asked for: the server is to say that. */
export function hasStrayBlinks(frames: readonly FaceFrame[], actions: readonly FaceAction[], baseline: FaceBaseline): boolean {
  const seen = frames.filter(({ faces }) => faces === 1);
  const turns = turnsIn(seen, baseline);
  // Blinks between two turns belong together.
  const slots = [0];
  for (const action of actions) {
    if (action.kind === 'turn') {
      slots.push(0);
    } else {
      slots.push((slots.pop() ?? 0) + action.times);
    }
  }
  if (turns.length !== slots.length - 1) {
    return false;
  }
  const blinks = blinksIn(seen, baseline);
  return slots.some((wanted, place) => {
    const from = turns[place - 1]?.to ?? frames[0]!.at;
    const to = turns[place]?.from ?? frames.at(-1)!.at;
    const inside = blinks.filter((blink) => blink.from >= from && blink.to <= to);
    if (wanted > 0) {
      return inside.length > wanted + SPARE;
    }
    const most = Math.max(1, Math.min(MOST_NATURAL, Math.floor((to - from) / NATURAL_EVERY_MS)));
    return inside.length > most || inside.some((blink) => blink.to - blink.from > LONGEST_NATURAL_MS);
  });
}

/** From leaving the front to being back in it. */
function turnsIn(frames: readonly FaceFrame[], { yaw: rest }: FaceBaseline): Span[] {
  const turns: Span[] = [];
  let since: number | undefined;
  let farthest = 0;
  for (const { at, yaw } of frames) {
    const angle = yaw - rest;
    if (since !== undefined && (Math.abs(angle) <= FRONT || angle > 0 !== farthest > 0)) {
      if (Math.abs(farthest) >= TURNED && at - since >= SHORTEST_TURN_MS) {
        turns.push({ from: since, to: at });
      }
      since = undefined;
      farthest = 0;
    }
    if (Math.abs(angle) > FRONT) {
      since ??= at;
      farthest = Math.abs(angle) > Math.abs(farthest) ? angle : farthest;
    }
  }
  return turns;
}

function blinksIn(frames: readonly FaceFrame[], { yaw }: FaceBaseline): Span[] {
  const front = frames
    .filter((frame) => Math.abs(frame.yaw - yaw) <= FRONT)
    .map(openness)
    .sort((a, b) => a - b);
  const rest = front[Math.min(front.length - 1, Math.floor(OPEN_QUANTILE * front.length))] ?? 0;
  const blinks: Span[] = [];
  let before: FaceFrame | undefined;
  let shutAt: number | undefined;
  let moved = 0;
  for (const frame of frames) {
    const { at, leftEye, rightEye } = frame;
    if (openness(frame) >= OPEN_SHARE * rest) {
      const lasted = at - (shutAt ?? at);
      if (lasted >= SHORTEST_MS && lasted <= LONGEST_MS && moved <= MOST_MOVED && Math.abs(frame.yaw - yaw) <= MOST_YAW) {
        blinks.push({ from: at - lasted, to: at });
      }
      before = frame;
      shutAt = undefined;
      moved = 0;
    } else if (before !== undefined) {
      if (openness(frame) < SHUT_SHARE * rest && Math.max(leftEye, rightEye) < BOTH_SHARE * rest) {
        shutAt ??= at;
      }
      if (shutAt !== undefined) {
        moved = Math.max(moved, poseChange(before, frame));
      }
    }
  }
  return blinks;
}
