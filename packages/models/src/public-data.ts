import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type FixedTextVector, fixedTextVectorFrom } from '@tacit-auth/features';

/**
 * For tests: the CMU password set (K. Killourhy, R. Maxion, DSN 2009), which may be used but not redistributed. Its folder is named by
 * TACIT_DATA, or lies at `../shared/data` beside the repository. `undefined` where it is absent.
 */
export function cmuPasswords(): ReadonlyMap<string, readonly FixedTextVector[]> | undefined {
  const root = process.env.TACIT_DATA ?? fileURLToPath(new URL('../../../../shared/data', import.meta.url));
  const file = `${root}/cmu/DSL-StrongPasswordData.csv`;
  if (!existsSync(file)) {
    return undefined;
  }
  const people = new Map<string, FixedTextVector[]>();
  for (const line of readFileSync(file, 'utf8').trim().split('\n').slice(1)) {
    const cells = line.trim().split(',');
    // After subject, session and repetition: hold, down-down, up-down, hold, ... in seconds.
    const times = cells.slice(3).map((cell) => 1000 * Number(cell));
    const vector = fixedTextVectorFrom({
      hold: times.filter((_, index) => index % 3 === 0),
      pressPress: times.filter((_, index) => index % 3 === 1),
    });
    const entries = people.get(cells[0]) ?? [];
    entries.push(vector);
    people.set(cells[0], entries);
  }
  return people;
}
