import { TacitServerError } from '../errors';

/** Largest body that is read, in bytes. */
export const MAX_BODY_BYTES = 524_288;
/** Deepest nesting of a body: a typing sample inside a list inside the body needs 5. */
const MAX_DEPTH = 16;

/**
 * The JSON of a request, bounded before it is parsed: by `content-length`, by what really arrives, and by depth.
 *
 * @throws TacitServerError `ERR_CONTENT_TYPE`, `ERR_BODY_SIZE`, `ERR_BODY_INVALID`
 */
export async function readJsonBody(request: Request, maxBytes = MAX_BODY_BYTES): Promise<unknown> {
  const type = request.headers.get('content-type') ?? '';
  if (!/^application\/json(?:\s*;\s*charset="?utf-8"?)?\s*$/i.test(type)) {
    throw new TacitServerError('ERR_CONTENT_TYPE');
  }
  const length = request.headers.get('content-length');
  if (length !== null && !(Number(length) <= maxBytes)) {
    throw tooLarge(maxBytes);
  }
  const text = decode(await readBytes(request, maxBytes));
  if (depthOf(text) > MAX_DEPTH) {
    throw new TacitServerError('ERR_BODY_INVALID', { message: `The body is nested deeper than ${MAX_DEPTH}.` });
  }
  try {
    return JSON.parse(text);
  } catch {
    // The engine's message quotes the text.
    throw new TacitServerError('ERR_BODY_INVALID');
  }
}

function tooLarge(maxBytes: number): TacitServerError {
  return new TacitServerError('ERR_BODY_SIZE', { message: `The body is larger than ${maxBytes / 1024} KiB.` });
}

async function readBytes(request: Request, maxBytes: number): Promise<Uint8Array> {
  const reader = request.body?.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  while (reader !== undefined) {
    let part: ReadableStreamReadResult<Uint8Array>;
    try {
      part = await reader.read();
    } catch {
      throw new TacitServerError('ERR_BODY_INVALID', { message: 'The body broke off.' });
    }
    if (part.done) {
      break;
    }
    size += part.value.byteLength;
    if (size > maxBytes) {
      await reader.cancel();
      throw tooLarge(maxBytes);
    }
    chunks.push(part.value);
  }
  const all = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.byteLength;
  }
  return all;
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new TacitServerError('ERR_BODY_INVALID', { message: 'The body is not UTF-8.' });
  }
}

/** Nesting of brackets outside strings, without parsing. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (inString) {
      if (unit === 0x5c) {
        i++;
      } else if (unit === 0x22) {
        inString = false;
      }
    } else if (unit === 0x22) {
      inString = true;
    } else if (unit === 0x7b || unit === 0x5b) {
      deepest = Math.max(deepest, ++depth);
    } else if (unit === 0x7d || unit === 0x5d) {
      depth--;
    }
  }
  return deepest;
}
