import { FACE_LIMITS, FACE_PIPELINE, parseFaceSample } from '@tacit-auth/features';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { faceTrack, wireDescriptors } from './face-track';
import { descriptorOf, goodFrame, noFace } from './test-support';

const descriptors = (times: readonly number[]) => wireDescriptors(times.map((at, seed) => ({ at, values: descriptorOf(1, seed) })));

describe('a track', () => {
  it('has times from its first frame in tenths of ms, and the units of the wire', () => {
    const track = faceTrack();
    expect(track.add(goodFrame({ at: 1_000.04 }))).toBe(0);
    expect(track.add(goodFrame({ at: 1_066.71, leftEye: 0.3127, rightEye: 0.2, yaw: -12.34, pitch: 5.06, roll: -0.01 }))).toBe(667);
    expect(track.frames[1]).toEqual([667, 1, 313, 200, -123, 51, 0]);
  });

  it('has no numbers but 0 in frames without a face, and times that rise', () => {
    const track = faceTrack();
    track.add(goodFrame({ at: 10 }));
    track.add(goodFrame({ at: 10, ...noFace, leftEye: 0.2 }));
    expect(track.frames[1]).toEqual([1, 0, 0, 0, 0, 0, 0]);
  });

  it('is full after a minute, and begins anew when cleared', () => {
    const track = faceTrack();
    track.add(goodFrame({ at: 0 }));
    expect([track.isFull(60_000), track.isFull(60_001)]).toEqual([false, true]);
    track.clear();
    expect([track.isFull(1e9), track.frames.length]).toEqual([false, 0]);
    expect(track.add(goodFrame({ at: 1e9 }))).toBe(0);
  });

  it('is full with as many frames as a sample may have', () => {
    const track = faceTrack();
    for (let i = 0; i < FACE_LIMITS.maxFrames; i += 1) track.add(goodFrame({ at: i }));
    expect(track.isFull(FACE_LIMITS.maxFrames)).toBe(true);
  });

  it('makes a sample that the server reads, whatever the engine measures', () => {
    const number = fc.double({ min: -1_000, max: 1_000, noNaN: true });
    const frame = fc.record({ leftEye: number, rightEye: number, yaw: number, pitch: number, roll: number });
    fc.assert(
      fc.property(fc.array(frame, { minLength: 4, maxLength: 20 }), (frames) => {
        const track = faceTrack();
        const times = frames.map((changes, i) => track.add(goodFrame({ at: i * 60, ...changes })));
        const sample = { version: 1, pipeline: FACE_PIPELINE, descriptors: descriptors(times.slice(0, 3)), frames: [...track.frames] };
        expect(parseFaceSample(JSON.stringify(sample)).frames).toHaveLength(frames.length);
      }),
    );
  });

  it('at its longest is within the size that the server reads', () => {
    const track = faceTrack();
    const times = Array.from({ length: 1_000 }, (_, i) =>
      track.add(goodFrame({ at: i * 60, yaw: -88.8, pitch: -77.7, roll: -66.6, leftEye: 0.888, rightEye: 0.777 })),
    );
    const sample = { version: 1, pipeline: FACE_PIPELINE, descriptors: descriptors(times.slice(-8)), frames: [...track.frames] };
    expect(JSON.stringify(sample).length).toBeLessThan(FACE_LIMITS.maxBytes);
    expect(() => parseFaceSample(JSON.stringify(sample))).not.toThrow();
  });
});

it('descriptors are in order of time, in units of 1e-4', () => {
  const values = Float32Array.from({ length: 128 }, (_, i) => (i === 0 ? 0.12345 : -0.00001));
  const [first, second] = wireDescriptors([
    { at: 50, values },
    { at: 20, values },
  ]);
  expect([first?.[0], second?.[0], first?.[1][0], Object.is(first?.[1][1], 0)]).toEqual([20, 50, 1235, true]);
});
