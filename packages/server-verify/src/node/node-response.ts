import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isEventStream } from './event-stream-response';

/** What compressing middleware adds to a response, so that what was written leaves at once. */
type Flushing = { flush?: () => void };

/**
 * Writes a web-standard response through Node's HTTP server: cookies beside those that are set already, events as they come, no faster than the
 * client reads. When the client goes away the body is cancelled. Never rejects.
 */
export async function sendNodeResponse(response: Response, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const { body, headers } = response;
  if (isGone(outgoing) || outgoing.headersSent) {
    await body?.cancel();
    return;
  }
  outgoing.statusCode = response.status;
  for (const [name, value] of headers) {
    if (name !== 'set-cookie') {
      outgoing.setHeader(name, value);
    }
  }
  const cookies = headers.getSetCookie();
  if (cookies.length > 0) {
    outgoing.appendHeader('set-cookie', cookies);
  }
  if (!incoming.complete && incoming.httpVersionMajor < 2) {
    // A body that nobody wants is not read to its end: the connection ends with the answer.
    outgoing.setHeader('connection', 'close');
  }
  if (body === null || incoming.method === 'HEAD') {
    await body?.cancel();
    outgoing.end();
    return;
  }
  await pipe(body, outgoing, isEventStream(response));
}

/** Whether the client has gone; over HTTP/2 the stream knows. */
function isGone(outgoing: ServerResponse & { readonly stream?: { readonly destroyed: boolean } }): boolean {
  return outgoing.destroyed || outgoing.stream?.destroyed === true;
}

async function pipe(body: ReadableStream<Uint8Array>, outgoing: ServerResponse & Flushing, events: boolean): Promise<void> {
  const reader = body.getReader();
  const gone = new AbortController();
  outgoing.once('close', () => {
    gone.abort();
    reader.cancel().catch(() => outgoing.destroy());
  });
  if (events) {
    // The browser's `open` does not wait for the first event.
    outgoing.flushHeaders();
    outgoing.flush?.();
  }
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) {
        outgoing.end();
        return;
      }
      const room = outgoing.write(value);
      outgoing.flush?.();
      if (!room) {
        await once(outgoing, 'drain', { signal: gone.signal });
      }
    }
  } catch {
    // The body failed, or the client has gone: an answer that is cut off is not to look like a whole one.
    outgoing.destroy();
  }
}
