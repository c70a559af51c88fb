// Plain JavaScript: it reads files, and the package's sources are checked without the types of Node.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { fixedTextVectorFrom } from '@tacit-auth/features';

export function cmuPasswords() {
  const root = process.env.TACIT_DATA ?? fileURLToPath(new URL('../../../../shared/data', import.meta.url));
  const file = `${root}/cmu/DSL-StrongPasswordData.csv`;
  if (!existsSync(file)) {
    return undefined;
  }
  const people = new Map();
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
