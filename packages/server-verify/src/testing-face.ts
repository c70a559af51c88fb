import {
  FACE_LIMITS,
  FACE_PIPELINE,
  type FaceAction,
  type FaceFrameNumbers,
  type FaceSample,
  type ParsedFaceSample,
  parseFaceSample,
} from '@tacit-auth/features';
import { seededNumbers } from './testing-typists';

/** A made-up person's face before a camera, for tests: numbers alone, drawn around the person's own. */
export interface Face {
  /** One look in which the actions are done; every call differs. */
  look(actions: readonly FaceAction[], changes?: Partial<FaceSample>): FaceSample;
  parsed(actions: readonly FaceAction[], changes?: Partial<FaceSample>): ParsedFaceSample;
  /** The same by somebody who holds a photograph before the camera. */
  still(): FaceSample;
}

/** Ms between two frames. */
const STEP = 66;
/** Norm of a descriptor of the recognition network. */
const NORM = 1.4;

type Pose = Pick<{ eyes: number; yaw: number }, 'eyes' | 'yaw'>;

const OPEN: Pose = { eyes: 300, yaw: 0 };

/** Poses of one action, frame by frame, with eyes open and the head in front at its end. */
function posesOf(action: FaceAction): Pose[] {
  if (action.kind === 'turn') {
    const side = action.to === 'left' ? 1 : -1;
    return [60, 140, 220, 280, 280, 220, 140, 60, 0, 0].map((yaw) => ({ eyes: 300, yaw: side * yaw }));
  }
  return Array.from({ length: action.times }, () => [300, 90, 60, 90, 300, 300].map((eyes) => ({ eyes, yaw: 0 }))).flat();
}

/**
 * @param options.spread how far the person's descriptors lie from the centre: about .2 at the default, so two of them are about .28 apart
 */
export function createFace(seed: number, { spread = 0.2, day = 0 }: { spread?: number; day?: number } = {}): Face {
  const size = FACE_LIMITS.descriptorLength;
  const own = seededNumbers(seed * 7_907 + 3);
  const centre = scaled(
    Array.from({ length: size }, () => normal(own)),
    NORM,
  );
  const next = seededNumbers(seed * 104_723 + day * 15_485_863 + 11);

  function descriptor(): number[] {
    const off = scaled(
      Array.from({ length: size }, () => normal(next)),
      spread,
    );
    return centre.map((value, i) => Math.round((value + off[i]!) * FACE_LIMITS.descriptorUnit) + 0);
  }

  function sampleOf(poses: readonly Pose[], jitter: number, described: readonly number[]): FaceSample {
    const frames = poses.map(({ eyes, yaw }, i): FaceFrameNumbers => {
      const off = () => Math.round((next() * 2 - 1) * jitter);
      return [i === 0 ? 0 : Math.round(i * STEP * 10 + next() * 40), 1, eyes + off(), eyes + off(), yaw + off(), off(), off()];
    });
    return {
      version: 1,
      pipeline: FACE_PIPELINE,
      descriptors: described.map((i) => [frames[i]![0], descriptor()]),
      frames,
    };
  }

  function look(actions: readonly FaceAction[], changes: Partial<FaceSample> = {}): FaceSample {
    const calm = Array.from({ length: 8 }, () => OPEN);
    const poses = [...calm, ...actions.flatMap((action) => [...posesOf(action), ...calm.slice(0, 3)]), ...calm];
    return { ...sampleOf(poses, 9, [1, 3, 5, poses.length - 5, poses.length - 3, poses.length - 1]), ...changes };
  }

  return {
    look,
    parsed: (actions, changes) => parseFaceSample(look(actions, changes)),
    still: () =>
      sampleOf(
        Array.from({ length: 60 }, () => OPEN),
        3,
        [1, 3, 40, 50],
      ),
  };
}

/** Descriptors as anybody can compute them from a photograph of a person: near the person's own, and never the same twice. */
export function descriptorsOf(face: Face): number[][] {
  return face.still().descriptors.map(([, values]) => values);
}

function normal(next: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
}

function scaled(values: readonly number[], norm: number): number[] {
  const length = Math.hypot(...values);
  return values.map((value) => (value / length) * norm);
}
