/** Checks at the public doors: TypeError for the wrong kind, RangeError for the wrong size; the message names the argument. */

export function assertObject(value: unknown, name: string): asserts value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new TypeError(`${name} must be an object`);
  }
}

export function assertText(value: unknown, name: string, minimum: number, maximum: number): asserts value is string {
  if (typeof value !== 'string') {
    throw new TypeError(`${name} must be a string`);
  }
  if (value.length < minimum || value.length > maximum) {
    throw new RangeError(`${name} must have ${minimum}-${maximum} characters`);
  }
}

export function assertBoolean(value: unknown, name: string): asserts value is boolean {
  if (typeof value !== 'boolean') {
    throw new TypeError(`${name} must be a boolean`);
  }
}

export function assertFunction(value: unknown, name: string): asserts value is (...given: never[]) => unknown {
  if (typeof value !== 'function') {
    throw new TypeError(`${name} must be a function`);
  }
}

export function assertOneOf<const Value extends string>(value: unknown, name: string, allowed: readonly Value[]): asserts value is Value {
  if (typeof value !== 'string') {
    throw new TypeError(`${name} must be a string`);
  }
  if (!(allowed as readonly string[]).includes(value)) {
    throw new RangeError(`${name} must be one of: ${allowed.join(', ')}`);
  }
}

/** Longest id of a customer that a host may use. */
export const MAX_HOST_SUBJECT_LENGTH = 512;

export function assertHostSubject(value: unknown): asserts value is string {
  assertText(value, 'subject', 1, MAX_HOST_SUBJECT_LENGTH);
  if (!value.isWellFormed()) {
    throw new RangeError('subject must be well-formed Unicode');
  }
}
