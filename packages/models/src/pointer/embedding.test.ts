import { expect, it } from 'vitest';
import { seededNormals } from '../seeded-normals';
import { addProjection } from './embedding';
import { WINDOW_VECTOR_LENGTH } from './window-vector';

it.each([1, 2, 7, 30])('adds the projection on each of %i directions', (dimensions) => {
  const normal = seededNormals(5, dimensions);
  const directions = Float32Array.from({ length: dimensions * WINDOW_VECTOR_LENGTH }, normal);
  const numbers = Float64Array.from({ length: WINDOW_VECTOR_LENGTH }, normal);
  const before = Float64Array.from({ length: dimensions }, normal);
  const sum = before.slice();
  addProjection(sum, numbers, directions);
  sum.forEach((number, d) => {
    const product = numbers.reduce((all, each, i) => all + each * directions[d * WINDOW_VECTOR_LENGTH + i], 0);
    expect(number - before[d]).toBeCloseTo(product, 10);
  });
});
