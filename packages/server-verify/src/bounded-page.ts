/**
 * The size of a page of a list that a caller may choose.
 *
 * @throws TypeError, RangeError where it is not from 1 to `greatest`
 */
export function limitOf(limit: unknown, standard: number, greatest: number): number {
  if (limit === undefined) {
    return standard;
  }
  if (typeof limit !== 'number') {
    throw new TypeError('limit must be a number');
  }
  if (!Number.isInteger(limit) || limit < 1 || limit > greatest) {
    throw new RangeError(`limit must be an integer from 1 to ${greatest}`);
  }
  return limit;
}
