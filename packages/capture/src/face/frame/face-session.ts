import { FACE_PIPELINE, type FaceAction, type FaceSample } from '@tacit-auth/features';
import type { Timer } from '../../timer';
import { FACE_HINTS, type FaceFailure, type FaceHint, type FaceProblem, type FaceStep } from '../face-guidance';
import { baselineOf, eyesOpen, type FaceBaseline, watchAction } from './action-watch';
import { agreeingFrames } from './agreeing-descriptors';
import type { FaceLooks } from './face-looks';
import type { FaceFrame, FaceReader } from './face-reader';
import { type DescribedFrame, faceTrack, wireDescriptors } from './face-track';
import { closeAll, faceDescriber, type KeptPicture, keepBest, scoreOf } from './kept-pictures';
import { problemOf } from './quality-gates';
import { type SessionGuidance, steadyGuidance } from './steady-guidance';
import { type TryGuard, tryGuard } from './try-guard';

export interface FaceSessionOptions {
  reader: Pick<FaceReader, 'describe'>;
  looks: FaceLooks;
  actions: readonly FaceAction[];
  maxTries: number;
  tryMs: number;
  onGuidance: (guidance: SessionGuidance) => void;
  clock: () => number;
  timer: Timer;
  /** Once aborted, nothing more is asked of the camera and the engine. */
  signal: AbortSignal;
}

export type FaceSessionResult =
  | { readonly status: 'captured'; readonly sample: FaceSample; readonly tries: number }
  | { readonly status: 'failed'; readonly reason: FaceFailure; readonly tries: number };

/** The first frame compiles shaders; a descriptor on an old phone takes seconds. Longer than this and nothing will come. */
const ENGINE_MS = 60_000;
/** Good frames in a row, and how long they last, that count as holding still. */
const STILL_FRAMES = 3;
const STILL_MS = 500;
/** Pictures of each side that are described at first; the others only where these do not agree. */
const FIRST_PICTURES = 2;
/** Descriptors that are enough when they agree; the wire asks for three. */
const ENOUGH_DESCRIPTORS = 4;
const FEWEST_DESCRIPTORS = 3;

/** What to say when a try begins anew: what was wrong with the picture, or that it was not seen. */
function hintAfter(reason: FaceFailure): FaceHint {
  return (FACE_HINTS as readonly string[]).includes(reason) ? (reason as FaceHint) : 'again';
}

/**
 * Guides one person through the tries: position, actions, hold; then the descriptors. Each thing asked has `tryMs`; a try that fails begins anew at
 * position, with nothing of it kept.
 */
export async function runFaceSession(options: FaceSessionOptions): Promise<FaceSessionResult> {
  const { reader, looks, actions, maxTries, tryMs, clock, timer, signal } = options;
  const guide = steadyGuidance(options.onGuidance, clock);
  const track = faceTrack();
  const before: KeptPicture[] = [];
  const after: KeptPicture[] = [];
  const describer = faceDescriber(reader, ENGINE_MS, timer);
  let tries = 0;

  function tell(step: FaceStep, hint: FaceHint, actionsDone: number, share: number): void {
    // Position, each action, hold, descriptors.
    const steps = { position: 0, hold: actions.length + 1 } as Partial<Record<FaceStep, number>>;
    const progress = ((steps[step] ?? 1 + actionsDone) + share) / (actions.length + 3);
    guide({ step, hint, actionsDone, try: tries, progress: Math.min(1, progress) });
  }

  /** Waits for good frames in a row, keeps their pictures and returns the frames, or what was wrong at the end of the time. */
  async function holdStill(kept: KeptPicture[], acted?: { baseline: FaceBaseline; guard: TryGuard }): Promise<FaceFrame[] | FaceFailure> {
    const deadline = clock() + tryMs;
    const [step, done] = acted ? (['hold', actions.length] as const) : (['position', 0] as const);
    let good: FaceFrame[] = [];
    let problem: FaceProblem | null = null;
    do {
      const look = await looks.next({ deadline, keep: true });
      if (signal.aborted || look === undefined) {
        look?.picture?.close();
        break;
      }
      const { frame, picture } = look;
      problem = problemOf(frame, { still: true });
      const spoilt = acted?.guard.observe(frame, undefined);
      // A blink of nature's own might be taken for one that was asked for: descriptors come from after it.
      const isGood = problem === null && (acted === undefined || eyesOpen(frame, acted.baseline));
      if (!isGood) {
        good = [];
        closeAll(kept);
        // The sample begins with the first good frame; from the first action on it has every frame.
        if (acted === undefined) {
          track.clear();
        }
      }
      const isOver = spoilt ?? (track.isFull(frame.at) ? 'timed-out' : undefined);
      const at = isOver === undefined && (isGood || acted) ? track.add(frame) : 0;
      if (isOver === undefined && isGood && picture && frame.box) {
        good.push(frame);
        keepBest(kept, { at, picture, box: frame.box, score: scoreOf(frame) });
      } else {
        picture?.close();
      }
      if (isOver !== undefined) {
        return isOver;
      }
      const heldMs = good.length === 0 ? 0 : frame.at - good[0]!.at;
      if (good.length >= STILL_FRAMES && heldMs >= STILL_MS) {
        return good;
      }
      tell(step, problem ?? 'hold-still', done, Math.min(1, heldMs / STILL_MS));
    } while (clock() < deadline);
    return problem ?? 'timed-out';
  }

  /** Waits for one action. Returns why it was not seen, or undefined. */
  async function watch(index: number, baseline: FaceBaseline, guard: TryGuard): Promise<FaceFailure | undefined> {
    const deadline = clock() + tryMs;
    const action = actions[index]!;
    const watched = watchAction(action, baseline);
    let problem: FaceProblem | null = null;
    tell('action', watched.hint, index, 0);
    do {
      const look = await looks.next({ deadline, keep: false });
      look?.picture?.close();
      if (signal.aborted || look === undefined) {
        break;
      }
      const { frame } = look;
      const spoilt = guard.observe(frame, action.kind === 'turn' ? action.to : undefined);
      if (spoilt !== undefined || track.isFull(frame.at)) {
        return spoilt ?? 'timed-out';
      }
      track.add(frame);
      problem = problemOf(frame, { still: false });
      if (frame.faces === 1 && watched.observe(frame)) {
        return undefined;
      }
      if (watched.isDoubtful) {
        return 'not-live';
      }
      tell('action', problem ?? watched.hint, index, watched.progress);
    } while (clock() < deadline);
    return problem ?? 'not-live';
  }

  function isEnough(group: readonly DescribedFrame[], count: number, splitAt: number): boolean {
    return group.length >= count && group.some(({ at }) => at < splitAt) && group.some(({ at }) => at >= splitAt);
  }

  /** Descriptors of both sides of the actions that agree. */
  async function agree(earlier: Promise<DescribedFrame[] | undefined>, splitAt: number): Promise<DescribedFrame[] | FaceFailure> {
    tell('hold', 'checking', actions.length, 1);
    const later = describer.describe(after.splice(0, FIRST_PICTURES));
    const first = [await earlier, await later];
    tell('hold', 'checking', actions.length, 1.5);
    const described = first.flatMap((side) => side ?? []);
    if (first.includes(undefined)) {
      return 'too-slow';
    }
    const group = agreeingFrames(described);
    if (isEnough(group, ENOUGH_DESCRIPTORS, splitAt)) {
      return group;
    }
    const spare = await describer.describe([...before.splice(0), ...after.splice(0)]);
    if (spare === undefined) {
      return 'too-slow';
    }
    described.push(...spare);
    const all = agreeingFrames(described);
    if (isEnough(all, FEWEST_DESCRIPTORS, splitAt)) {
      return all;
    }
    if (describer.sawAnother) {
      return 'many-faces';
    }
    return described.length === 0 ? 'no-face' : 'unstable';
  }

  async function attempt(): Promise<FaceSample | FaceFailure> {
    track.clear();
    const straight = await holdStill(before);
    if (typeof straight === 'string') {
      return straight;
    }
    const baseline = baselineOf(straight);
    const guard = tryGuard(straight, baseline, actions);
    const earlier = describer.describe(before.splice(0, FIRST_PICTURES));
    // Until it is awaited below nobody hears its error.
    earlier.catch(() => undefined);
    for (const index of actions.keys()) {
      const failure = await watch(index, baseline, guard);
      if (failure !== undefined) {
        return failure;
      }
    }
    const splitAt = track.frames.at(-1)?.[0] ?? 0;
    const still = await holdStill(after, { baseline, guard });
    if (typeof still === 'string') {
      return still;
    }
    const spoilt = guard.judge();
    if (spoilt !== undefined) {
      return spoilt;
    }
    const descriptors = await agree(earlier, splitAt);
    return typeof descriptors === 'string'
      ? descriptors
      : { version: 1, pipeline: FACE_PIPELINE, descriptors: wireDescriptors(descriptors), frames: [...track.frames] };
  }

  const first = await looks.next({ deadline: clock() + ENGINE_MS, keep: false });
  if (first === undefined) {
    return { status: 'failed', reason: 'too-slow', tries };
  }
  let reason: FaceFailure = 'timed-out';
  while (tries < maxTries && !signal.aborted && !describer.isStuck) {
    tries += 1;
    tell('position', tries === 1 ? 'look-straight' : hintAfter(reason), 0, 0);
    const outcome = await attempt();
    describer.drop();
    closeAll(before);
    closeAll(after);
    if (typeof outcome !== 'string') {
      return { status: 'captured', sample: outcome, tries };
    }
    reason = outcome;
  }
  return { status: 'failed', reason, tries };
}
