import type { Context, MiddlewareHandler } from 'hono';
import { Hono } from 'hono';
import type { HttpHandler, SessionDemand, SessionGrant } from './http';

/** What {@link sessionGuard} adds to a Hono application's variables. */
export type TacitVariables = { tacit: SessionGrant };

/**
 * A Hono application that serves the handler under its base path: `app.route('/', tacitRoutes(handler))`. The Hono context is handed to
 * `clientAddress` as `info`.
 */
export function tacitRoutes(handler: HttpHandler): Hono {
  const app = new Hono();
  const serve = (c: Context) => handler.handle(c.req.raw, c);
  app.all(handler.basePath === '/' ? '/*' : `${handler.basePath}/*`, serve);
  return app;
}

/** Admits requests with a session; `c.get('tacit')` is then the grant. Anything else is answered with 401, 403 or 423. */
export function sessionGuard(handler: HttpHandler, demand: SessionDemand = {}): MiddlewareHandler<{ Variables: TacitVariables }> {
  return async (c, next) => {
    const session = await handler.requireSession(c.req.raw, demand);
    if (session instanceof Response) {
      return session;
    }
    c.set('tacit', session);
    return next();
  };
}
