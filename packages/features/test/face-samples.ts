import fc from 'fast-check';
import { FACE_LIMITS, FACE_PIPELINE, type FaceDescriptor, type FaceFrameNumbers, type FaceSample } from '../src/face-sample';

const { descriptorLength, descriptorUnit, maxTime } = FACE_LIMITS;

/** Values of about the length that the recognition network gives. */
export function faceValues(shift = 0): number[] {
  const value = (1.4 * descriptorUnit) / Math.sqrt(descriptorLength);
  return Array.from({ length: descriptorLength }, (_, i) => Math.round(i % 2 === 0 ? value : -value) + (i === 0 ? shift : 0));
}

/** A sample with three descriptors and five frames. */
export function plainFaceSample(): FaceSample {
  return {
    version: 1,
    pipeline: FACE_PIPELINE,
    descriptors: [
      [0, faceValues()],
      [333, faceValues(40)],
      [1_333, faceValues(80)],
    ],
    frames: [
      [0, 1, 301, 295, 12, -20, 5],
      [333, 1, 299, 297, 14, -21, 4],
      [667, 0, 0, 0, 0, 0, 0],
      [1_000, 2, 280, 281, 240, -30, 9],
      [1_333, 1, 290, 300, 2, -18, 7],
    ],
  };
}

const face = fc.tuple(
  fc.integer({ min: 1, max: FACE_LIMITS.maxFaces }),
  fc.integer({ min: 0, max: FACE_LIMITS.maxEyeOpenness }),
  fc.integer({ min: 0, max: FACE_LIMITS.maxEyeOpenness }),
  fc.integer({ min: -FACE_LIMITS.maxYaw, max: FACE_LIMITS.maxYaw }),
  fc.integer({ min: -FACE_LIMITS.maxPitch, max: FACE_LIMITS.maxPitch }),
  fc.integer({ min: -FACE_LIMITS.maxRoll, max: FACE_LIMITS.maxRoll }),
);

/** Samples that the parser accepts. */
export const anyFaceSample: fc.Arbitrary<FaceSample> = fc
  .record({
    numbers: fc.array(fc.oneof({ weight: 5, arbitrary: face }, { weight: 1, arbitrary: fc.constant([0, 0, 0, 0, 0, 0] as const) }), {
      minLength: FACE_LIMITS.minFrames,
      maxLength: 60,
    }),
    gaps: fc.array(fc.integer({ min: 1, max: Math.floor(maxTime / 61) }), { minLength: 60, maxLength: 60 }),
    wanted: fc.integer({ min: FACE_LIMITS.minDescriptors, max: FACE_LIMITS.maxDescriptors }),
    shifts: fc.array(fc.integer({ min: -900, max: 900 }), { minLength: 8, maxLength: 8 }),
  })
  .map(({ numbers, gaps, wanted, shifts }): FaceSample => {
    let at = 0;
    const frames = numbers.map((row, i): FaceFrameNumbers => {
      at += i === 0 ? 0 : (gaps[i] ?? 1);
      // Enough frames with one face for the fewest descriptors.
      const [faces, ...rest] = i < FACE_LIMITS.minDescriptors ? [1, 300, 300, 0, 0, 0] : row;
      return [at, faces, ...rest] as FaceFrameNumbers;
    });
    const single = frames.filter(([, faces]) => faces === 1).slice(0, wanted);
    const descriptors = single.map(([time], i): FaceDescriptor => [time, faceValues(shifts[i] ?? 0)]);
    return { version: 1, pipeline: FACE_PIPELINE, descriptors, frames };
  });
