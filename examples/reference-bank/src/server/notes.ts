import type { AccountVault } from './account-vault';
import { BankError } from './bank-error';
import type { BankDatabase } from './database';

/** Longest note, in UTF-16 units. */
export const LONGEST_NOTE = 500;

interface Place {
  owner: string;
  account: string;
  /** The entry's id, as the transactions name it. */
  entry: string;
}

/** What customers write beside their own transactions. Sealed under the key of the account; gone with it. */
export class Notes {
  readonly #database: BankDatabase;
  readonly #vault: AccountVault;

  constructor({ database, vault }: { database: BankDatabase; vault: AccountVault }) {
    this.#database = database;
    this.#vault = vault;
  }

  /** Writes a note in place of an earlier one; an empty one takes it away. */
  async write({ owner, account, entry, text }: Place & { text: string }): Promise<void> {
    const words = text.trim();
    if (words.length > LONGEST_NOTE) throw new BankError('ERR_FIELD_INVALID', `A note has at most ${LONGEST_NOTE} characters.`, 'note');
    const id = entryNumber(entry);
    const wrapped = await this.#wrappedKey(owner, account, id);
    const key = await this.#vault.key(account, wrapped);
    const words_sealed = this.#vault.seal(key, account, words);
    await this.#database.transact(async (tx) => {
      // The account may have been closed, and its key thrown away, while the words were sealed.
      const still = await tx.selectFrom('accounts').select('id').where('id', '=', account).where('owner', '=', owner).executeTakeFirst();
      if (!still) throw unknownEntry();
      if (words === '') await tx.deleteFrom('notes').where('account', '=', account).where('entry', '=', id).execute();
      else {
        await tx
          .insertInto('notes')
          .values({ account, entry: id, words_sealed })
          .onConflict((conflict) => conflict.columns(['account', 'entry']).doUpdateSet({ words_sealed }))
          .execute();
      }
    });
  }

  /** The notes of some entries, by the entry's id. */
  async of({ owner, account, entries }: { owner: string; account: string; entries: readonly string[] }): Promise<Map<string, string>> {
    if (entries.length === 0) return new Map();
    const rows = await this.#database.queries
      .selectFrom('notes')
      .innerJoin('accounts', 'accounts.id', 'notes.account')
      .select(['notes.entry', 'notes.words_sealed', 'accounts.wrapped_key'])
      .where('notes.account', '=', account)
      .where('accounts.owner', '=', owner)
      .where('notes.entry', 'in', entries.map(entryNumber))
      .execute();
    const wrapped = rows[0]?.wrapped_key;
    if (wrapped === null || wrapped === undefined) return new Map();
    const key = await this.#vault.key(account, wrapped);
    return new Map(rows.map((row) => [String(row.entry), this.#vault.open<string>(key, account, row.words_sealed)]));
  }

  async #wrappedKey(owner: string, account: string, entry: number): Promise<string> {
    const row = await this.#database.queries
      .selectFrom('entries')
      .innerJoin('accounts', 'accounts.id', 'entries.account')
      .select('accounts.wrapped_key')
      .where('entries.id', '=', entry)
      .where('accounts.id', '=', account)
      .where('accounts.owner', '=', owner)
      .executeTakeFirst();
    // Another customer's entry and none at all must look alike.
    if (!row?.wrapped_key) throw unknownEntry();
    return row.wrapped_key;
  }
}

function entryNumber(entry: string): number {
  if (!/^[1-9]\d{0,14}$/.test(entry)) throw unknownEntry();
  return Number(entry);
}

function unknownEntry(): BankError {
  return new BankError('ERR_ENTRY_UNKNOWN', 'There is no such transaction on this account.', 'entry');
}
