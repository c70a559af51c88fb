import { CryptoError } from '@tacit-auth/crypto';
import type { Context } from './context';
import { everyPage } from './every-page';
import type { StoreRecord } from './store';

export interface KeyRotation {
  /** Wrapped keys looked at. */
  readonly scanned: number;
  /** Of these, how many now lie under the provider's current key. */
  readonly rewrapped: number;
}

export interface RotateKeysOptions {
  /** Called after each batch. */
  onProgress?: (progress: KeyRotation) => void;
  /** Keys a batch, 1-1000. Default 100. */
  batchSize?: number;
}

/**
 * Moves the root key and every customer's key to the provider's current key-encryption key, in batches, while logins go on. What the keys
 * have sealed stays as it is. May be broken off and run again.
 *
 * @throws CryptoError of the key provider; the keys moved until then stay moved. A customer's key that does not open keeps no other from being moved: that is thrown
 * when all the others are done
 */
export async function rotateKeys(ctx: Context, { onProgress, batchSize = 100 }: RotateKeysOptions = {}): Promise<KeyRotation> {
  if (!Number.isInteger(batchSize) || batchSize < 1 || batchSize > 1_000) {
    throw new RangeError('batchSize must be an integer from 1 to 1000');
  }
  let scanned = 0;
  let rewrapped = 0;
  const root = await ctx.store.transaction((tx) => tx.get('root-key', '', 'root'));
  if (root !== undefined) {
    scanned++;
    rewrapped += (await rewrap(ctx, root)) ? 1 : 0;
  }
  let unopened: CryptoError | undefined;
  const pages = everyPage<StoreRecord>(batchSize, (options) => ctx.store.transaction((tx) => tx.listKind('data-key', options)));
  for await (const page of pages) {
    for (const record of page) {
      scanned++;
      try {
        rewrapped += (await rewrap(ctx, record)) ? 1 : 0;
      } catch (error) {
        // A provider that fails would fail for the next one, too.
        if (!(error instanceof CryptoError) || error.code === 'ERR_KEY_PROVIDER') {
          throw error;
        }
        unopened ??= error;
      }
    }
    onProgress?.({ scanned, rewrapped });
  }
  if (unopened !== undefined) {
    throw unopened;
  }
  return { scanned, rewrapped };
}

/** The provider may be far away, so it is asked outside the transaction. A key that was erased meanwhile stays erased. */
async function rewrap(ctx: Context, { kind, subject, id }: StoreRecord): Promise<boolean> {
  const context = { subject: kind === 'root-key' ? 'root' : subject, purpose: kind };
  for (;;) {
    const record = await ctx.store.transaction((tx) => tx.get(kind, subject, id));
    if (record === undefined) {
      return false;
    }
    const { wrapped, changed } = await ctx.keyring.rewrapDataKey({ wrapped: new TextDecoder().decode(record.body), context });
    if (!changed) {
      return false;
    }
    const { at, due, version } = record;
    const moved = { kind, subject, id, body: new TextEncoder().encode(wrapped), at, due };
    if (await ctx.store.transaction((tx) => tx.put(moved, { ifVersion: version }))) {
      return true;
    }
  }
}
