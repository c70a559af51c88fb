import { seededUniforms } from '@tacit-auth/models/evaluation';
import { describe, expect, it } from 'vitest';
import { kMeans } from './k-means';

const near = (x: number, y: number, count: number, random: () => number) =>
  Array.from({ length: count }, () => Float64Array.of(x + random() - 0.5, y + random() - 0.5));

describe('kMeans', () => {
  it('finds clusters that lie apart', () => {
    const random = seededUniforms(1, 1);
    const rows = [...near(0, 0, 60, random), ...near(10, 0, 30, random), ...near(0, 10, 10, random)];
    const centroids = kMeans(rows, 3, random).map((centroid) => [...centroid].map((value) => Math.round(value) + 0));
    expect(centroids.sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0) || (a[1] ?? 0) - (b[1] ?? 0))).toEqual([
      [0, 0],
      [0, 10],
      [10, 0],
    ]);
  });

  it('is determined by its random numbers, and does not change the rows', () => {
    const rows = near(0, 0, 50, seededUniforms(2, 1));
    const before = rows.map((row) => [...row]);
    expect(kMeans(rows, 7, seededUniforms(3, 1))).toEqual(kMeans(rows, 7, seededUniforms(3, 1)));
    expect(rows.map((row) => [...row])).toEqual(before);
  });

  it('gives the mean for one centroid, and the rows for as many as there are', () => {
    const rows = [Float64Array.of(1, 2), Float64Array.of(3, 6)];
    expect([...kMeans(rows, 1, seededUniforms(1, 1))[0]!]).toEqual([2, 4]);
    expect(
      kMeans(rows, 2, seededUniforms(1, 1))
        .map((row) => row[0])
        .sort(),
    ).toEqual([1, 3]);
    expect(() => kMeans(rows, 3, seededUniforms(1, 1))).toThrow(RangeError);
    expect(() => kMeans(rows, 0, seededUniforms(1, 1))).toThrow(RangeError);
  });
});
