/** Bounds of the active check: times in ms, angles in degrees, openness as eye aspect ratio, shares as fractions. */
export interface FaceActionLimits {
  readonly leastDuration: number;
  readonly mostDuration: number;
  /** Frames a second, on average. */
  readonly leastFrameRate: number;
  readonly mostFrameRate: number;
  /** Longest time between two frames. */
  readonly longestGap: number;
  /** Share of the frames with exactly one face, and longest time without. */
  readonly leastOneFace: number;
  readonly longestWithoutFace: number;
  /** Share of the frames with more than one face. */
  readonly mostManyFaces: number;
  /** Longest time in which no number of the face changes at all. */
  readonly longestFrozen: number;
  /** Range of the head's turn, and of the openness of the eyes, below which nothing moved. */
  readonly stillYaw: number;
  readonly stillOpenness: number;
  /** Fastest turn of a head, degrees a second, beside what measuring adds between two frames. */
  readonly fastestTurn: number;
  readonly poseNoise: number;
  /** Least openness of eyes that count as open. */
  readonly leastOpenness: number;
  /** Shares of the openness at rest: shut below the first, open again from the second. */
  readonly shutShare: number;
  readonly openShare: number;
  /** Who hears when to open the eyes again is slower than who reads it. */
  readonly shortestBlink: number;
  readonly longestBlink: number;
  /** How far the head may move while the eyes are shut: a picture that is tilted has narrower eyes too. */
  readonly mostPoseInBlink: number;
  /** Blinks that may come on top of those asked for: people blink unasked. */
  readonly spareBlinks: number;
  /** Before, between and after turns where no blink was asked for: one for as much time, at least one, and so many at most. */
  readonly naturalBlinkEvery: number;
  readonly mostNaturalBlinks: number;
  /** Eyes that are shut for longer do not blink by nature. */
  readonly longestNaturalBlink: number;
  /** How far the head must be turned, and how near to the front it counts as back. */
  readonly leastTurn: number;
  readonly frontYaw: number;
  readonly shortestTurn: number;
  /** How far the head may lean or nod when it comes to `leastTurn`: farther round, a camera that stands low sees any head lean. */
  readonly mostTiltInTurn: number;
}

/**
 * The product's bounds. Blinks take 100 to 400 ms, asked for they are longer; an eye aspect ratio of .2 of eyes that are .3 open is the usual mark of
 * a blink (T. Soukupova, J. Cech, "Real-Time Eye Blink Detection using Facial Landmarks", CVWW 2016).
 */
export const FACE_ACTION_LIMITS: FaceActionLimits = Object.freeze({
  leastDuration: 1_000,
  mostDuration: 60_000,
  leastFrameRate: 2,
  mostFrameRate: 130,
  longestGap: 1_500,
  leastOneFace: 0.9,
  longestWithoutFace: 1_000,
  mostManyFaces: 0.05,
  longestFrozen: 1_000,
  stillYaw: 4,
  stillOpenness: 0.04,
  fastestTurn: 600,
  poseNoise: 6,
  leastOpenness: 0.12,
  shutShare: 0.62,
  openShare: 0.8,
  shortestBlink: 50,
  longestBlink: 4_300,
  mostPoseInBlink: 12,
  spareBlinks: 1,
  naturalBlinkEvery: 2_500,
  mostNaturalBlinks: 2,
  longestNaturalBlink: 800,
  leastTurn: 18,
  frontYaw: 10,
  shortestTurn: 150,
  mostTiltInTurn: 25,
});

/** Refuses bounds that are no numbers or below 0. Throws TypeError or RangeError. */
export function assertFaceActionLimits(limits: FaceActionLimits): void {
  for (const name of Object.keys(limits)) {
    const limit: unknown = limits[name as keyof FaceActionLimits];
    if (!Object.hasOwn(FACE_ACTION_LIMITS, name)) {
      throw new TypeError('limits must hold names of FACE_ACTION_LIMITS only');
    }
    if (typeof limit !== 'number') {
      throw new TypeError(`limits.${name} must be a number`);
    }
    if (!(limit >= 0 && limit < Number.POSITIVE_INFINITY)) {
      throw new RangeError(`limits.${name} must be a finite number from 0`);
    }
  }
}
