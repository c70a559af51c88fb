import type { IncomingMessage } from 'node:http';
import { TacitServerError } from '../errors';

/** Most characters of all names and values of a request's headers, for servers whose own bound (16 KiB with Node) was lifted. */
const MAX_HEADER_LENGTH = 32_768;
/** Only the path of a request counts. What its `host` header says, which a client chooses, is not looked at. */
const BASE = 'http://localhost';

export interface NodeRequestOptions {
  /** Path and query, where the framework has its own idea of them. Default: as they came. */
  target?: string | undefined;
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
export function nodeRequest(incoming: IncomingMessage, { target = incoming.url, body, signal }: NodeRequestOptions = {}): Request {
  const method = incoming.method ?? 'GET';
  const withBody = body !== undefined && method !== 'GET' && method !== 'HEAD';
  try {
    return new Request(targetOf(target), {
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

/** The path of a request; undefined for a target that is none, such as `*`, or that others may read otherwise. */
export function pathnameOf(incoming: Pick<IncomingMessage, 'url'>): string | undefined {
  try {
    return new URL(targetOf(incoming.url)).pathname;
  } catch {
    return undefined;
  }
}

/**
 * What `URL` would first have to resolve (`/x/../auth`, `%2e%2e`, a backslash) is not followed: the application's own guards, which go by the path
 * as it was sent, may have let it through for something else. No path of ours needs any of it.
 */
function targetOf(url = '/'): string {
  // A proxy may be sent the whole address.
  const target = BASE + (url.startsWith('/') ? url : url.replace(/^https?:\/\/[^/?#]*/i, ''));
  const [path] = target.slice(BASE.length).split('?', 1);
  if (new URL(target).pathname !== path) {
    throw new TacitServerError('ERR_NOT_FOUND');
  }
  return target;
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
