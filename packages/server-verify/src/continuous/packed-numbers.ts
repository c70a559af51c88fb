/** Compact bytes of numbers, for records of bounded size. Little-endian; three bytes a number keep about four decimal digits, two of one scale about 1 / 30,000 of the largest, one 1 / 127. */

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
  const largest = largestOf(numbers);
  const scale = largest === 0 ? 1 : largest / 32_767;
  const bytes = new Uint8Array(2 * numbers.length);
  for (let i = 0; i < numbers.length; i++) {
    const whole = Math.round((numbers[i] as number) / scale);
    bytes[2 * i] = whole;
    bytes[2 * i + 1] = whole >> 8;
  }
  return { scale, bytes };
}

export function unpackScaled(bytes: Uint8Array, scale: number): Float32Array {
  const numbers = new Float32Array(bytes.length / 2);
  for (let i = 0; i < numbers.length; i++) {
    // The upper byte carries the sign.
    numbers[i] = ((((bytes[2 * i + 1] as number) << 24) >> 16) | (bytes[2 * i] as number)) * scale;
  }
  return numbers;
}

/** Numbers of one magnitude, a byte each, to 1 / 127 of the largest, and the scale that they were divided by. */
export function packCoarse(numbers: Float32Array): { scale: number; bytes: Uint8Array } {
  const largest = largestOf(numbers);
  const scale = largest === 0 ? 1 : largest / 127;
  const bytes = new Uint8Array(numbers.length);
  for (let i = 0; i < numbers.length; i++) {
    bytes[i] = Math.round((numbers[i] as number) / scale);
  }
  return { scale, bytes };
}

export function unpackCoarse(bytes: Uint8Array, scale: number): Float32Array {
  const numbers = new Float32Array(bytes.length);
  for (let i = 0; i < numbers.length; i++) {
    numbers[i] = (((bytes[i] as number) << 24) >> 24) * scale;
  }
  return numbers;
}

function largestOf(numbers: Float32Array): number {
  let largest = 0;
  for (let i = 0; i < numbers.length; i++) {
    largest = Math.max(largest, Math.abs(numbers[i] as number));
  }
  return largest;
}

/** Bytes of a whole number: three where it is below 2^24. */
export type IntegerWidth = 3 | 4;

/** Whole numbers from 0 to 2^32 - 1, four bytes each, or from 0 to 2^24 - 1, three each. */
export function packIntegers(numbers: readonly number[], width: IntegerWidth = 4): Uint8Array {
  const bytes = new Uint8Array(width * numbers.length);
  for (let i = 0; i < numbers.length; i++) {
    const number = numbers[i] as number;
    for (let byte = 0; byte < width; byte++) {
      bytes[width * i + byte] = number >>> (8 * byte);
    }
  }
  return bytes;
}

export function unpackIntegers(bytes: Uint8Array, width: IntegerWidth = 4): number[] {
  const numbers: number[] = [];
  for (let at = 0; at + width <= bytes.length; at += width) {
    let number = 0;
    for (let byte = width - 1; byte >= 0; byte--) {
      number = number * 256 + (bytes[at + byte] as number);
    }
    numbers.push(number);
  }
  return numbers;
}
