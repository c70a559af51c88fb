/** Compact bytes of numbers, for records of bounded size. Little-endian; three bytes a number keep about four decimal digits, two of one scale about 1 / 30,000 of the largest. */

const single = new Float32Array(1);
const bits = new Uint32Array(single.buffer);
const LARGEST = 3.4e38;

/** Numbers as the upper three bytes of a float32, rounded; NaN stays NaN. */
export function packNumbers(numbers: ArrayLike<number>): Uint8Array {
  const bytes = new Uint8Array(3 * numbers.length);
  for (let i = 0; i < numbers.length; i++) {
    const number = numbers[i] as number;
    single[0] = Math.min(Math.max(number, -LARGEST), LARGEST);
    // A half more in the byte that is cut off; that of NaN is left, for it would carry over into the sign.
    const rounded = Number.isNaN(number) ? 0x7fc00000 : ((bits[0] as number) + 0x80) >>> 0;
    bytes[3 * i] = rounded >>> 8;
    bytes[3 * i + 1] = rounded >>> 16;
    bytes[3 * i + 2] = rounded >>> 24;
  }
  return bytes;
}

export function unpackNumbers(bytes: Uint8Array): Float64Array {
  const numbers = new Float64Array(bytes.length / 3);
  for (let i = 0; i < numbers.length; i++) {
    bits[0] = (((bytes[3 * i] as number) << 8) | ((bytes[3 * i + 1] as number) << 16) | ((bytes[3 * i + 2] as number) << 24)) >>> 0;
    numbers[i] = single[0] as number;
  }
  return numbers;
}

/** Numbers of one magnitude, two bytes each, and the scale that they were divided by. */
export function packScaled(numbers: Float32Array): { scale: number; bytes: Uint8Array } {
  const largest = numbers.reduce((most, number) => Math.max(most, Math.abs(number)), 0);
  const scale = largest === 0 ? 1 : largest / 32_767;
  const bytes = new Uint8Array(2 * numbers.length);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < numbers.length; i++) {
    view.setInt16(2 * i, Math.round((numbers[i] as number) / scale), true);
  }
  return { scale, bytes };
}

export function unpackScaled(bytes: Uint8Array, scale: number): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float32Array.from({ length: bytes.byteLength / 2 }, (_, i) => view.getInt16(2 * i, true) * scale);
}

/** Whole numbers from 0 to 2^32 - 1, four bytes each. */
export function packIntegers(numbers: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(4 * numbers.length);
  const view = new DataView(bytes.buffer);
  for (const [i, number] of numbers.entries()) {
    view.setUint32(4 * i, number, true);
  }
  return bytes;
}

export function unpackIntegers(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.byteLength / 4 }, (_, i) => view.getUint32(4 * i, true));
}
