import { fixedTextVectorFrom } from '@tacit-auth/features';
import { numberIn, readCsv } from '@tacit-internal/bench-shared/read-lines';
import { People, type TextSet } from '@tacit-internal/bench-shared/text-set';

const PASSWORDS = [
  { id: 'mobikey easy', text: 'kicsikutyatarka' },
  { id: 'mobikey strong', text: '.tie5Roanl' },
  { id: 'mobikey logical', text: 'Kktsf2!2014' },
];

interface Entry {
  readonly user: string;
  readonly session: number;
  readonly rep: number;
  readonly keys: string[];
  readonly press: number[];
  readonly release: number[];
}

/** M. Antal, L. Nemes, CSOC 2016: 54 people on one kind of tablet. Entries of the most common key sequence of a password, layout keys included; others are dropped, and counted. */
export async function readMobikey(folder: string): Promise<TextSet[]> {
  const passwords = new Map<string, Map<string, Entry>>(PASSWORDS.map((_, i) => [String(i), new Map()]));
  for await (const row of readCsv(`${folder}/mobikey/keystrokes.csv.gz`)) {
    const entries = passwords.get(row('password'));
    if (entries === undefined) throw new RangeError('mobikey: unknown password');
    const id = ['group', 'user', 'device', 'session', 'rep'].map(row).join(' ');
    const entry = entries.get(id) ?? {
      user: row('user'),
      session: numberIn(row, 'session'),
      rep: numberIn(row, 'rep'),
      keys: [],
      press: [],
      release: [],
    };
    entries.set(id, entry);
    entry.keys.push(row('key'));
    entry.press.push(numberIn(row, 'down'));
    entry.release.push(numberIn(row, 'up'));
  }
  return PASSWORDS.map(({ id, text }, i) => {
    const entries = [...(passwords.get(String(i)) ?? new Map<string, Entry>()).values()];
    const sequence = mostCommon(entries.map(({ keys }) => keys.join(' ')));
    const people = new People();
    // Stable: within a session by repetition, people in order of the file.
    for (const entry of entries.toSorted((a, b) => a.session - b.session || a.rep - b.rep)) {
      if (entry.keys.join(' ') !== sequence) {
        people.drop(entry.user);
        continue;
      }
      const { press, release } = entry;
      people.add(
        entry.user,
        fixedTextVectorFrom({
          hold: press.map((time, k) => (release[k] ?? Number.NaN) - time),
          pressPress: press.slice(1).map((time, k) => time - (press[k] ?? Number.NaN)),
        }),
      );
    }
    const users = [...new Set(entries.map(({ user }) => user))];
    const list = people.list().toSorted((a, b) => users.indexOf(a.user) - users.indexOf(b.user));
    return { id, text, keys: sequence.split(' ').map(() => null), people: list };
  });
}

function mostCommon(values: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].toSorted((a, b) => b[1] - a[1])[0]?.[0] ?? '';
}
