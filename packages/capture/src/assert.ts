const NAME = /^[A-Za-z0-9._-]+$/;

/** @throws TypeError unless `value` is an object. */
export function assertOptions(value: unknown, name: string): asserts value is object {
  if (typeof value !== 'object' || value === null) {
    throw new TypeError(`${name} must be an object`);
  }
}

/** @throws TypeError unless `value` is a string; RangeError unless its length is from `minimum` to `maximum`. */
export function assertString(value: unknown, name: string, minimum: number, maximum: number): asserts value is string {
  if (typeof value !== 'string') {
    throw new TypeError(`${name} must be a string`);
  }
  if (value.length < minimum || value.length > maximum) {
    throw new RangeError(`${name} must have ${minimum} to ${maximum} characters`);
  }
}

/** @throws TypeError unless `value` is a string; RangeError unless it is a name that the wire allows. */
export function assertName(value: unknown, name: string): asserts value is string {
  assertString(value, name, 1, 64);
  if (!NAME.test(value)) {
    throw new RangeError(`${name} must be of [A-Za-z0-9._-]`);
  }
}

/** @throws TypeError unless `value` is a number; RangeError unless it is a whole one from `minimum` to `maximum`. */
export function assertInteger(value: unknown, name: string, minimum: number, maximum: number): asserts value is number {
  if (typeof value !== 'number') {
    throw new TypeError(`${name} must be a number`);
  }
  if (!Number.isInteger(value) || value < minimum || value > maximum) {
    throw new RangeError(`${name} must be a whole number from ${minimum} to ${maximum}`);
  }
}

/** @throws TypeError unless `value` is a function. */
export function assertFunction(value: unknown, name: string): void {
  if (typeof value !== 'function') {
    throw new TypeError(`${name} must be a function`);
  }
}

/** @throws TypeError unless `value` can be listened to, or is undefined. */
export function assertOptionalEventTarget(value: unknown, name: string): void {
  if (value !== undefined && typeof (value as EventTarget | null)?.addEventListener !== 'function') {
    throw new TypeError(`${name} must be an event target`);
  }
}

/**
 * By name rather than by class, so that nothing of the page's is touched on import and fields of other frames are taken too.
 *
 * @throws TypeError unless `value` is an input or textarea element.
 */
export function assertTextField(value: unknown, name: string): asserts value is HTMLInputElement | HTMLTextAreaElement {
  if (!/^(input|textarea)$/i.test(String((value as Partial<Node> | null | undefined)?.nodeName))) {
    throw new TypeError(`${name} must be an input or textarea element`);
  }
}

/** @throws TypeError unless `value` is `secret` or `text`. */
export function assertMode(value: unknown, name: string): asserts value is 'secret' | 'text' {
  if (value !== 'secret' && value !== 'text') {
    throw new TypeError(`${name} must be 'secret' or 'text'`);
  }
}

/** @throws TypeError unless `value` is undefined or, in mode `text`, a string; RangeError unless that has 1-2,000 characters. */
export function assertOptionalTarget(value: unknown, name: string, mode: 'secret' | 'text'): void {
  if (value !== undefined) {
    if (mode === 'secret') {
      throw new TypeError(`${name} must be left out for a secret`);
    }
    assertString(value, name, 1, 2_000);
  }
}
