import type { IncomingMessage, ServerResponse } from 'node:http';
import { isTacitServerError } from '../errors';
import type { HttpHandler, SessionDemand, SessionGrant } from '../http';
import { refusalOf, respondRefusal } from '../http/respond';
import { unbuffered } from './event-stream-response';
import { nodeRequest, pathnameOf } from './node-request';

/** Whether a request is for the handler. */
export function isUnder({ basePath }: Pick<HttpHandler, 'basePath'>, incoming: Pick<IncomingMessage, 'url'>): boolean {
  return pathnameOf(incoming)?.startsWith(basePath === '/' ? '/' : `${basePath}/`) ?? false;
}

/** The handler's answer to a request of Node's HTTP server. Never rejects. */
export async function answerNode(
  handler: HttpHandler,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { target, body, info }: { target?: string | undefined; body: AsyncIterable<Uint8Array>; info: unknown },
): Promise<Response> {
  const gone = new AbortController();
  outgoing.once('close', () => {
    // Whether it was ended, not whether all of it has left: over HTTP/2 that is also said of what was cut off.
    if (!outgoing.writableEnded) {
      gone.abort();
    }
  });
  return orRefusal(async () => unbuffered(await handler.handle(nodeRequest(incoming, { target, signal: gone.signal, body }), info)));
}

/** The session of a request, whose body is left alone. Never rejects. */
export async function sessionOfNode(
  handler: HttpHandler,
  incoming: IncomingMessage,
  demand: SessionDemand,
): Promise<SessionGrant | Response> {
  // The path is one of the application's, of whatever form.
  return orRefusal(() => handler.requireSession(nodeRequest(incoming, { target: '/' }), demand));
}

/** Whether something else has read the body already: it can not be bounded nor checked any more. */
export function isBodyRead(incoming: IncomingMessage): boolean {
  return incoming.readableDidRead || incoming.readableEnded;
}

async function orRefusal<Result>(work: () => Promise<Result>): Promise<Result | Response> {
  try {
    return await work();
  } catch (error) {
    return isTacitServerError(error) ? respondRefusal(refusalOf(error)) : respondRefusal({ code: 'ERR_INTERNAL' });
  }
}
