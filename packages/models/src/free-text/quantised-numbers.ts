/** Largest magnitude of the numbers of a table. */
export const NUMBER_RANGE = 10;
const STEPS = 32_767;

/** Numbers from -range to range as 16-bit integers: steps of 1/32,767 of the range. */
export function quantised(numbers: Float64Array, range: number): Int16Array {
  return Int16Array.from(numbers, (number) => Math.round((Math.min(Math.max(number, -range), range) / range) * STEPS));
}

export function dequantised(numbers: Int16Array, range: number): Float64Array {
  return Float64Array.from(numbers, (number) => (number / STEPS) * range);
}
