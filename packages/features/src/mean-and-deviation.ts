/** Mean and sample standard deviation (divided by n - 1; by 1 for a single value), in the unit of the values. */
export interface MeanAndDeviation {
  readonly mean: number;
  readonly sd: number;
}

/** Mean and sample standard deviation of at least one finite value, in two passes. */
export function meanAndDeviation(values: Float64Array): MeanAndDeviation {
  const count = values.length;
  let sum = 0;
  for (let i = 0; i < count; i++) {
    sum += values[i]!;
  }
  const mean = sum / count;
  let squares = 0;
  for (let i = 0; i < count; i++) {
    const deviation = values[i]! - mean;
    squares += deviation * deviation;
  }
  return { mean, sd: Math.sqrt(squares / Math.max(count - 1, 1)) };
}
