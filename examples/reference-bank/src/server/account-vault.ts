import type { Keyring } from '@tacit-auth/crypto';
import { open, seal } from '@tacit-auth/crypto';

type DataKey = Awaited<ReturnType<Keyring['unwrapDataKey']>>;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * What the bank keeps in words (names, references) is sealed under a key of each account. When a customer is erased the key goes, and
 * the words with it; the sums stay, as the law wants.
 */
export class AccountVault {
  readonly #keyring: Keyring;

  constructor(keyring: Keyring) {
    this.#keyring = keyring;
  }

  async createKey(account: string): Promise<{ key: DataKey; wrapped: string }> {
    return this.#keyring.createDataKey({ context: keyContext(account) });
  }

  async key(account: string, wrapped: string): Promise<DataKey> {
    return this.#keyring.unwrapDataKey({ wrapped, context: keyContext(account) });
  }

  /** The same key, wrapped by the provider's current key-encryption key. */
  async rewrap(account: string, wrapped: string): Promise<string> {
    return (await this.#keyring.rewrapDataKey({ wrapped, context: keyContext(account) })).wrapped;
  }

  seal(key: DataKey, account: string, value: unknown): Uint8Array {
    return seal({ key, context: { subject: account, purpose: 'bank/words' }, plaintext: encoder.encode(JSON.stringify(value)) });
  }

  open<T>(key: DataKey, account: string, sealed: Uint8Array): T {
    const bytes = open({ key, context: { subject: account, purpose: 'bank/words' }, sealed: new Uint8Array(sealed) });
    return JSON.parse(decoder.decode(bytes)) as T;
  }
}

function keyContext(account: string) {
  return { subject: account, purpose: 'bank/account-key' };
}
