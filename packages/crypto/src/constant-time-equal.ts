/**
 * Compares two byte strings without a data-dependent branch. Only a difference in length shows in the time taken.
 *
 * @throws TypeError when either is not a `Uint8Array`
 */
export function constantTimeEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (!(a instanceof Uint8Array)) throw new TypeError('a must be a Uint8Array');
  if (!(b instanceof Uint8Array)) throw new TypeError('b must be a Uint8Array');
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= a[i]! ^ b[i]!;
  return difference === 0;
}
