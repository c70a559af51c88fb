import type { Region } from './pixels';

/** One of the 468 or 478 points of the face mesh: pixels from the top left; `z` in the unit of `x`, smaller is nearer to the camera. */
export interface MeshPoint {
  readonly x: number;
  readonly y: number;
  readonly z?: number | undefined;
}

/** What one face does in one frame. */
export interface FaceMeasures {
  /** Eye aspect ratio of the person's own left and right eye: height by width of the opening. About .3 open, under .15 closed. */
  leftEye: number;
  rightEye: number;
  /** Degrees. Yaw is positive where the person turns to the own left, pitch where the chin goes up, roll where the head leans to the own left shoulder. */
  yaw: number;
  pitch: number;
  roll: number;
  /** The frame around all points, in pixels. */
  box: Region;
}

/** Indices of the mesh: corner, corner, and pairs of the upper and the lower lid (https://arxiv.org/abs/1907.06724 numbers them). */
const RIGHT_EYE = {
  corners: [33, 133],
  lids: [
    [160, 144],
    [158, 153],
  ],
} as const;
const LEFT_EYE = {
  corners: [263, 362],
  lids: [
    [387, 373],
    [385, 380],
  ],
} as const;
const FOREHEAD = 10;
const CHIN = 152;
const DEGREES = 180 / Math.PI;
/** Pitch that this plane has on people who look into the camera: the median of 126 photographs. */
const LEVEL_PITCH = -6;

/**
 * Eye openness and pose of a face.
 *
 * The eye aspect ratio is that of Soukupova & Cech, "Real-Time Eye Blink Detection using Facial Landmarks" (2016). The pose is that of the plane
 * through the outer corners of the eyes, the top of the forehead and the chin: no camera needs to be known.
 *
 * @throws RangeError for fewer than 468 points.
 */
export function measureFace(points: readonly MeshPoint[]): FaceMeasures {
  if (points.length < 468) {
    throw new RangeError('points must be the 468 or 478 of a face mesh');
  }
  const across = between(points[RIGHT_EYE.corners[0]]!, points[LEFT_EYE.corners[0]]!);
  const down = between(points[FOREHEAD]!, points[CHIN]!);
  // Out of the face, towards the camera: z grows away from it.
  const normal = [
    down[1] * across[2] - down[2] * across[1],
    down[2] * across[0] - down[0] * across[2],
    down[0] * across[1] - down[1] * across[0],
  ] as const;
  return {
    leftEye: openness(points, LEFT_EYE),
    rightEye: openness(points, RIGHT_EYE),
    yaw: Math.atan2(normal[0], -normal[2]) * DEGREES,
    pitch: Math.atan2(-normal[1], Math.hypot(normal[0], normal[2])) * DEGREES - LEVEL_PITCH,
    roll: Math.atan2(across[1], across[0]) * DEGREES,
    box: frameOf(points),
  };
}

/** The frame around all points. */
export function frameOf(points: readonly MeshPoint[]): Region {
  let [left, top, right, bottom] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { x, y } of points) {
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  return { x: left, y: top, width: right - left, height: bottom - top };
}

type Vector = readonly [x: number, y: number, z: number];

function between(from: MeshPoint, to: MeshPoint): Vector {
  return [to.x - from.x, to.y - from.y, (to.z ?? 0) - (from.z ?? 0)];
}

function openness(points: readonly MeshPoint[], eye: typeof LEFT_EYE | typeof RIGHT_EYE): number {
  const width = distance(points[eye.corners[0]]!, points[eye.corners[1]]!);
  const height = eye.lids.reduce((sum, [upper, lower]) => sum + distance(points[upper]!, points[lower]!), 0) / eye.lids.length;
  return width > 0 ? height / width : 0;
}

function distance(one: MeshPoint, other: MeshPoint): number {
  return Math.hypot(one.x - other.x, one.y - other.y);
}
