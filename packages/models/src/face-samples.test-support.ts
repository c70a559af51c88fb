import {
  FACE_LIMITS,
  FACE_PIPELINE,
  type FaceFrameNumbers,
  type FaceSample,
  type ParsedFaceSample,
  parseFaceSample,
} from '@tacit-auth/features';
import { seededNormals } from './seeded-normals';

/** Length of a descriptor as the recognition network makes them. */
const NORM = 1.42;

export interface DrawnSample {
  /** Who: another number is another person, about .8 away. */
  readonly person: number;
  /** Distance between two frames of the sample, about. */
  readonly spread?: number;
  /** Which look: another one is `between` away, about. */
  readonly look?: number;
  readonly between?: number;
  readonly descriptors?: number;
  /** Part of the way to another person. */
  readonly towards?: { readonly person: number; readonly share: number };
}

/** Values of a descriptor, drawn. */
export function personDescriptor(person: number): Float64Array {
  const normal = seededNormals(person, 1);
  // What all faces have in common, and what is a person's own: so that two people are about .8 apart.
  const common = seededNormals(0, 2);
  const own = 0.8 / Math.sqrt(2);
  const shared = Math.sqrt(NORM ** 2 - own ** 2);
  return Float64Array.from({ length: 128 }, () => (shared * common() + own * normal()) / Math.sqrt(128));
}

/** A sample with descriptors of a drawn person and ten frames of a face in front. */
export function drawnSample({ person, spread = 0.15, look = 0, between = 0.3, descriptors = 4, towards }: DrawnSample): ParsedFaceSample {
  const centre = personDescriptor(person);
  const other = towards === undefined ? centre : personDescriptor(towards.person);
  const ofLook = seededNormals(person, 1_000 + look);
  const noise = seededNormals(person, 2_000 + look);
  const step = between / Math.sqrt(2 * 128);
  const place = centre.map((value, i) => value + (towards?.share ?? 0) * (other[i] - value) + step * ofLook());
  return sampleOf(Array.from({ length: descriptors }, () => Array.from(place, (value) => value + (spread / Math.sqrt(2 * 128)) * noise())));
}

/** A sample of these descriptors, in the network's unit, beside frames that tell of nothing. */
export function sampleOf(descriptors: readonly (readonly number[])[], frames: FaceFrameNumbers[] = frontFrames(10)): ParsedFaceSample {
  const sample: FaceSample = {
    version: 1,
    pipeline: FACE_PIPELINE,
    descriptors: descriptors.map((values, i) => [frames[i][0], values.map((value) => Math.round(FACE_LIMITS.descriptorUnit * value))]),
    frames,
  };
  return parseFaceSample(sample);
}

export function frontFrames(count: number): FaceFrameNumbers[] {
  return Array.from({ length: count }, (_, i) => [1_000 * i, 1, 300 + (i % 7), 305 - (i % 5), (3 * i) % 11, (5 * i) % 13, (2 * i) % 7]);
}
