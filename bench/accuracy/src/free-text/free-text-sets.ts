import { existsSync } from 'node:fs';
import { BenchError } from '@tacit-internal/bench-shared/bench-error';
import { AALTO_FILE, readAaltoDesktop } from '../data/aalto-desktop';
import type { FreeTextPerson } from '../data/free-text-people';
import { FABLE_FILE, readMonacoFable, readVillaniFreetext, VILLANI_FILE } from '../data/pace-sessions';
import type { SetFiles } from '../windows/digest-files';

export const FREE_TEXT_SETS = ['aalto-desktop', 'villani-freetext', 'monaco-fable'] as const;
export type FreeTextSetName = (typeof FREE_TEXT_SETS)[number];

interface FreeTextFile extends SetFiles {
  readonly name: FreeTextSetName;
}

/** The sets' files, with the SHA-256 of those that the floors were set on. */
export const FREE_TEXT_FILES: readonly FreeTextFile[] = [
  { name: 'aalto-desktop', file: AALTO_FILE, sha256: '4425fe0d62ae13e9995c46abc5adf6e2469b01632af4baffdee1369fa6ecff67' },
  { name: 'villani-freetext', file: VILLANI_FILE, sha256: '6af431a089c1fb9548147246dd1bd7b5b1d88e169a97be9279b4a5efcbbc797a' },
  { name: 'monaco-fable', file: FABLE_FILE, sha256: '6400c6a20f2f9cc99d8a3446e1528401542421f4f68809a3dbb1ba26f1f8735e' },
];

const READERS: { readonly [Name in FreeTextSetName]: (folder: string) => Promise<FreeTextPerson[]> } = {
  'aalto-desktop': readAaltoDesktop,
  'villani-freetext': readVillaniFreetext,
  'monaco-fable': readMonacoFable,
};

/** What a folder has of the sets; a check needs all. @throws BenchError for a folder that has none. */
export function freeTextFiles(data: string, check: boolean): FreeTextFile[] {
  const there = FREE_TEXT_FILES.filter(({ file }) => check || existsSync(`${data}/${file}`));
  if (there.length === 0) throw new BenchError(`${data} holds none of ${FREE_TEXT_SETS.join(', ')}.\n`);
  return there;
}

/** Reads sets, each once. */
export class FreeTextSets {
  readonly #read = new Map<string, Promise<readonly FreeTextPerson[]>>();

  get(folder: string, name: FreeTextSetName): Promise<readonly FreeTextPerson[]> {
    const key = `${folder}\n${name}`;
    const reading = this.#read.get(key) ?? READERS[name](folder);
    this.#read.set(key, reading);
    return reading;
  }

  /** Some people of a set, in the order of the names. */
  async people(folder: string, name: FreeTextSetName, users: readonly string[]): Promise<FreeTextPerson[]> {
    const byName = new Map((await this.get(folder, name)).map((person) => [person.user, person]));
    return users.map((user) => {
      const person = byName.get(user);
      if (person === undefined) throw new RangeError(`${name} has nobody called ${user}`);
      return person;
    });
  }
}
