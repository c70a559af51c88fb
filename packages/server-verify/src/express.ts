import type { IncomingMessage, ServerResponse } from 'node:http';
import { assertObject } from './arguments';
import type { HttpHandler, SessionDemand } from './http';
import { respondRefusal } from './http/respond';
import { sendNodeResponse } from './node/node-response';
import { answerNode, isBodyRead, isUnder, sessionOfNode } from './node/serve-node';
import { keepSession } from './node/session-of';

export { connectionAddress } from './node/connection-address';
export { sessionOf } from './node/session-of';

/** A middleware of Express 5, or of anything else that hands on the requests of Node's HTTP server in this way. */
export type NodeMiddleware = (request: ExpressRequest, response: ServerResponse, next: (error?: unknown) => void) => Promise<void>;

/** Express takes the path of what a request is mounted at from `url`, and keeps it in `baseUrl`; Connect has the whole in `originalUrl`. */
export type ExpressRequest = IncomingMessage & { readonly originalUrl?: string; readonly baseUrl?: string };

/**
 * Serves the handler under its base path, and hands every other request on: `app.use(tacitRoutes(handler))`, before any body parser, because the
 * handler bounds and reads bodies itself. Express' own request is handed to `clientAddress` as `info`.
 */
export function tacitRoutes(handler: HttpHandler): NodeMiddleware {
  assertObject(handler, 'handler');
  return async (request, response, next) => {
    const target = targetOf(request);
    if (!isUnder(handler, { url: target })) {
      next();
      return;
    }
    const answer =
      request.method === 'POST' && isBodyRead(request)
        ? respondRefusal({ code: 'ERR_BODY_READ' })
        : await answerNode(handler, request, response, { target, body: request, info: request });
    await sendNodeResponse(answer, request, response);
  };
}

/** Admits requests with a session, which `sessionOf(request)` then gives. Anything else is answered with 401, 403 or 423. Goes behind what reads the body. */
export function sessionGuard(handler: HttpHandler, demand: SessionDemand = {}): NodeMiddleware {
  assertObject(handler, 'handler');
  return async (request, response, next) => {
    const session = await sessionOfNode(handler, request, demand);
    if (session instanceof Response) {
      await sendNodeResponse(session, request, response);
      return;
    }
    keepSession(request, session);
    next();
  };
}

/** With what an application has rewritten: `originalUrl` is as the client sent it. */
function targetOf({ url, baseUrl, originalUrl }: ExpressRequest): string | undefined {
  return baseUrl !== undefined && url?.startsWith('/') ? baseUrl + url : (originalUrl ?? url);
}
