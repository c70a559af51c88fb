import type { FaceAction, FaceFrameNumbers } from '@tacit-auth/features';
import { seededNormals } from './seeded-normals';

/** What a face does in a stretch of time: how long, and where yaw, pitch, roll and the eyes are at a share of it. */
export interface Stretch {
  readonly lasts: number;
  readonly faces?: number;
  readonly yaw?: (share: number) => number;
  readonly pitch?: (share: number) => number;
  readonly roll?: (share: number) => number;
  /** Openness of the left and of the right eye, as a share of the open one. */
  readonly eyes?: (share: number) => readonly [number, number];
}

export interface Stream {
  readonly framesPerSecond?: number;
  /** Deviation of the noise: degrees, and shares of the openness. */
  readonly noise?: number;
  readonly seed?: number;
  readonly openness?: number;
  readonly resting?: { readonly yaw: number; readonly pitch: number; readonly roll: number };
}

const there = (share: number) => Math.sin(Math.PI * Math.min(Math.max(share, 0), 1));
/** Up to the height within the first third, held, and back within the last. */
const held = (share: number) => Math.min(1, 3 * Math.min(share, 1 - share));

export const rest = (lasts: number): Stretch => ({ lasts });
export const turn = (degrees: number, lasts = 1_500): Stretch => ({ lasts, yaw: (share) => degrees * held(share) });
export const blink = (lasts = 350, depth = 0.75): Stretch => ({
  lasts,
  eyes: (share) => [1 - depth * Math.min(1, 2 * there(share)), 1 - depth * Math.min(1, 2 * there(share))],
});

/** What a willing person does when asked. */
export function acted(actions: readonly FaceAction[], { degrees = 30, pause = 700 } = {}): Stretch[] {
  const doing = actions.flatMap((action) =>
    action.kind === 'turn'
      ? [turn(action.to === 'left' ? degrees : -degrees), rest(pause)]
      : Array.from({ length: action.times }, () => [blink(), rest(pause)]).flat(),
  );
  return [rest(pause), ...doing];
}

/** Frames of stretches one after the other. */
export function filmed(stretches: readonly Stretch[], stream: Stream = {}): FaceFrameNumbers[] {
  const { framesPerSecond = 25, noise = 0.4, seed = 1, openness = 0.3, resting = { yaw: 2, pitch: -4, roll: 1 } } = stream;
  const normal = seededNormals(seed, 77);
  const frames: FaceFrameNumbers[] = [];
  const step = 1_000 / framesPerSecond;
  const total = stretches.reduce((sum, { lasts }) => sum + lasts, 0);
  for (let at = 0; at < total; at += step) {
    const { stretch, share } = stretchAt(stretches, at);
    const angle = (own: ((share: number) => number) | undefined, base: number) =>
      Math.round(10 * (base + (own?.(share) ?? 0) + noise * normal()));
    const [left, right] = stretch.eyes?.(share) ?? [1, 1];
    const eye = (open: number) => Math.max(0, Math.round(1_000 * openness * (open + 0.05 * noise * normal())));
    const faces = stretch.faces ?? 1;
    const numbers = [
      eye(left),
      eye(right),
      angle(stretch.yaw, resting.yaw),
      angle(stretch.pitch, resting.pitch),
      angle(stretch.roll, resting.roll),
    ] as const;
    frames.push(faces === 0 ? [Math.round(10 * at), 0, 0, 0, 0, 0, 0] : [Math.round(10 * at), faces, ...numbers]);
  }
  return frames;
}

function stretchAt(stretches: readonly Stretch[], at: number): { stretch: Stretch; share: number } {
  let from = 0;
  for (const stretch of stretches) {
    if (at < from + stretch.lasts) return { stretch, share: (at - from) / stretch.lasts };
    from += stretch.lasts;
  }
  throw new RangeError('there is no stretch at that time');
}
