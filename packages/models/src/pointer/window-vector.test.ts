import { expect, it } from 'vitest';
import { seededNormals, seededUniforms } from '../seeded-normals';
import { FEATURE_COUNT } from './quantile-tables';
import { WINDOW_VECTOR_LENGTH, writeWindowVector } from './window-vector';

/** The numbers of a window by their definition. */
function plainVector(rows: readonly Float32Array[], kinds: readonly number[]): number[] {
  const groups = [[0, 1, 2], [3], [4]].map((group) => rows.filter((_, i) => group.includes(kinds[i])));
  const moments = groups.flatMap((group) =>
    Array.from({ length: FEATURE_COUNT }, (_, feature) => {
      const values = group.map((row) => row[feature]).filter((value) => !Number.isNaN(value));
      const n = values.length;
      const mean = n === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / n;
      const deviation = n < 2 ? 1 : Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1));
      return [(mean * n) / (n + 2), (Math.log(Math.max(deviation, 0.1)) * n) / (n + 2)];
    }),
  );
  const counts = [0, 1, 2, 3, 4].map((kind) => kinds.filter((other) => other === kind).length);
  return [
    ...moments.map(([mean]) => mean),
    ...moments.map(([, deviation]) => deviation),
    ...counts.map((count) => Math.log((count + 1) / (kinds.length + 5))),
  ];
}

it('is mean and log deviation of each number in each group, shrunk by how many there are, and how often each kind occurs', () => {
  const normal = seededNormals(3, 1);
  const uniform = seededUniforms(3, 2);
  const kinds = Uint8Array.from({ length: 40 }, () => Math.floor(5 * uniform()));
  const values = Float32Array.from({ length: 40 * FEATURE_COUNT }, () => (uniform() < 0.2 ? Number.NaN : normal()));
  expect(WINDOW_VECTOR_LENGTH).toBe(371);
  for (const [from, to] of [
    [0, 40],
    [7, 10],
    [12, 33],
  ]) {
    const out = new Float64Array(WINDOW_VECTOR_LENGTH + 2);
    writeWindowVector(values, kinds, from, to, out, 2);
    const rows = Array.from({ length: to - from }, (_, i) => values.subarray((from + i) * FEATURE_COUNT, (from + i + 1) * FEATURE_COUNT));
    const wanted = plainVector(rows, [...kinds.subarray(from, to)]);
    expect(wanted).toHaveLength(WINDOW_VECTOR_LENGTH);
    wanted.forEach((number, i) => {
      expect(out[i + 2]).toBeCloseTo(number, 10);
    });
  }
});
