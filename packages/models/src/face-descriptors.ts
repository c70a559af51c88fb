import { assertParsedFaceSample, FACE_LIMITS, type ParsedFaceSample } from '@tacit-auth/features';

/** Mean of descriptors, and how far they lie from it. */
export interface DescriptorCluster {
  /** How many descriptors there are. */
  readonly count: number;
  /** Their mean: 128 numbers, in the recognition network's own unit. */
  readonly centre: Float64Array;
  /** Their mean squared distance from it. */
  readonly spread: number;
}

/** Mean and spread of the descriptors of one or several samples. */
export function clusterOf(samples: readonly ParsedFaceSample[]): DescriptorCluster {
  const centre = new Float64Array(FACE_LIMITS.descriptorLength);
  let count = 0;
  let squares = 0;
  for (const { descriptors } of samples) {
    for (const [, values] of descriptors) {
      count++;
      for (let i = 0; i < centre.length; i++) {
        const value = values[i] / FACE_LIMITS.descriptorUnit;
        centre[i] += value;
        squares += value * value;
      }
    }
  }
  let squareOfMean = 0;
  for (let i = 0; i < centre.length; i++) {
    centre[i] /= count;
    squareOfMean += centre[i] * centre[i];
  }
  return { count, centre, spread: Math.max(squares / count - squareOfMean, 0) };
}

/**
 * Root mean square of the distances between every descriptor of one cluster and every one of another. The plain distance of the two means would be
 * shorter the more frames are averaged, and thresholds that were measured between single pictures would let in more strangers.
 */
export function clusterDistance(a: DescriptorCluster, b: DescriptorCluster): number {
  let squares = a.spread + b.spread;
  for (let i = 0; i < a.centre.length; i++) {
    squares += (a.centre[i] - b.centre[i]) ** 2;
  }
  return Math.sqrt(squares);
}

/** Euclidean distance of two descriptors as they are on the wire, in the recognition network's own unit. */
export function descriptorDistance(a: readonly number[], b: readonly number[]): number {
  let squares = 0;
  for (let i = 0; i < FACE_LIMITS.descriptorLength; i++) {
    squares += (a[i] - b[i]) ** 2;
  }
  return Math.sqrt(squares) / FACE_LIMITS.descriptorUnit;
}

/** The least and the largest distance between any two descriptors of a sample. */
export function distancesWithin({ descriptors }: ParsedFaceSample): { least: number; most: number } {
  let least = Number.POSITIVE_INFINITY;
  let most = 0;
  for (let i = 1; i < descriptors.length; i++) {
    for (let j = 0; j < i; j++) {
      const distance = descriptorDistance(descriptors[i][1], descriptors[j][1]);
      least = Math.min(least, distance);
      most = Math.max(most, distance);
    }
  }
  return { least, most };
}

/** Refuses anything but an array of parsed samples. Throws TypeError, or TacitError `ERR_FACE_SAMPLE_UNPARSED`. */
export function assertFaceSamples(value: unknown, name: string): asserts value is readonly ParsedFaceSample[] {
  if (!Array.isArray(value)) {
    throw new TypeError(`${name} must be an array of parsed face samples`);
  }
  // By index: the array's own methods pass over holes.
  for (let i = 0; i < value.length; i++) {
    assertParsedFaceSample(value[i]);
  }
}
