import { describe, expect, it } from 'vitest';
import { seededNormals, seededUniforms } from './seeded-normals';

function draw(source: () => number, count: number): number[] {
  return Array.from({ length: count }, source);
}

describe('seeded numbers', () => {
  it('are the same for a seed and stream, and others for another', () => {
    const first = draw(seededNormals(1, 2), 10);
    expect(draw(seededNormals(1, 2), 10)).toEqual(first);
    expect(draw(seededNormals(1, 3), 10)).not.toEqual(first);
    expect(draw(seededNormals(2, 2), 10)).not.toEqual(first);
  });

  it('keep their values, on which stored calibrations rest', () => {
    expect(draw(seededUniforms(0x74616369, 0), 3)).toMatchInlineSnapshot(`
      [
        0.9538727016188204,
        0.06253114808350801,
        0.748468552948907,
      ]
    `);
  });

  it('are standard normal over draws and over streams', () => {
    for (const values of [draw(seededNormals(5, 6), 20_000), Array.from({ length: 20_000 }, (_, i) => seededNormals(5, i)())]) {
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
      const beyondTwo = values.filter((value) => Math.abs(value) > 1.96).length / values.length;
      expect(Math.abs(mean)).toBeLessThan(0.025);
      expect(Math.abs(variance - 1)).toBeLessThan(0.04);
      expect(Math.abs(beyondTwo - 0.05)).toBeLessThan(0.006);
    }
  });

  it('lie in [0, 1) before the transform', () => {
    const values = draw(seededUniforms(9, 9), 10_000);
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values)).toBeLessThan(1);
  });
});
