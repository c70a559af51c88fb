import { describe, expect, it } from 'vitest';
import { type MeshPoint, measureFace } from './landmark-measures';

type Triple = [x: number, y: number, z: number];

/** A face that looks ahead, in centimetres about its middle: x to the picture's right, y down, z away from the camera. */
function points({ left = 0.35, right = 0.35 } = {}): Triple[] {
  const all: Triple[] = Array.from({ length: 478 }, () => [0, 0, -2]);
  const eye = (corners: [number, number], lids: [number, number][], x: number, open: number) => {
    all[corners[0]] = [x * 1.6, -3, 0];
    all[corners[1]] = [x * 0.4, -3, 0];
    const half = (Math.abs(x) * 1.2 * open) / 2;
    for (const [upper, lower] of lids) {
      all[upper] = [x, -3 - half, -0.2];
      all[lower] = [x, -3 + half, -0.2];
    }
  };
  eye([33, 133], [[160, 144], [158, 153]], -3, right); // biome-ignore format: pairs
  eye([263, 362], [[387, 373], [385, 380]], 3, left); // biome-ignore format: pairs
  all[10] = [0, -9, 0];
  all[152] = [0, 9, 0];
  return all;
}

/** Turned by angles in degrees as the contract has them, then drawn at 20 pixels a centimetre about (320, 240). */
function seen(face: Triple[], { yaw = 0, pitch = 0, roll = 0 } = {}): MeshPoint[] {
  const [a, b, c] = [yaw, pitch, roll].map((angle) => (angle * Math.PI) / 180) as Triple;
  return face.map(([x, y, z]) => {
    // Chin up: what is in front goes up. To the own left: what is in front goes to the picture's right.
    [y, z] = [y * Math.cos(b) + z * Math.sin(b), z * Math.cos(b) - y * Math.sin(b)];
    [x, z] = [x * Math.cos(a) - z * Math.sin(a), z * Math.cos(a) + x * Math.sin(a)];
    [x, y] = [x * Math.cos(c) - y * Math.sin(c), y * Math.cos(c) + x * Math.sin(c)];
    return { x: 320 + 20 * x, y: 240 + 20 * y, z: 20 * z };
  });
}

const LEVEL = 6;

describe('measureFace', () => {
  it('takes each eye by itself', () => {
    const { leftEye, rightEye } = measureFace(seen(points({ left: 0.1, right: 0.4 })));
    expect(leftEye).toBeCloseTo(0.1, 6);
    expect(rightEye).toBeCloseTo(0.4, 6);
  });

  it.each([
    ['straight', {}],
    ['to the own left', { yaw: 30 }],
    ['to the own right', { yaw: -30 }],
    ['chin up', { pitch: 20 }],
    ['chin down', { pitch: -20 }],
    ['leaning to the own left shoulder', { roll: 15 }],
    ['leaning to the own right shoulder', { roll: -15 }],
  ])('pose: %s', (_, pose: { yaw?: number; pitch?: number; roll?: number }) => {
    const measured = measureFace(seen(points(), pose));
    expect(measured.yaw).toBeCloseTo(pose.yaw ?? 0, 6);
    expect(measured.pitch).toBeCloseTo((pose.pitch ?? 0) + LEVEL, 6);
    expect(measured.roll).toBeCloseTo(pose.roll ?? 0, 6);
  });

  it('openness does not depend on how the head leans, or how large it is in the picture', () => {
    const leaning = seen(points(), { roll: 40 }).map(({ x, y, z }) => ({ x: x / 3, y: y / 3, z: z! / 3 }));
    expect(measureFace(leaning).leftEye).toBeCloseTo(0.35, 6);
  });

  it('frames all points', () => {
    const { box } = measureFace(seen(points()));
    expect(box).toEqual({ x: 320 - 96, y: 240 - 180, width: 192, height: 360 });
  });

  it('points without depth are taken as flat, and two points in one place give no eye', () => {
    const flat = seen(points()).map(({ x, y }) => ({ x, y }));
    expect(measureFace(flat).yaw).toBeCloseTo(0, 6);
    const gone = flat.map((point, index) => (index === 362 ? flat[263]! : point));
    expect(measureFace(gone).leftEye).toBe(0);
  });

  it('refuses fewer points', () => {
    expect(() => measureFace(seen(points()).slice(0, 400))).toThrow(RangeError);
  });
});
