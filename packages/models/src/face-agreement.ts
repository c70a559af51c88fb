import { assertParsedFaceSample, type ParsedFaceSample } from '@tacit-auth/features';
import type { FaceActionSpan } from './face-actions';
import { distancesWithin } from './face-descriptors';

/**
 * Largest distance between two descriptors of one look into the camera. Frames made of one photograph (moved, nearer, in other light) are .08 apart in the middle and .25 at most
 * where the detector frames the face; of strangers fewer than one pair in 10,000 is as near as this.
 */
export const AGREEMENT_DISTANCE = 0.45;
/** Least distance between two of them: the noise of a camera alone sets two frames further apart. */
export const REPEAT_DISTANCE = 0.002;
/** How far the head may be turned, nod and lean where a descriptor is taken, in degrees. */
export const DESCRIBED_POSE = Object.freeze({ yaw: 20, pitch: 25, roll: 25 });

/** Every check, in the order in which {@link judgeFaceAgreement} reports them. */
export const FACE_AGREEMENT_IDS = [
  /** Two descriptors are too far apart to be of one person. */
  'disagreement',
  /** Two descriptors are one and the same: a frame sent twice. */
  'repeated',
  /** A descriptor is of a frame in which the head was turned away. */
  'turned-away',
  /** No descriptor from before the first action, or none from after the last: the one who did the actions may be another. */
  'actions-apart',
] as const;
export type FaceAgreementId = (typeof FACE_AGREEMENT_IDS)[number];

export interface FaceAgreementCheck {
  readonly id: FaceAgreementId;
  /** `not-applicable`: there is no span of actions. */
  readonly outcome: 'pass' | 'fail' | 'not-applicable';
  /** A distance, degrees, or how many descriptors there are on the side that has fewer. */
  readonly value?: number;
  readonly limit?: number;
}

export interface FaceAgreement {
  readonly agreed: boolean;
  readonly failed: readonly FaceAgreementId[];
  readonly checks: readonly FaceAgreementCheck[];
}

export interface FaceAgreementInput {
  readonly sample: ParsedFaceSample;
  /** When the actions were done, as `judgeFaceActions` says; null where nothing was asked for or done. */
  readonly span: FaceActionSpan | null;
}

/**
 * Whether the descriptors of one look are of one person, of different frames, taken from the front, and from both before and after the actions. Pure.
 *
 * @throws TacitError `ERR_FACE_SAMPLE_UNPARSED`; TypeError for a span that is none.
 */
export function judgeFaceAgreement({ sample, span }: FaceAgreementInput): FaceAgreement {
  assertParsedFaceSample(sample);
  assertSpan(span);
  const { least, most } = distancesWithin(sample);
  const checks: FaceAgreementCheck[] = [
    { id: 'disagreement', outcome: most > AGREEMENT_DISTANCE ? 'fail' : 'pass', value: most, limit: AGREEMENT_DISTANCE },
    { id: 'repeated', outcome: least < REPEAT_DISTANCE ? 'fail' : 'pass', value: least, limit: REPEAT_DISTANCE },
    checkPose(sample),
    checkSpan(sample, span),
  ];
  const failed = checks.filter(({ outcome }) => outcome === 'fail').map(({ id }) => id);
  return { agreed: failed.length === 0, failed, checks };
}

function checkPose({ descriptors, frames }: ParsedFaceSample): FaceAgreementCheck {
  const times = new Set(descriptors.map(([at]) => at));
  let worst = { excess: Number.NEGATIVE_INFINITY, value: 0, limit: 0 };
  for (const [at, , , , yaw, pitch, roll] of frames) {
    if (!times.has(at)) {
      continue;
    }
    for (const [angle, limit] of [
      [yaw, DESCRIBED_POSE.yaw],
      [pitch, DESCRIBED_POSE.pitch],
      [roll, DESCRIBED_POSE.roll],
    ] as const) {
      const value = Math.abs(angle) / 10;
      worst = value - limit > worst.excess ? { excess: value - limit, value, limit } : worst;
    }
  }
  return { id: 'turned-away', outcome: worst.excess > 0 ? 'fail' : 'pass', value: worst.value, limit: worst.limit };
}

function checkSpan({ descriptors }: ParsedFaceSample, span: FaceActionSpan | null): FaceAgreementCheck {
  if (span === null) {
    return { id: 'actions-apart', outcome: 'not-applicable' };
  }
  const before = descriptors.filter(([at]) => at <= span.from).length;
  const after = descriptors.filter(([at]) => at >= span.to).length;
  const fewer = Math.min(before, after);
  return { id: 'actions-apart', outcome: fewer < 1 ? 'fail' : 'pass', value: fewer, limit: 1 };
}

function assertSpan(span: unknown): asserts span is FaceActionSpan | null {
  const { from, to } = (span ?? { from: 0, to: 0 }) as Partial<FaceActionSpan>;
  if (span === undefined || typeof from !== 'number' || typeof to !== 'number' || !(from <= to)) {
    throw new TypeError('span must be null, or when the actions began and ended');
  }
}
