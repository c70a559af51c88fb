import { assertBytes, assertInteger } from './arguments';
import { CryptoError } from './errors';

const URL_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const PHC_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** The largest byte string that is turned into base64url or back: a sealed record of 1 MiB of plaintext, with room. */
export const BASE64URL_MAX_BYTES = 2 * 1024 * 1024;

interface Codec {
  alphabet: string;
  values: Int8Array;
}

function codec(alphabet: string): Codec {
  const values = new Int8Array(128).fill(-1);
  for (let i = 0; i < 64; i++) values[alphabet.charCodeAt(i)] = i;
  return { alphabet, values };
}

const urlCodec = codec(URL_ALPHABET);
const phcCodec = codec(PHC_ALPHABET);

function encode(bytes: Uint8Array, { alphabet }: Codec): string {
  let text = '';
  let i = 0;
  for (; i + 2 < bytes.length; i += 3) {
    const word = (bytes[i]! << 16) | (bytes[i + 1]! << 8) | bytes[i + 2]!;
    text += alphabet[word >>> 18]! + alphabet[(word >>> 12) & 63]! + alphabet[(word >>> 6) & 63]! + alphabet[word & 63]!;
  }
  if (i + 1 === bytes.length) text += alphabet[bytes[i]! >>> 2]! + alphabet[(bytes[i]! & 3) << 4]!;
  if (i + 2 === bytes.length) {
    const word = (bytes[i]! << 8) | bytes[i + 1]!;
    text += alphabet[word >>> 10]! + alphabet[(word >>> 4) & 63]! + alphabet[(word & 15) << 2]!;
  }
  return text;
}

/** `undefined` for anything that `encode` would not have written: padding, other characters, a wrong length, set bits left over. */
function decode(text: string, { values }: Codec): Uint8Array | undefined {
  const rest = text.length % 4;
  if (rest === 1) return undefined;
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let bits = 0;
  let held = 0;
  let at = 0;
  for (let i = 0; i < text.length; i++) {
    const value = values[text.charCodeAt(i)] ?? -1;
    if (value < 0) return undefined;
    bits = ((bits << 6) | value) & 0xffff;
    held += 6;
    if (held >= 8) {
      held -= 8;
      bytes[at++] = bits >>> held;
    }
  }
  return (bits & ((1 << held) - 1)) === 0 ? bytes : undefined;
}

/**
 * Unpadded base64url (RFC 4648 section 5).
 *
 * @throws TypeError, RangeError for anything but a `Uint8Array` of at most 2 MiB
 */
export function base64urlEncode(bytes: Uint8Array): string {
  assertBytes(bytes, 'bytes', 0, BASE64URL_MAX_BYTES);
  return encode(bytes, urlCodec);
}

/**
 * Strict reverse of `base64urlEncode`: exactly one string stands for each byte string.
 *
 * @param options.maxBytes refuse, before decoding, whatever is longer than this; default and ceiling 2 MiB
 * @throws CryptoError ERR_BASE64URL for padding, white space, other characters, left-over bits or too many bytes
 */
export function base64urlDecode(text: string, options: { maxBytes?: number } = {}): Uint8Array {
  if (typeof text !== 'string') throw new TypeError('text must be a string');
  const maxBytes = options.maxBytes ?? BASE64URL_MAX_BYTES;
  assertInteger(maxBytes, 'maxBytes', 0, BASE64URL_MAX_BYTES);
  if (text.length > Math.ceil((maxBytes * 4) / 3)) {
    throw new CryptoError('ERR_BASE64URL', `text stands for more than ${maxBytes} bytes`, { field: 'text' });
  }
  const bytes = decode(text, urlCodec);
  if (bytes === undefined) throw new CryptoError('ERR_BASE64URL', 'text must be canonical base64url without padding', { field: 'text' });
  return bytes;
}

/** The unpadded standard alphabet of the PHC string format. */
export const phcBase64Encode = (bytes: Uint8Array): string => encode(bytes, phcCodec);
export const phcBase64Decode = (text: string): Uint8Array | undefined => decode(text, phcCodec);
