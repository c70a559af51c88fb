import { assertFunction, assertObject } from './arguments';
import { base64urlDecode, base64urlEncode } from './base64';
import { adoptDataKey, DATA_KEY_BYTES, type DataKey } from './data-key';
import { CryptoError } from './errors';
import { KEY_ID, type KeyProvider, MAX_WRAPPED_BYTES, type WrappedKey } from './key-provider';
import { encodeContext, type SealContext } from './length-prefixed';
import { draw, type RandomSource, randomSource } from './random';

export interface KeyringOptions {
  provider: KeyProvider;
  /** Default: the platform's cryptographic generator. */
  random?: RandomSource;
}

/**
 * Makes and opens data keys. Nothing is cached: an unwrapped key is the caller's to keep for a while and to `destroy()`. To erase all that a
 * data key has sealed, delete its wrapped form everywhere.
 */
export interface Keyring {
  /** A new data key and its wrapped form for the store: `1.<key id>.<base64url>`, at most 5,530 characters. */
  createDataKey(options: { context: SealContext }): Promise<{ key: DataKey; wrapped: string }>;
  /**
   * Opens a wrapped data key under the context it was made for.
   *
   * @throws CryptoError ERR_KEY_MALFORMED, ERR_KEY_UNKNOWN, ERR_KEY_UNWRAP, ERR_KEY_PROVIDER
   */
  unwrapDataKey(options: { wrapped: string; context: SealContext }): Promise<DataKey>;
  /**
   * Moves a wrapped data key to the provider's current key; what the data key has sealed stays as it is. `changed` is false, and `wrapped` the
   * string that was given, when it is there already.
   */
  rewrapDataKey(options: { wrapped: string; context: SealContext }): Promise<{ wrapped: string; changed: boolean }>;
}

const FORMAT = '1';
const LABEL = 'data-key/1';
const MAX_LENGTH = FORMAT.length + 1 + 64 + 1 + Math.ceil((MAX_WRAPPED_BYTES * 4) / 3);

export function keyring(options: KeyringOptions): Keyring {
  assertObject(options, 'options');
  const { provider } = options;
  assertObject(provider, 'provider');
  assertFunction(provider.wrap, 'provider.wrap');
  assertFunction(provider.unwrap, 'provider.unwrap');
  assertFunction(provider.currentId, 'provider.currentId');
  const random = randomSource(options.random);

  async function unwrapBytes(wrapped: WrappedKey, aad: Uint8Array): Promise<Uint8Array> {
    const bytes: unknown = await provider.unwrap(wrapped, aad);
    if (!(bytes instanceof Uint8Array) || bytes.length !== DATA_KEY_BYTES) {
      throw new CryptoError('ERR_KEY_PROVIDER', `provider.unwrap must return ${DATA_KEY_BYTES} bytes`, { field: 'provider' });
    }
    return new Uint8Array(bytes);
  }

  return {
    async createDataKey(request) {
      assertObject(request, 'options');
      const aad = encodeContext(LABEL, request.context);
      const bytes = draw(random, DATA_KEY_BYTES);
      // The provider gets a copy, so that nothing it keeps or wipes is the key in use.
      const copy = new Uint8Array(bytes);
      try {
        return { wrapped: format(await provider.wrap(copy, aad)), key: adoptDataKey(bytes) };
      } finally {
        copy.fill(0);
      }
    },
    async unwrapDataKey(request) {
      assertObject(request, 'options');
      const aad = encodeContext(LABEL, request.context);
      return adoptDataKey(await unwrapBytes(parse(request.wrapped), aad));
    },
    async rewrapDataKey(request) {
      assertObject(request, 'options');
      const aad = encodeContext(LABEL, request.context);
      const parsed = parse(request.wrapped);
      if (parsed.keyId === (await provider.currentId())) return { wrapped: request.wrapped, changed: false };
      const bytes = await unwrapBytes(parsed, aad);
      try {
        return { wrapped: format(await provider.wrap(bytes, aad)), changed: true };
      } finally {
        bytes.fill(0);
      }
    },
  };
}

function format(wrapped: WrappedKey): string {
  const { keyId, bytes } = wrapped;
  if (typeof keyId !== 'string' || !KEY_ID.test(keyId) || !(bytes instanceof Uint8Array) || !fits(bytes)) {
    throw new CryptoError('ERR_KEY_PROVIDER', `provider.wrap must return { keyId, bytes } with 1 to ${MAX_WRAPPED_BYTES} bytes`, {
      field: 'provider',
    });
  }
  return `${FORMAT}.${keyId}.${base64urlEncode(bytes)}`;
}

function parse(wrapped: unknown): WrappedKey {
  if (typeof wrapped !== 'string') throw new TypeError('wrapped must be a string');
  const malformed = () => new CryptoError('ERR_KEY_MALFORMED', 'wrapped is not a wrapped data key', { field: 'wrapped' });
  if (wrapped.length > MAX_LENGTH) throw malformed();
  const [version, keyId = '', encoded = '', ...rest] = wrapped.split('.');
  if (version !== FORMAT || rest.length > 0 || !KEY_ID.test(keyId)) throw malformed();
  try {
    const bytes = base64urlDecode(encoded, { maxBytes: MAX_WRAPPED_BYTES });
    if (fits(bytes)) return { keyId, bytes };
  } catch (error) {
    if (!(error instanceof CryptoError)) throw error;
  }
  throw malformed();
}

const fits = (bytes: Uint8Array): boolean => bytes.length >= 1 && bytes.length <= MAX_WRAPPED_BYTES;
