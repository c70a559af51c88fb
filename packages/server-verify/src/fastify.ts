import type {
  FastifyError,
  FastifyInstance,
  FastifyPluginCallback,
  FastifyReply,
  FastifyRequest,
  preHandlerAsyncHookHandler,
} from 'fastify';
import { assertObject } from './arguments';
import type { HttpHandler, SessionDemand } from './http';
import { respondRefusal } from './http/respond';
import { isEventStream } from './node/event-stream-response';
import { sendNodeResponse } from './node/node-response';
import { answerNode, sessionOfNode } from './node/serve-node';
import { keepSession } from './node/session-of';

export { connectionAddress } from './node/connection-address';
export { sessionOf } from './node/session-of';

/**
 * Serves the handler under its base path: `app.register(tacitRoutes(handler))`, without a prefix. Its routes have content-type parsers of their own,
 * which leave the body to the handler; those of the application stay as they are. Fastify's own request is handed to `clientAddress` as `info`.
 */
export function tacitRoutes(handler: HttpHandler): FastifyPluginCallback {
  assertObject(handler, 'handler');
  return (app: FastifyInstance, _options, done) => {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', (_request, payload, parsed) => parsed(null, payload));
    // What Fastify itself says of a body before the handler sees it is told in one shape with the rest. What the application's own hooks throw is the application's.
    app.setErrorHandler((error: FastifyError, request, reply) => {
      if (!error.code?.startsWith('FST_ERR_CTP_')) {
        throw error;
      }
      return send(respondRefusal({ code: error.statusCode === 413 ? 'ERR_BODY_SIZE' : 'ERR_CONTENT_TYPE' }), request, reply);
    });
    app.all(handler.basePath === '/' ? '/*' : `${handler.basePath}/*`, async (request, reply) => {
      const body = (request.body as AsyncIterable<Uint8Array> | undefined) ?? request.raw;
      return send(await answerNode(handler, request.raw, reply.raw, { body, info: request }), request, reply);
    });
    done();
  };
}

/**
 * A `preHandler` hook that admits requests with a session, which `sessionOf(request)` then gives. Anything else is answered with 401, 403 or 423. As `onRequest` hook it
 * looks at the session before the body is read, which may lock while somebody takes his time to send that.
 */
export function sessionGuard(handler: HttpHandler, demand: SessionDemand = {}): preHandlerAsyncHookHandler {
  assertObject(handler, 'handler');
  return async (request, reply) => {
    const session = await sessionOfNode(handler, request.raw, demand);
    if (session instanceof Response) {
      return send(session, request, reply);
    }
    keepSession(request, session);
    return undefined;
  };
}

/** Through Fastify, so that its hooks see the answer; events past it, because it would hold the headers back until the first. */
async function send(response: Response, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  if (isEventStream(response)) {
    for (const [name, value] of Object.entries(reply.getHeaders())) {
      if (value !== undefined) {
        reply.raw.setHeader(name, value);
      }
    }
    reply.hijack();
    await sendNodeResponse(response, request.raw, reply.raw);
    return reply;
  }
  reply.code(response.status);
  for (const [name, value] of response.headers) {
    // Fastify itself puts a cookie beside those that are there.
    reply.header(name, value);
  }
  if (!request.raw.complete && request.raw.httpVersionMajor < 2) {
    reply.header('connection', 'close');
  }
  return reply.send(response.body ?? undefined);
}
