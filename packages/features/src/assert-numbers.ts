/** Refuses what is neither an array nor a typed array; the entries are the caller's to check. Throws TypeError. */
export function assertNumbers(values: unknown, name: string): asserts values is ArrayLike<number> {
  if (!Array.isArray(values) && !(ArrayBuffer.isView(values) && 'length' in values)) {
    throw new TypeError(`${name} must be an array of numbers`);
  }
}
