const MAX_LENGTH = 254;
/** One address, and nothing that could begin another recipient, a comment or a header. */
const ADDRESS = /^[^\s@,;:<>"()[\]\\]+@[^\s@,;:<>"()[\]\\]+$/;

/** Whether a value can be handed to a mail server as the address of one person. */
export function isMailAddress(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MAX_LENGTH && ADDRESS.test(value);
}

/** @throws TypeError, RangeError */
export function assertMailAddress(value: unknown, name: string): asserts value is string {
  if (typeof value !== 'string') {
    throw new TypeError(`${name} must be a string`);
  }
  if (!isMailAddress(value)) {
    throw new RangeError(`${name} must be one mail address of at most ${MAX_LENGTH} characters`);
  }
}
