import type { IncomingMessage } from 'node:http';
import { TacitServerError } from '../errors';

/** Most characters of all names and values of a request's headers, for servers whose own bound (16 KiB with Node) was lifted. */
const MAX_HEADER_LENGTH = 32_768;
/** Only the path of a request counts. What its `host` header says, which a client chooses, is not looked at. */
const BASE = 'http://localhost';

export interface NodeRequestOptions {
  /** Where the body is read from; left out for requests whose body is not to be touched. */
  body?: AsyncIterable<Uint8Array>;
  /** Aborts when the client is gone. */
  signal?: AbortSignal;
}

/**
 * A request of Node's HTTP server as a web-standard one.
 *
 * @throws TacitServerError `ERR_HEADER_SIZE`, `ERR_NOT_FOUND` for a target that is no path
 */
export function nodeRequest(
  incoming: IncomingMessage & { readonly originalUrl?: string },
  { body, signal }: NodeRequestOptions = {},
): Request {
  const method = incoming.method ?? 'GET';
  const withBody = body !== undefined && method !== 'GET' && method !== 'HEAD';
  try {
    return new Request(targetOf(incoming.originalUrl ?? incoming.url), {
      method,
      headers: headersOf(incoming),
      ...(signal === undefined ? {} : { signal }),
      ...(withBody ? { body: streamOf(body), duplex: 'half' as const } : {}),
    });
  } catch (error) {
    // A method, target or header that the platform can not carry: nothing of ours is called so.
    throw error instanceof TacitServerError ? error : new TacitServerError('ERR_NOT_FOUND');
  }
}

/** The path of a request as `URL` reads it; undefined for a target that is none, such as `*`. */
export function pathnameOf(incoming: Pick<IncomingMessage, 'url'>): string | undefined {
  try {
    return new URL(targetOf(incoming.url)).pathname;
  } catch {
    return undefined;
  }
}

function targetOf(url = '/'): string {
  if (url.startsWith('/')) {
    return BASE + url;
  }
  // A proxy may be sent the whole address.
  const { pathname, search } = new URL(url);
  return BASE + pathname + search;
}

function headersOf(incoming: IncomingMessage): Headers {
  const headers = new Headers();
  let length = 0;
  for (const [name, value = ''] of Object.entries(incoming.headers)) {
    // HTTP/2 has the request line among them.
    if (name.startsWith(':')) {
      continue;
    }
    for (const one of Array.isArray(value) ? value : [value]) {
      length += name.length + one.length;
      if (length > MAX_HEADER_LENGTH) {
        throw new TacitServerError('ERR_HEADER_SIZE');
      }
      headers.append(name, one);
    }
  }
  return headers;
}

/** Whoever stops reading leaves the connection open, so that he can still be answered: what `Readable.toWeb` would not. */
function streamOf(source: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  const chunks = iteratorOf(source);
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await chunks.next();
        if (done) {
          controller.close();
        } else {
          controller.enqueue(value);
        }
      },
      async cancel() {
        await chunks.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}

function iteratorOf(source: AsyncIterable<Uint8Array>): AsyncIterator<Uint8Array> {
  const { iterator } = source as { iterator?: (options: { destroyOnReturn: boolean }) => AsyncIterator<Uint8Array> };
  return typeof iterator === 'function' ? iterator.call(source, { destroyOnReturn: false }) : source[Symbol.asyncIterator]();
}
