import { assertObject } from './arguments';
import { CryptoError } from './errors';
import { keyListProvider, parseKeyList } from './key-list';
import type { KeyProvider } from './key-provider';
import type { RandomSource } from './random';

export interface FileKeyOptions {
  random?: RandomSource;
}

export interface FileKey extends KeyProvider {
  /** Reads the file again, for a rotation without a restart. When it throws, the keys read before stay in use. */
  reload(): void;
}

// Longer than any valid list, so that parseKeyList is the one to name the bound.
const MAX_FILE_BYTES = 16_384;

/**
 * Key-encryption keys from a file, in the format of `envKey`. On POSIX systems the file must be readable by its owner only (mode 0400 or 0600).
 * Read when called and at `reload()`. Node, Bun and Deno only.
 *
 * @throws CryptoError ERR_KEY_FILE when it cannot be read or others can read it, ERR_KEY_CONFIG when its content is malformed
 */
export function fileKey(path: string, options: FileKeyOptions = {}): FileKey {
  if (typeof path !== 'string') throw new TypeError('path must be a string');
  if (path === '' || path.includes('\0')) throw new RangeError('path must be the path of a file');
  assertObject(options, 'options');
  let keys = parseKeyList(readKeyFile(path), 'key file');
  return {
    ...keyListProvider(() => keys, options),
    reload() {
      keys = parseKeyList(readKeyFile(path), 'key file');
    },
  };
}

function readKeyFile(path: string): string {
  // Not an import: browsers' bundlers would follow it, although nothing there ever calls this.
  const fs = globalThis.process?.getBuiltinModule?.('node:fs');
  if (fs === undefined) throw fileError('a key file can only be read on a server');
  let descriptor: number;
  try {
    // Without O_NONBLOCK the open of a named pipe would wait for a writer for ever.
    descriptor = fs.openSync(path, fs.constants.O_RDONLY | (fs.constants.O_NONBLOCK ?? 0));
  } catch (cause) {
    throw fileError('the key file cannot be opened', cause);
  }
  try {
    // The open file is asked, not the path: what is checked is what is read.
    const stat = fs.fstatSync(descriptor);
    if (!stat.isFile()) throw fileError('the key file is not a regular file');
    if (globalThis.process.platform !== 'win32' && (stat.mode & 0o077) !== 0) {
      throw fileError('the key file is open to others than its owner; set its mode to 0600');
    }
    const buffer = new Uint8Array(MAX_FILE_BYTES + 1);
    let length = 0;
    for (let read = -1; read !== 0 && length < buffer.length; length += read) {
      read = fs.readSync(descriptor, buffer, length, buffer.length - length, null);
    }
    if (length > MAX_FILE_BYTES) throw fileError(`the key file is larger than ${MAX_FILE_BYTES} bytes`);
    const text = new TextDecoder().decode(buffer.subarray(0, length));
    buffer.fill(0);
    return text;
  } catch (cause) {
    if (cause instanceof CryptoError) throw cause;
    throw fileError('the key file cannot be read', cause);
  } finally {
    fs.closeSync(descriptor);
  }
}

function fileError(message: string, cause?: unknown): CryptoError {
  return new CryptoError('ERR_KEY_FILE', message, cause === undefined ? { field: 'path' } : { field: 'path', cause });
}
