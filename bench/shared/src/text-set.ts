import type { FixedTextVector } from '@tacit-auth/features';

export interface Person {
  readonly user: string;
  /** In order of time. */
  readonly entries: readonly FixedTextVector[];
  /** Entries that cannot be compared with the others, each as the number of {@link entries} before it; left out where there are none. */
  readonly dropped?: readonly number[];
}

/** People who typed the same text. */
export interface TextSet {
  readonly id: string;
  /** What was typed, for people to read. */
  readonly text: string;
  /** Names of the keys as `KeyboardEvent.code`, null where the set tells none. */
  readonly keys: readonly (string | null)[];
  /** In the order of the file. */
  readonly people: readonly Person[];
}

/** Collects entries by person, in order of first appearance. */
export class People {
  readonly #people = new Map<string, { user: string; entries: FixedTextVector[]; dropped: number[] }>();

  add(user: string, entry: FixedTextVector): void {
    this.#of(user).entries.push(entry);
  }

  /** An entry that cannot be compared. */
  drop(user: string): void {
    const { entries, dropped } = this.#of(user);
    dropped.push(entries.length);
  }

  list(): Person[] {
    return [...this.#people.values()].map(({ user, entries, dropped }) =>
      dropped.length > 0 ? { user, entries, dropped } : { user, entries },
    );
  }

  #of(user: string): { entries: FixedTextVector[]; dropped: number[] } {
    const known = this.#people.get(user) ?? { user, entries: [], dropped: [] };
    this.#people.set(user, known);
    return known;
  }
}
