import type { FaceFrameNumbers, ParsedFaceSample } from '@tacit-auth/features';
import { describe, expect, it } from 'vitest';
import { AGREEMENT_DISTANCE, judgeFaceAgreement, REPEAT_DISTANCE } from './face-agreement';
import { drawnSample, frontFrames, personDescriptor, sampleOf } from './face-samples.test-support';

const NO_SPAN = { span: null };

/** A descriptor at that distance from another. */
function away(from: Float64Array, distance: number, axis = 0): number[] {
  return Array.from(from, (value, i) => (i === axis ? value + distance : value));
}

describe('judgeFaceAgreement', () => {
  it('agrees where frames of one person differ as frames do', () => {
    for (let person = 1; person <= 20; person++) {
      const { agreed, failed, checks } = judgeFaceAgreement({ sample: drawnSample({ person }), ...NO_SPAN });
      expect([agreed, failed]).toEqual([true, []]);
      expect(checks.map(({ id, outcome }) => `${id} ${outcome}`)).toEqual([
        'disagreement pass',
        'repeated pass',
        'turned-away pass',
        'actions-apart not-applicable',
      ]);
    }
  });

  it('disagrees where one frame of many is of another person', () => {
    const people = [1, 1, 1, 2, 1];
    const sample = sampleOf(people.map((person, i) => away(personDescriptor(person), 0.05 * i, i)));
    expect(judgeFaceAgreement({ sample, ...NO_SPAN }).failed).toEqual(['disagreement']);
  });

  it('holds its bounds exactly', () => {
    const centre = personDescriptor(1);
    const of = (distance: number) => sampleOf([away(centre, 0), away(centre, 0.1, 1), away(centre, distance, 2)]);
    // Values on the wire are rounded to 1e-4.
    expect(judgeFaceAgreement({ sample: of(REPEAT_DISTANCE - 0.0003), ...NO_SPAN }).failed).toEqual(['repeated']);
    expect(judgeFaceAgreement({ sample: of(REPEAT_DISTANCE + 0.0003), ...NO_SPAN }).failed).toEqual([]);
    const edge = Math.sqrt(AGREEMENT_DISTANCE ** 2 - 0.1 ** 2);
    expect(judgeFaceAgreement({ sample: of(edge - 0.0003), ...NO_SPAN }).failed).toEqual([]);
    expect(judgeFaceAgreement({ sample: of(edge + 0.0003), ...NO_SPAN }).failed).toEqual(['disagreement']);
  });

  it('finds a frame that was sent twice, wherever it is', () => {
    const centre = personDescriptor(1);
    const frames = [away(centre, 0), away(centre, 0.1, 1), away(centre, 0.1, 2), away(centre, 0.1, 1)];
    const { failed, checks } = judgeFaceAgreement({ sample: sampleOf(frames), ...NO_SPAN });
    expect(failed).toEqual(['repeated']);
    expect(checks[1]).toMatchObject({ value: 0, limit: REPEAT_DISTANCE });
  });

  it('wants descriptors of frames from the front', () => {
    const descriptors = [0, 1, 2].map((axis) => away(personDescriptor(1), 0.1, axis));
    const turnedAt = (place: number, column: number, tenths: number) =>
      frontFrames(8).map((frame, i) => (i === place ? (frame.with(column, tenths) as FaceFrameNumbers) : frame));
    const judged = (frames: FaceFrameNumbers[]) => judgeFaceAgreement({ sample: sampleOf(descriptors, frames), ...NO_SPAN });
    for (const [column, limit] of [
      [4, 20],
      [5, 25],
      [6, 25],
    ] as const) {
      expect(judged(turnedAt(1, column, 10 * limit)).failed).toEqual([]);
      expect(judged(turnedAt(1, column, -10 * limit - 1)).failed).toEqual(['turned-away']);
      // A frame without a descriptor may be turned.
      expect(judged(turnedAt(5, column, 10 * limit + 1)).failed).toEqual([]);
    }
  });

  it('wants descriptors from before the actions and from after', () => {
    const sample = drawnSample({ person: 1 });
    const judged = (from: number, to: number) => judgeFaceAgreement({ sample, span: { from, to } }).failed;
    // Descriptors are at 0, 1,000, 2,000 and 3,000.
    expect(judged(0, 3_000)).toEqual([]);
    expect(judged(1_500, 1_800)).toEqual([]);
    expect(judged(1_500, 3_001)).toEqual(['actions-apart']);
    expect(judged(-1, 2_000)).toEqual(['actions-apart']);
  });

  it('refuses a sample that was not parsed, and a span that is none', () => {
    const sample = drawnSample({ person: 1 });
    expect(() => judgeFaceAgreement({ sample: { ...sample } as ParsedFaceSample, ...NO_SPAN })).toThrow(
      expect.objectContaining({ code: 'ERR_FACE_SAMPLE_UNPARSED' }),
    );
    for (const span of [undefined, {}, { from: 1 }, { from: 2, to: 1 }, { from: Number.NaN, to: 1 }, { from: '0', to: '1' }]) {
      expect(() => judgeFaceAgreement({ sample, span: span as { from: number; to: number } })).toThrow(TypeError);
    }
  });
});
