import type { FaceAction, ParsedFaceSample } from '@tacit-auth/features';
import { assertFaceActionLimits, FACE_ACTION_LIMITS, type FaceActionLimits } from './face-action-limits';
import { check, FACE_CHECK_IDS, type FaceCheck, type FaceCheckId } from './face-check';
import { blinksIn, type FaceEvent, type FaceFrames, restingPose, turnsIn } from './face-events';
import { streamChecks } from './face-stream-checks';

/** From the beginning of the first action to the end of the last, in the sample's own times (0.1 ms). */
export interface FaceActionSpan {
  readonly from: number;
  readonly to: number;
}

export interface FaceActionVerdict {
  readonly passed: boolean;
  /** Ids of the checks that failed, each once; empty where `passed`. */
  readonly failed: readonly FaceCheckId[];
  readonly checks: readonly FaceCheck[];
  /** When the actions were done; null where one was not. */
  readonly span: FaceActionSpan | null;
}

export interface FaceActionInput {
  /** What was asked for, in order: 1 to 8 actions. */
  readonly actions: readonly FaceAction[];
  readonly frames: ParsedFaceSample['frames'];
  /** Bounds in place of {@link FACE_ACTION_LIMITS}; those that are left out stay. */
  readonly limits?: Partial<FaceActionLimits>;
}

export const MOST_FACE_ACTIONS = 8;

/**
 * Whether a person did before the camera what was asked for: every blink and turn in order and no other turn, by one face in a live stream. A still picture,
 * a picture that is tilted or slid, and a frozen stream fail. Pure. It can not tell numbers that a program made up: those raise the cost of an attack
 * no further than having to know what a person's would be.
 *
 * @throws TypeError or RangeError for wrong arguments.
 */
export function judgeFaceActions({ actions, frames, limits }: FaceActionInput): FaceActionVerdict {
  assertActions(actions);
  assertFrames(frames);
  const bounds = { ...FACE_ACTION_LIMITS, ...limits };
  assertFaceActionLimits(bounds);
  const checks = streamChecks(frames, bounds);
  const rest = restingPose(frames, bounds);
  checks.push(check('eyes', rest.openness, bounds.leastOpenness, rest.openness >= bounds.leastOpenness));
  const turns = turnsIn(frames, rest, bounds);
  const blinks = blinksIn(frames, rest, bounds);
  const { checks: ofActions, span } = checkActions(
    actions,
    turns,
    blinks,
    { from: frames[0][0], to: frames[frames.length - 1][0] },
    bounds,
  );
  checks.push(...ofActions);
  const failed = FACE_CHECK_IDS.filter((id) => checks.some((each) => each.id === id && each.outcome === 'fail'));
  return { passed: failed.length === 0, failed, checks, span };
}

/** What lies between two turns that were asked for: how many blinks, and at which place of the list. */
interface Slot {
  blinks: number;
  action: number;
}

function checkActions(
  actions: readonly FaceAction[],
  turns: readonly FaceEvent[],
  blinks: readonly FaceEvent[],
  film: FaceActionSpan,
  limits: FaceActionLimits,
): { checks: FaceCheck[]; span: FaceActionSpan | null } {
  const slots: Slot[] = [{ blinks: 0, action: -1 }];
  const checks: FaceCheck[] = [];
  const done: FaceActionSpan[] = [];
  let asked = 0;
  for (const [place, action] of actions.entries()) {
    if (action.kind === 'blink') {
      const slot = slots[slots.length - 1];
      slot.blinks += action.times;
      slot.action = slot.action < 0 ? place : slot.action;
      continue;
    }
    const turn = turns[asked];
    asked++;
    slots.push({ blinks: 0, action: -1 });
    const right = turn !== undefined && turn.yaw > 0 === (action.to === 'left');
    checks.push(check('turn', turn === undefined ? 0 : Math.abs(turn.yaw) / 10, limits.leastTurn, right, place));
    if (right) {
      done.push(turn);
    }
  }
  checks.push(check('extra-turn', Math.max(turns.length - asked, 0), 0, turns.length <= asked));
  for (const [place, { blinks: wanted, action }] of slots.entries()) {
    const from = place === 0 ? film.from : (turns[place - 1]?.to ?? Number.POSITIVE_INFINITY);
    const to = place === asked ? film.to : (turns[place]?.from ?? Number.POSITIVE_INFINITY);
    const seen = blinks.filter((blink) => blink.from >= from && blink.to <= to);
    if (wanted === 0) {
      // Between turns that were not seen there is nothing to count.
      if (Number.isFinite(to - from)) {
        checks.push(checkUnasked(seen, (to - from) / 10, limits));
      }
      continue;
    }
    const enough = seen.length >= wanted && seen.length <= wanted + limits.spareBlinks;
    checks.push(check('blink', seen.length, wanted, enough, action));
    if (enough) {
      // A blink of nature's own before the first action or after the last is no part of them.
      const own = place === 0 ? seen.slice(-wanted) : seen.slice(0, wanted);
      done.push({ from: own[0].from, to: own[own.length - 1].to });
    }
  }
  checks.sort((a, b) => (a.action ?? actions.length) - (b.action ?? actions.length));
  const whole = checks.every(({ outcome }) => outcome === 'pass');
  const span = whole ? { from: Math.min(...done.map(({ from }) => from)), to: Math.max(...done.map(({ to }) => to)) } : null;
  return { checks, span };
}

/** Where none were asked for: a film that was made to answer many challenges has blinks there too. */
function checkUnasked(seen: readonly FaceEvent[], lasts: number, limits: FaceActionLimits): FaceCheck {
  const longest = Math.max(0, ...seen.map(({ from, to }) => (to - from) / 10));
  if (longest > limits.longestNaturalBlink) {
    return check('extra-blink', longest, limits.longestNaturalBlink, false);
  }
  const most = Math.max(1, Math.min(limits.mostNaturalBlinks, Math.floor(lasts / limits.naturalBlinkEvery)));
  return check('extra-blink', seen.length, most, seen.length <= most);
}

function assertActions(actions: unknown): asserts actions is readonly FaceAction[] {
  if (!Array.isArray(actions)) {
    throw new TypeError('actions must be an array');
  }
  if (actions.length < 1 || actions.length > MOST_FACE_ACTIONS) {
    throw new RangeError(`actions must hold 1 to ${MOST_FACE_ACTIONS} actions`);
  }
  for (let i = 0; i < actions.length; i++) {
    const action = actions[i] as Partial<Record<'kind' | 'times' | 'to', unknown>> | null | undefined;
    const blink = action?.kind === 'blink' && (action.times === 1 || action.times === 2 || action.times === 3);
    const turn = action?.kind === 'turn' && (action.to === 'left' || action.to === 'right');
    if (!blink && !turn) {
      throw new TypeError(`actions[${i}] must be a blink, 1 to 3 times, or a turn to the left or the right`);
    }
  }
}

function assertFrames(frames: unknown): asserts frames is FaceFrames {
  if (
    !Array.isArray(frames) ||
    frames.length < 2 ||
    !frames.every((frame) => Array.isArray(frame) && frame.length === 7 && frame.every(Number.isInteger))
  ) {
    throw new TypeError('frames must be the frames of a parsed face sample');
  }
}
