// Checks at the public doors: TypeError for the wrong kind, RangeError for the wrong size; the message names the argument.

const encoder = new TextEncoder();
const LONE_SURROGATE = /\p{Surrogate}/u;

export function assertObject(value: unknown, name: string): asserts value is object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new TypeError(`${name} must be an object`);
}

export function assertFunction(value: unknown, name: string): void {
  if (typeof value !== 'function') throw new TypeError(`${name} must be a function`);
}

export function assertBytes(value: unknown, name: string, minimum: number, maximum: number): asserts value is Uint8Array {
  if (!(value instanceof Uint8Array)) throw new TypeError(`${name} must be a Uint8Array`);
  if (value.length < minimum || value.length > maximum) {
    const size = minimum === maximum ? `${minimum}` : `${minimum} to ${maximum}`;
    throw new RangeError(`${name} must have ${size} bytes, has ${value.length}`);
  }
}

export function assertInteger(value: unknown, name: string, minimum: number, maximum: number): asserts value is number {
  if (typeof value !== 'number') throw new TypeError(`${name} must be a number`);
  if (!Number.isInteger(value) || value < minimum || value > maximum) {
    throw new RangeError(`${name} must be an integer from ${minimum} to ${maximum}`);
  }
}

/**
 * The UTF-8 bytes of a string of `minimum` to `maximum` bytes. A lone surrogate is refused: the encoder would turn each of them into the
 * same replacement character, and two different strings would have the same bytes.
 */
export function utf8(value: unknown, name: string, minimum: number, maximum: number): Uint8Array {
  if (typeof value !== 'string') throw new TypeError(`${name} must be a string`);
  // A UTF-16 unit is at least one byte of UTF-8, so this bounds the work before the encoder runs.
  if (value.length > maximum) throw new RangeError(`${name} must have ${minimum} to ${maximum} bytes of UTF-8`);
  if (LONE_SURROGATE.test(value)) throw new RangeError(`${name} must be well-formed Unicode`);
  const bytes = encoder.encode(value);
  if (bytes.length < minimum || bytes.length > maximum) throw new RangeError(`${name} must have ${minimum} to ${maximum} bytes of UTF-8`);
  return bytes;
}

/** A short name chosen by the developer: 1 to 64 of `A-Z a-z 0-9 . _ : / -`. */
export function assertLabel(value: unknown, name: string): asserts value is string {
  if (typeof value !== 'string') throw new TypeError(`${name} must be a string`);
  if (!/^[A-Za-z0-9._:/-]{1,64}$/.test(value)) throw new RangeError(`${name} must be 1 to 64 characters of A-Z a-z 0-9 . _ : / -`);
}
