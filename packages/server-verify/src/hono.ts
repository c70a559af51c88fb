import type { Context, MiddlewareHandler } from 'hono';
import { Hono } from 'hono';
import type { StatusCode } from 'hono/utils/http-status';
import { assertObject } from './arguments';
import type { HttpHandler, SessionDemand, SessionGrant } from './http';
import { unbuffered } from './node/event-stream-response';

export { connectionAddress } from './node/connection-address';

/** What {@link sessionGuard} adds to a Hono application's variables. */
export type TacitVariables = { tacit: SessionGrant };

/**
 * A Hono application that serves the handler under its base path: `app.route('/', tacitRoutes(handler))`. The Hono context is handed to
 * `clientAddress` as `info`. WebSockets of continuous sessions are taken by `attachContinuous` of `./websocket`, from the server that `serve` of
 * `@hono/node-server` returns.
 */
export function tacitRoutes(handler: HttpHandler): Hono {
  assertObject(handler, 'handler');
  const app = new Hono();
  const serve = async (c: Context) => answer(c, unbuffered(await handler.handle(c.req.raw, c)));
  app.all(handler.basePath === '/' ? '/*' : `${handler.basePath}/*`, serve);
  return app;
}

/** Admits requests with a session; `c.get('tacit')` is then the grant. Anything else is answered with 401, 403 or 423. Goes behind what reads the body. */
export function sessionGuard(handler: HttpHandler, demand: SessionDemand = {}): MiddlewareHandler<{ Variables: TacitVariables }> {
  assertObject(handler, 'handler');
  return async (c, next) => {
    const session = await handler.requireSession(c.req.raw, demand);
    if (session instanceof Response) {
      return answer(c, session);
    }
    c.set('tacit', session);
    return next();
  };
}

/** Beside the headers, cookies among them, that the application has set: Hono itself leaves them out of an answer that it did not make. */
function answer(c: Context, { body, status, headers }: Response): Response {
  return c.newResponse(body, { status: status as StatusCode, headers });
}
