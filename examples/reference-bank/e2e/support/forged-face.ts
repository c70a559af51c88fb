import type { FaceAction, FaceSample } from '@tacit-auth/capture/face';

/** Frames and descriptors of a look that no camera has seen: what somebody sends who has descriptors of a picture, and knows what a look is like. */
export type Forge = (actions: readonly FaceAction[]) => FaceSample;

/** Ms between two frames. */
const STEP = 66;
const CALM = 8;

type Numbers = FaceSample['frames'][number];

function posesOf(action: FaceAction): Array<{ eyes: number; yaw: number }> {
  if (action.kind === 'blink') {
    return Array.from({ length: action.times }, () => [300, 90, 60, 90, 300, 300]).flatMap((eyes) =>
      eyes.map((open) => ({ eyes: open, yaw: 0 })),
    );
  }
  const side = action.to === 'left' ? 1 : -1;
  return [60, 140, 220, 280, 280, 220, 140, 60, 0, 0].map((yaw) => ({ eyes: 300, yaw: side * yaw }));
}

/**
 * Makes up, for whatever is asked, the frames of somebody who does it, and puts the given descriptors into them: two before the actions and two after them.
 * Every look has other noise, also in the descriptors, so that no two are alike.
 *
 * @param descriptors two or more, each of 128 numbers as the network gives them
 */
export function forgedFace({
  pipeline,
  descriptors,
  random = Math.random,
}: {
  pipeline: string;
  descriptors: ReadonlyArray<Float32Array>;
  random?: () => number;
}): Forge {
  const about = (value: number, spread: number) => Math.round(value + (2 * random() - 1) * spread) + 0;
  return (actions) => {
    const calm = Array.from({ length: CALM }, () => ({ eyes: 300, yaw: 0 }));
    const poses = [...calm, ...actions.flatMap((action) => [...posesOf(action), ...calm.slice(0, 3)]), ...calm];
    const frames = poses.map(
      ({ eyes, yaw }, i): Numbers => [
        i === 0 ? 0 : Math.round(i * STEP * 10 + random() * 40),
        1,
        about(eyes, 9),
        about(eyes, 9),
        about(yaw, 9),
        about(0, 9),
        about(0, 9),
      ],
    );
    const places = [1, 4, frames.length - 4, frames.length - 1];
    return {
      version: 1,
      pipeline,
      frames,
      descriptors: places.map((place, i) => {
        const values = descriptors[i % descriptors.length] ?? [];
        return [frames[place]?.[0] ?? 0, Array.from(values, (value) => about(value * 10_000, 6))];
      }),
    };
  };
}
