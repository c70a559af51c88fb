import type { FixedTextVector } from '@tacit-auth/features';

export interface Person {
  readonly user: string;
  /** In order of time. */
  readonly entries: readonly FixedTextVector[];
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
  readonly #entries = new Map<string, FixedTextVector[]>();

  add(user: string, entry: FixedTextVector): void {
    const entries = this.#entries.get(user);
    if (entries === undefined) this.#entries.set(user, [entry]);
    else entries.push(entry);
  }

  list(): Person[] {
    return [...this.#entries].map(([user, entries]) => ({ user, entries }));
  }
}
