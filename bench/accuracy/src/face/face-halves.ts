import { createHash } from 'node:crypto';

export type Half = 'fit' | 'check';

/**
 * Which half of a set's people a person is in: sorted by the SHA-256 of `tacit:lfw:` and the name, the first half sets calibration and thresholds, the
 * other tells whether they hold.
 */
export function halvesOf(people: Iterable<string>): Map<string, Half> {
  const digests = [...new Set(people)].map((name) => ({ name, digest: createHash('sha256').update(`tacit:lfw:${name}`).digest('hex') }));
  digests.sort((a, b) => (a.digest < b.digest ? -1 : 1));
  return new Map(digests.map(({ name }, place) => [name, place < Math.floor(digests.length / 2) ? 'fit' : 'check']));
}
